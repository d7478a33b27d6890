"""Revision 36: late parts are found by their day, and what to look at without what has ended."""

from alembic import op

from central.store.upgrading.online_tables import OnlineTables
from central.store.upgrading.step_index import StepIndex

revision, down_revision = "0036", "0035"

BEFORE = "ix_task_deadline_looked_on"
_KEY = ("application_id", "service")
INDEXES = (
    StepIndex("looked_deadlines", "task_deadline", ("looked_on", *_KEY)),
    StepIndex("near_deadlines", "task_deadline", ("level", "due_on", *_KEY), "level <> 'calm'"),
)


def prepare(tables: OnlineTables) -> None:
    """Make the indexes while calls go on; the first one serves what used the one before."""
    for one in INDEXES:
        tables.add_index(one)
    tables.drop_index(BEFORE)


def upgrade() -> None:
    """Add the indexes; the first daily look takes from them what ended before."""
    for one in INDEXES:
        one.create()
    op.drop_index(BEFORE, table_name="task_deadline", if_exists=True)
