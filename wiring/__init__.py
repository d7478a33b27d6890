"""Composition of the rooms; it may import everything, and only main.py imports it."""
