"""Transports: byte streams with deadlines, to devices, networks and recordings."""
