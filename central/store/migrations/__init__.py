"""Migrations of the central service's tables, in order; none may lose what was accepted."""
