"""Revision 25: tokens of the city's platform, each of which proves once."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0025", "0024"


def upgrade() -> None:
    """Add the table; nobody was proved by a telephone before."""
    op.create_table(
        "phone_token",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("terminal", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("application", sa.String, nullable=False),
    )
    op.create_index("ix_phone_token_at", "phone_token", ["at"])
