"""Revision 12: which facts of the offices a principal was shown on confirming."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0012", "0011"


def upgrade() -> None:
    """Add the columns; nobody was shown any before."""
    for name in ("facts_mark", "facts_wrong"):
        column = sa.Column(name, sa.String, nullable=False, server_default="")
        op.add_column("confirmation", column)
