"""Benches of what is confirmed: time, power cuts, damaged files."""
