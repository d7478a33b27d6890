"""Revision 0002: captured papers in a lane of their own, and notes that outlast a restart."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """Add the column of the lane and two tables."""
    op.add_column("outbox", sa.Column("lane", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "blob",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("application_id", sa.String, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sent", sa.String, nullable=False, server_default="[]"),
    )
    op.create_table(
        "terminal_note",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
