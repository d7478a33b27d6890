"""Simulated cards and the readers that they lie on."""
