"""Revision 39: whether an application names a page is found without reading all papers."""

from central.store.upgrading.online_tables import OnlineTables
from central.store.upgrading.step_index import StepIndex

revision, down_revision = "0039", "0038"

BY_PAGE = StepIndex("ix_paper_blob", "paper", ("blob",))


def prepare(tables: OnlineTables) -> None:
    """Make the index while calls go on."""
    tables.add_index(BY_PAGE)


def upgrade() -> None:
    """Add the index by which pages are found that may leave the database."""
    BY_PAGE.create()
