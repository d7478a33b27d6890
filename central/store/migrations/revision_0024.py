"""Revision 24: webhooks of offices' own systems, and the events that they have not taken."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0024", "0023"


def upgrade() -> None:
    """Add the tables; no system had a webhook."""
    op.create_table(
        "office_webhook",
        sa.Column("client", sa.String, sa.ForeignKey("office_client.id"), primary_key=True),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("url", sa.String, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.Double, nullable=False),
        sa.Column("lease", sa.String, nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
        sa.Column("alarm", sa.Integer, nullable=False),
    )
    op.create_index("ix_office_webhook_office", "office_webhook", ["office"])
    op.create_table(
        "webhook_message",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("client", sa.String, sa.ForeignKey("office_client.id"), nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("service", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("look_at", sa.Double, nullable=False),
        sa.Column("failing_since", sa.Double, nullable=False),
        sa.Column("trouble", sa.String, nullable=False),
        sa.Column("dead_at", sa.String, nullable=False),
    )
    op.create_index("ix_webhook_message_client", "webhook_message", ["client"])
