"""Revision 2: a table of the signatures that came, for all processes on one database."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Add the table `nonce`."""
    op.create_table(
        "nonce",
        sa.Column("name", sa.LargeBinary, primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
    )
    op.create_index("ix_nonce_until", "nonce", ["until"])
