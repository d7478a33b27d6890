"""Revision 0004: sealed bodies until a backup of the central service holds them."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add the table; what was delivered before stays erased."""
    op.create_table(
        "kept_body",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("application_id", sa.String, nullable=False),
        sa.Column("received_at", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
