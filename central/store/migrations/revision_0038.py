"""Revision 38: cases without deadlines are found without reading all that are open."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0038", "0037"

UNPLANNED = "open AND NOT awaiting AND NOT planned"


def upgrade() -> None:
    """Mark what has deadlines already; the next look plans the rest, as before."""
    op.add_column(
        "application", sa.Column("planned", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.execute(
        "UPDATE application SET planned = true WHERE EXISTS "
        "(SELECT 1 FROM task_deadline WHERE application_id = application.id)"
    )
    op.create_index(
        "unplanned_cases",
        "application",
        ["serial"],
        sqlite_where=sa.text(UNPLANNED),
        postgresql_where=sa.text(UNPLANNED),
    )
