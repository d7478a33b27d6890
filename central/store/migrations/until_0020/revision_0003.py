"""Revision 3: the owner of the database, so that no service with other keys joins it."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Add the table `owner`; the first service that opens it then owns the database."""
    op.create_table(
        "owner",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("service", sa.String, nullable=False),
    )
