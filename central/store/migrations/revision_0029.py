"""Revision 29: requests to terminals, and the newest readiness sheet of each."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0029", "0028"
_TEXTS = ("terminal", "kind", "at", "account", "valid_until", "answered_at", "outcome")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "terminal_request",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in _TEXTS),
    )
    op.create_index("ix_terminal_request_terminal", "terminal_request", ["terminal"])
    op.create_table(
        "readiness_sheet",
        sa.Column("terminal", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("at", "body")),
    )
