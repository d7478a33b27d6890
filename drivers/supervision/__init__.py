"""Supervision of devices: the life of one as a table, its worker thread, and the kiosk's ports."""
