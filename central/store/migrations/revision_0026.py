"""Revision 26: what is prepared for whose retirement is near, the offices' looks, and opt-outs."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0026", "0025"


def upgrade() -> None:
    """Add the tables; nothing was prepared for anybody before."""
    op.create_table(
        "preparation",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("ready", sa.Boolean, nullable=False),
        sa.Column("prepared_at", sa.String, nullable=False),
        sa.Column("run_at", sa.String, nullable=False),
    )
    op.create_table(
        "office_look",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("asked_at", sa.String, nullable=False),
        sa.Column("looked_at", sa.String, nullable=False),
    )
    op.create_table(
        "radar_opt_out",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
