"""The first twenty migrations."""
