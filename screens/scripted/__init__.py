"""Scripted people who use the real widgets, for tours, benches and tests."""
