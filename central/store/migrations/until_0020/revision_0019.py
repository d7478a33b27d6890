"""Revision 19: results of services, sealed to the vault."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0019", "0018"


def upgrade() -> None:
    """Add the table; what ended before said no more than a state."""
    op.create_table(
        "task_result",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
        sa.Column("file", sa.LargeBinary, nullable=False),
    )
