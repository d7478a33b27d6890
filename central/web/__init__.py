"""Pages of the central service for the staff: a process of its own that has no key of the service.

It reads and writes the service's database and cannot open an application (`pyproject.toml` forbids
the import, the account of its unit can't read the keys).
"""
