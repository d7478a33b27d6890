"""Statements of PostgreSQL past SQLAlchemy's execution."""
