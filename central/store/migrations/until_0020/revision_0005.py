"""Revision 5: confirmations of filings for another person, and the messages about them.

An open filing for another person began without the principal's word: the principal is told at the
registered number, and may object.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

BEGUN = "open AND NOT awaiting"
FOR_ANOTHER = "open AND way IN ('proxy', 'helper_absent', 'back_entry')"
STARTED = f"""
INSERT INTO confirmation (application_id, state, filed_at, until, changed_at, channel, proxy, filer,
                          relation, checked_by, code, told, told_at)
SELECT id, 'STARTED', received_at, '', received_at, '', '', staff, '', '', '', '', 0.0
FROM application WHERE {FOR_ANOTHER}
"""  # noqa: S608 - words of this file
TOLD = f"""
INSERT INTO outgoing (application_id, occasion, created_at, look_at, lease, leased_until,
                      tries, outcome, settled_at)
SELECT id, 'acted_for', :now, 0.0, '', 0.0, 0, '', ''
FROM application WHERE {FOR_ANOTHER}
"""  # noqa: S608 - words of this file


def upgrade() -> None:
    """Add column and tables, and queue a message to the principals of open filings."""
    op.add_column(
        "application", sa.Column("awaiting", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.drop_index("one_open_case", "application")
    op.create_index(
        "one_open_case",
        "application",
        ["person", "matter"],
        unique=True,
        sqlite_where=sa.text(BEGUN),
        postgresql_where=sa.text(BEGUN),
    )
    _create_confirmation()
    _create_outgoing()
    op.execute(STARTED)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    op.get_bind().execute(sa.text(TOLD), {"now": now})


def _create_confirmation() -> None:
    op.create_table(
        "confirmation",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        *(_words(name) for name in ("filed_at", "until", "changed_at", "channel", "proxy")),
        *(_words(name) for name in ("filer", "relation", "checked_by", "code", "told")),
        sa.Column("told_at", sa.Double, nullable=False),
    )
    op.create_index("ix_confirmation_until", "confirmation", ["until"])
    op.create_index("ix_confirmation_told", "confirmation", ["told"])
    op.create_table(
        "confirmation_event",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        *(_words(name) for name in ("application_id", "at", "event", "channel", "detail")),
    )
    op.create_index(
        "ix_confirmation_event_application_id", "confirmation_event", ["application_id"]
    )


def _create_outgoing() -> None:
    op.create_table(
        "outgoing",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), nullable=False),
        *(_words(name) for name in ("occasion", "created_at")),
        sa.Column("look_at", sa.Double, nullable=False),
        _words("lease"),
        sa.Column("leased_until", sa.Double, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        *(_words(name) for name in ("outcome", "settled_at")),
    )
    op.create_index("ix_outgoing_application_id", "outgoing", ["application_id"])
    op.create_index("due_outgoing", "outgoing", ["outcome", "look_at"])
    op.create_table(
        "reply",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        *(_words(name) for name in ("mobile", "application_id", "outcome", "at")),
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)
