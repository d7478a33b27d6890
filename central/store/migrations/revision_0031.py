"""Revision 31: the ways by which alarms are sent on, and which alarm was sent by which."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0031", "0030"


def upgrade() -> None:
    """Add the tables; alarms of before are not sent."""
    op.create_table(
        "alarm_way",
        sa.Column("way", sa.String, primary_key=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("trouble", sa.String, nullable=False),
        sa.Column("retry_at", sa.Double, nullable=False),
        sa.Column("lease", sa.String, nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
    op.create_table(
        "alarm_sent",
        sa.Column("alarm", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("way", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
