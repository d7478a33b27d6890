"""Revision 33: corrections are found by their case, and counted by their day."""

from central.store.upgrading.online_tables import OnlineTables
from central.store.upgrading.step_index import StepIndex

revision, down_revision = "0033", "0032"

INDEXES = tuple(
    StepIndex(f"ix_correction_{column}", "correction", (column,))
    for column in ("application_id", "received_at")
)


def prepare(tables: OnlineTables) -> None:
    """Make the indexes while calls go on."""
    for one in INDEXES:
        tables.add_index(one)


def upgrade() -> None:
    """Add the indexes; without them the desk read all corrections for each task that it shows."""
    for one in INDEXES:
        one.create()
