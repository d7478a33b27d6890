"""Simulated devices: they sit at the other end of the wire."""
