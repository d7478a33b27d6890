"""Revision 18: a person's own words of a rating, and follow-ups of bad ratings."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0018", "0017"


def upgrade() -> None:
    """Add column and table; bad ratings of before are not followed up: nobody was told a day."""
    words = sa.Column("words", sa.String, nullable=False, server_default="")
    op.add_column("rating", words)
    op.create_table(
        "rating_follow_up",
        sa.Column("application_id", sa.String, primary_key=True),
        sa.Column("stage", sa.String, primary_key=True),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("opened_at", sa.String, nullable=False),
        sa.Column("due_on", sa.String, nullable=False),
        sa.Column("answered_at", sa.String, nullable=False),
        sa.Column("operator", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
    op.create_index("ix_rating_follow_up_answered_at", "rating_follow_up", ["answered_at"])
