"""Revision 39: whether an application names a page is found without reading all papers."""

from alembic import op

revision, down_revision = "0039", "0038"


def upgrade() -> None:
    """Add the index by which pages are found that may leave the database."""
    op.create_index("ix_paper_blob", "paper", ["blob"])
