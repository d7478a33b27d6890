"""Backups of an SQLite database that hold only the pages that changed since the one before."""
