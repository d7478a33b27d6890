"""The API that offices' own systems call (central/offices/openapi.yaml), a process of its own.

A system does what an office's people do in a browser, by the same rules (`central.office_desk`) and
the same rows (`central.store.web`); it has no key but that of its access tokens.
"""
