"""Shared facts that can't all be true: they are marked, and a person decides."""
