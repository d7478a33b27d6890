"""Revision 23: accounts of offices' own systems, and their certificates."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0023", "0022"


def upgrade() -> None:
    """Add the tables; no office had a system that comes by itself."""
    op.create_table(
        "office_client",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("added_at", sa.String, nullable=False),
        sa.Column("disabled_at", sa.String, nullable=False),
    )
    op.create_table(
        "office_certificate",
        sa.Column("thumbprint", sa.String, primary_key=True),
        sa.Column("client", sa.String, sa.ForeignKey("office_client.id"), nullable=False),
        sa.Column("good_until", sa.Double, nullable=False),
    )
    op.create_index("ix_office_certificate_client", "office_certificate", ["client"])
