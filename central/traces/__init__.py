"""Traces of the service (OpenTelemetry) by setting: nothing of a person, and nothing when off."""
