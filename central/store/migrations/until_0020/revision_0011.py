"""Revision 11: which clerk works on a task, so that no other one and no worker takes it."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Add the table; it begins empty."""
    op.create_table(
        "task_holder",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_index("ix_task_holder_account", "task_holder", ["account"])
