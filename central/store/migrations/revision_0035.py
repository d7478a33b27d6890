"""Revision 35: cards name a model of terminal, and two people confirm what comes by one."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0035", "0034"


def upgrade() -> None:
    """Add the columns and the table; codes that are given out stay as they were."""
    op.add_column("enrolment", sa.Column("profile", sa.String, nullable=False, server_default=""))
    op.add_column(
        "enrolment", sa.Column("by_card", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "enrolment_review",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("enrolment", sa.String, nullable=False, index=True),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("words", sa.String, nullable=False),
        sa.UniqueConstraint("enrolment", "account", name="one_review_each"),
    )
