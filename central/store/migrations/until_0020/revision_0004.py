"""Revision 4: when alarms ended, and for how many heartbeats devices were unusable."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add the tables, and an index for the alarms of one terminal."""
    op.create_table(
        "alarm_end",
        sa.Column("alarm", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "device_trouble",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("device", sa.String, primary_key=True),
        sa.Column("since", sa.String, nullable=False),
        sa.Column("beats", sa.Integer, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
    op.create_index("ix_alarm_terminal", "alarm", ["terminal"])
