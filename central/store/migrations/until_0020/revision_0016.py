"""Revision 16: moves and deadlines of tasks."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0016", "0015"


def upgrade() -> None:
    """Add the tables; the watch plans the deadlines of open cases, whose past stops are unknown."""
    op.create_table(
        "task_move",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_index("ix_task_move_application_id", "task_move", ["application_id"])
    op.create_table(
        "task_deadline",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("promised_on", sa.String, nullable=False),
        sa.Column("due_on", sa.String, nullable=False),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("looked_on", sa.String, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
    op.create_index("ix_task_deadline_looked_on", "task_deadline", ["looked_on"])
