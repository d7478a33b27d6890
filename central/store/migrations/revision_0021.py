"""Revision 21: decisions of an office's people that could not be carried out."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0021", "0020"


def upgrade() -> None:
    """Add the table; what failed before is tried again, and counted from then on."""
    op.create_table(
        "desk_failure",
        sa.Column("act", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("failures", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("trouble", "last_at")),
        sa.Column("retry_at", sa.Double, nullable=False),
        sa.Column("dead_at", sa.String, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
