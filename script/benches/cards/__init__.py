"""Benches of card readers and of their cables."""
