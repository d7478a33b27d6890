"""Revision 15: digests of forms, by which one that somebody holds is checked."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0015", "0014"


def upgrade() -> None:
    """Add the tables; they begin empty. `central forms` records those of older applications."""
    op.create_table(
        "form_record",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("mark", sa.String, nullable=False, unique=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("signed_on", "template")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("data", "attached")),
    )
    op.create_table(
        "issued_form",
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("length", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("template", "data")),
        *(sa.Column(name, sa.String, nullable=False) for name in ("attached", "at")),
    )
