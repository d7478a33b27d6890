"""Drivers: all that touches devices, networks and the operating system."""
