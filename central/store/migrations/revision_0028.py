"""Revision 28: what technicians do about alarms, and rings of releases."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0028", "0027"


def upgrade() -> None:
    """Add the tables; release.toml of an older version is taken over when `serve` starts."""
    op.create_table(
        "alarm_act",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("alarm", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("act", "at", "account", "target", "until", "words")
        ),
    )
    op.create_index("ix_alarm_act_alarm", "alarm_act", ["alarm"])
    op.create_table(
        "release_ring",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("percent", sa.Double, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("act", "at", "account", "words")),
    )
