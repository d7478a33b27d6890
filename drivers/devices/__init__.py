"""Drivers of the terminal's devices, one class for each kind."""
