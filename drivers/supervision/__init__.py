"""Supervision of a device.

Its life as a table, the worker thread that owns it, the kiosk's ports.
"""
