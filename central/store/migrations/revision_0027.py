"""Revision 27: daily figures of the city, notices to offices, and indexes by day."""

import sqlalchemy as sa
from alembic import op

from central.store.upgrading.online_tables import OnlineTables
from central.store.upgrading.step_index import StepIndex

revision, down_revision = "0027", "0026"
_TEXTS = ("kind", "office", "at", "account", "words", "due_on", "digest")

INDEXES = (
    StepIndex("ix_application_received_at", "application", ("received_at",)),
    StepIndex("ix_application_closed_at", "application", ("closed_at",), "closed_at <> ''"),
    StepIndex("ix_task_move_at", "task_move", ("at",)),
    StepIndex("ix_rating_received_at", "rating", ("received_at",)),
)


def prepare(tables: OnlineTables) -> None:
    """Make the indexes while calls go on."""
    for one in INDEXES:
        tables.add_index(one)


def upgrade() -> None:
    """Add the tables; the figures of earlier days are counted by the first look at them."""
    op.create_table(
        "city_figure",
        sa.Column("dimension", sa.String, primary_key=True),
        sa.Column("period", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("figure", sa.String, primary_key=True),
        sa.Column("value", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "notice_event",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("notice", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in _TEXTS),
        sa.UniqueConstraint("notice", "step"),
    )
    op.create_index("ix_notice_event_office", "notice_event", ["office"])
    for one in INDEXES:
        one.create()
