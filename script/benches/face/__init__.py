"""Benches of the face check."""
