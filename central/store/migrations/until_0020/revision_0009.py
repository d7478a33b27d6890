"""Revision 9: accounts, sessions and audit of the pages for the staff, acknowledged alarms."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Add the tables; they begin empty."""
    op.create_table(
        "web_account",
        sa.Column("id", sa.String, primary_key=True),
        *(_text(name) for name in ("role", "office", "password_hash", "code_key")),
        sa.Column("code_step", sa.BigInteger, nullable=False),
        _text("setup"),
        _seconds("setup_until"),
        _text("disabled_at"),
    )
    op.create_table(
        "web_session",
        sa.Column("token", sa.String, primary_key=True),
        _text("account"),
        *(_seconds(name) for name in ("begun_at", "seen_at")),
    )
    op.create_index("ix_web_session_account", "web_session", ["account"])
    op.create_table(
        "web_try",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        *(_seconds(name) for name in ("last_at", "wait_until")),
    )
    op.create_table(
        "web_event",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        *(_text(name) for name in ("at", "account", "source", "kind", "detail")),
    )
    op.create_index("ix_web_event_account", "web_event", ["account"])
    op.create_table(
        "alarm_acknowledgement",
        sa.Column("alarm", sa.Integer, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("at", "account", "reason")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def _seconds(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False)
