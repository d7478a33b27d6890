"""Revision 13: failed calls of tasks, offices with workers; on PostgreSQL PgQueuer's tables."""

import sqlalchemy as sa
from alembic import op

from central.store.task_jobs import make_job_tables

revision, down_revision = "0013", "0012"


def upgrade() -> None:
    """Add the tables; they begin empty, and workers write the jobs of the tasks that are due."""
    op.create_table(
        "task_failure",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("service", sa.String, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("trouble", sa.String, nullable=False),
        sa.Column("first_at", sa.String, nullable=False),
        sa.Column("last_at", sa.String, nullable=False),
        sa.Column("dead_at", sa.String, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
    op.create_table(
        "office_queue",
        sa.Column("office", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
    )
    make_job_tables(op.get_bind())
