"""Revision 22: the file of a certificate that an office's people hand in."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0022", "0021"


def upgrade() -> None:
    """Add the column; what was decided before has no file."""
    op.add_column("desk_act", sa.Column("file", sa.LargeBinary, nullable=True))
