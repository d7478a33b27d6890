"""Benches of whole visits, of the rules, and of writing."""
