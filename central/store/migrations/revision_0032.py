"""Revision 32: wishes for after retirement, offers to them, and what was told to whom."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0032", "0031"


def _text(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String, nullable=False) for name in names)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "wish",
        sa.Column("person", sa.String, primary_key=True),
        *_text("kinds", "division"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        *_text("at"),
    )
    op.create_index("ix_wish_division", "wish", ["division"])
    op.create_table(
        "wish_offer",
        sa.Column("number", sa.Integer, primary_key=True),
        *_text("at", "account", "body", "kind", "division", "words", "phone", "ended_at"),
    )
    op.create_table(
        "wish_answer",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("offer", sa.Integer, primary_key=True, autoincrement=False),
        *_text("outcome", "at"),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("look_at", sa.Double, nullable=False),
        *_text("lease"),
        sa.Column("leased_until", sa.Double, nullable=False),
    )
