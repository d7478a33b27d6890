"""Bytes with a deadline."""
