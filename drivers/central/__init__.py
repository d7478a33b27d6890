"""The client of the central service."""
