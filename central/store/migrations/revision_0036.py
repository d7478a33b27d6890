"""Revision 36: late parts are found by their day, and what to look at without what has ended."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0036", "0035"

NEAR = "level <> 'calm'"


def upgrade() -> None:
    """Add the indexes; the first daily look takes from them what ended before."""
    op.create_index("looked_deadlines", "task_deadline", ["looked_on", "application_id", "service"])
    op.drop_index("ix_task_deadline_looked_on", table_name="task_deadline")
    op.create_index(
        "near_deadlines",
        "task_deadline",
        ["level", "due_on", "application_id", "service"],
        sqlite_where=sa.text(NEAR),
        postgresql_where=sa.text(NEAR),
    )
