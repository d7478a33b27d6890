"""Simulated devices: each sits at the other end of a driver's wire and speaks the same bytes."""
