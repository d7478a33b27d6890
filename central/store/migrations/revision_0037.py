"""Revision 37: pages that an employer hands in before the person signs."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0037", "0036"


def upgrade() -> None:
    """Add the table; drafts that wait have no pages yet."""
    op.create_table(
        "handed_page",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("blob", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
