"""Revision 6: counts of vouching by the staff, and pictures that wait for a review."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Add the tables; they begin empty."""
    op.create_table(
        "helper_filing",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("staff", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        *(_words(name) for name in ("point", "day", "arrived_on")),
        sa.Column("alone", sa.Boolean, nullable=False),
    )
    op.create_index("helper_filing_by_day", "helper_filing", ["day"])
    op.create_index("helper_filing_by_arrival", "helper_filing", ["arrived_on"])
    op.create_table(
        "vouching_review",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        *(_words(name) for name in ("point", "staff", "blob", "digest", "sealed_for", "delete_on")),
        *(_words(name) for name in ("reviewer", "verdict", "reviewed_at", "deleted_at")),
    )
    op.create_index("ix_vouching_review_blob", "vouching_review", ["blob"])
    op.create_index("ix_vouching_review_delete_on", "vouching_review", ["delete_on"])
    op.create_table(
        "vouching_review_event",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        *(_words(name) for name in ("application_id", "at", "event", "reviewer")),
    )
    op.create_index(
        "ix_vouching_review_event_application_id", "vouching_review_event", ["application_id"]
    )


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)
