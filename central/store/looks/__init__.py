"""Calls that only look, or nearly always: one statement each, without the ORM."""
