"""Revision 40: messages that wait are found in their order, however many are sent or wait."""

from alembic import op

from central.store.upgrading.online_tables import OnlineTables
from central.store.upgrading.step_index import StepIndex

revision, down_revision = "0040", "0039"

IN_ORDER = StepIndex("waiting_outgoing", "outgoing", ("outcome", "number"))


def prepare(tables: OnlineTables) -> None:
    """Make the index while calls go on."""
    tables.add_index(IN_ORDER)


def upgrade() -> None:
    """Replace the index by which they were found, but had to be sorted."""
    IN_ORDER.create()
    op.drop_index("due_outgoing", "outgoing")
