"""Revision 33: corrections are found by their case, and counted by their day."""

from alembic import op

revision, down_revision = "0033", "0032"


def upgrade() -> None:
    """Add the indexes; without them the desk read all corrections for each task that it shows."""
    op.create_index("ix_correction_application_id", "correction", ["application_id"])
    op.create_index("ix_correction_received_at", "correction", ["received_at"])
