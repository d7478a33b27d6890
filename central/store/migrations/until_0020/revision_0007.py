"""Revision 7: all audit heads of terminals, and how far each chain is proved.

Of earlier heads only the newest was kept: each chain is to be proved from that one on.
"""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"

NEWEST = """
INSERT INTO audit_head (terminal, sequence, head, at, ended_at)
SELECT terminal, sequence, head, at, '' FROM witness
"""


def upgrade() -> None:
    """Add table and columns, and begin with the newest head of each terminal."""
    op.create_table(
        "audit_head",
        sa.Column("terminal", sa.String, primary_key=True),
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("head", sa.String, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("ended_at", sa.String, nullable=False),
    )
    op.execute(NEWEST)
    for name, kind, before in (
        ("proved_sequence", sa.BigInteger, "0"),
        ("proved_head", sa.String, ""),
        ("proved_at", sa.String, ""),
    ):
        column = sa.Column(name, kind, nullable=False, server_default=before)
        op.add_column("witness", column)
    op.execute("UPDATE witness SET proved_sequence = sequence, proved_head = head")
