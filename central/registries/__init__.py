"""Registries of the city's platform that are asked about a person at a terminal."""
