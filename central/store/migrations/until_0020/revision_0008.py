"""Revision 8: card readings, which questions about a person are bound to."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Add the tables; they begin empty."""
    op.create_table(
        "card_read",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("ix_card_read_person", "card_read", ["person"])
    op.create_index("ix_card_read_at", "card_read", ["at"])
    op.create_table(
        "card_chip",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("chip", sa.String, nullable=False),
    )
    op.create_table(
        "terminal_reader",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("reader", sa.String, nullable=False),
    )
