"""Revision 20: what an office's people give to a person with the end of a service."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0020", "0019"


def upgrade() -> None:
    """Add the columns; what was decided before gave no more than a state."""
    for table in ("desk_act", "desk_review"):
        op.add_column(table, sa.Column("result", sa.LargeBinary, nullable=True))
    asks = sa.Column("asks_person", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("desk_act", asks)
