"""Rendered scenes for the simulated cameras: people, attacks, papers."""
