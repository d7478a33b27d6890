"""Revision 34: up to when a finished backup holds what came."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0034", "0033"


def upgrade() -> None:
    """Add the table; it is empty until the next backup."""
    op.create_table(
        "backup_mark",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("until", sa.String, nullable=False),
    )
