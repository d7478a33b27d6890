"""Intake of an application without the ORM: one statement that looks, one that writes."""
