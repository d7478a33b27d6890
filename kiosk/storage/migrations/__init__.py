"""Migrations of the terminal's tables (Alembic), one for each released schema."""
