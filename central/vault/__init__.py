"""The opening process: the only room that reads the keys which open applications.

It answers a closed list of operations over a local socket (docs/central.md, The vault). Other rooms
know `central.vault_port` alone.
"""
