"""Revision 38: cases without deadlines are found without reading all that are open."""

import sqlalchemy as sa
from alembic import op

from central.store.upgrading.online_tables import OnlineTables
from central.store.upgrading.step_index import StepIndex

revision, down_revision = "0038", "0037"

UNPLANNED = StepIndex(
    "unplanned_cases",
    "application",
    ("serial",),
    "open AND NOT awaiting AND NOT planned",
    reads=("open", "awaiting", "planned"),
)
# A case that has ended never opens again, so nobody asks whether its deadlines were planned.
HAS_DEADLINES = (
    "open AND NOT planned AND EXISTS "
    "(SELECT 1 FROM task_deadline WHERE application_id = application.id)"
)


def _planned() -> sa.Column[bool]:
    return sa.Column("planned", sa.Boolean, nullable=False, server_default=sa.false())


def prepare(tables: OnlineTables) -> None:
    """Mark what has deadlines already, and make the index, while calls go on."""
    tables.add_column("application", _planned())
    if tables.has("task_deadline"):
        tables.fill("application", "serial", {"planned": "true"}, HAS_DEADLINES)
    tables.add_index(UNPLANNED)


def upgrade() -> None:
    """Mark what has deadlines already; the next look plans the rest, as before.

    What an older program planned since the preparation belongs to the rest: its deadlines stay.
    """
    columns = sa.inspect(op.get_bind()).get_columns("application")
    if not any(one["name"] == "planned" for one in columns):
        op.add_column("application", _planned())
        op.execute(f"UPDATE application SET planned = true WHERE {HAS_DEADLINES}")  # noqa: S608
    UNPLANNED.create()
