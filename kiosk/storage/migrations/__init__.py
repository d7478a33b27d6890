"""How did the terminal's tables come to be what they are? One step a released schema (Alembic)."""
