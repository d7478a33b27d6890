"""Revision 17: acts of the offices' people, and who moved a task."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0017", "0016"


def upgrade() -> None:
    """Add the tables and the column; who moved a task before is not known."""
    op.add_column("task_move", sa.Column("account", sa.String, nullable=False, server_default=""))
    op.create_table(
        "desk_act",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("service", "act", "account")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("at", "reason", "due_on")),
        sa.Column("colleague", sa.String, nullable=False),
    )
    op.create_index("ix_desk_act_application_id", "desk_act", ["application_id"])
    op.create_table(
        "desk_review",
        sa.Column("act", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("verdict", "account", "at")),
    )
    op.create_table(
        "desk_outcome",
        sa.Column("act", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("outcome", "at")),
    )
