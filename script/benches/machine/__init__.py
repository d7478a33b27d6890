"""Benches of installation, updates and the end of processes."""
