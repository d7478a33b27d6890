"""Revision 10: the audit of what operators looked at."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Add the table; it begins empty."""
    op.create_table(
        "operator_read",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("application_id", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_index("ix_operator_read_application_id", "operator_read", ["application_id"])
