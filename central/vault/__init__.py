"""The service's secret keys, and the opening of what was sealed to them.

Only `service_keys` reads the files of the keys; other rooms are given an `Opener`.
"""
