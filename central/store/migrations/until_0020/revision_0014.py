"""Revision 14: parts of cases that are under way, of which a person has each once."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0014", "0013"

BEGUN = "open AND NOT awaiting"
UNDER_WAY = """
INSERT INTO open_part (person, part, application_id)
SELECT DISTINCT application.person,
       CASE WHEN task.service IN ('R01', 'R02', 'R03') THEN 'route' ELSE task.service END,
       application.id
FROM application JOIN task ON task.application_id = application.id
WHERE application.open AND NOT application.awaiting
  AND task.state NOT IN ('DONE', 'REFUSED', 'ENDED')
"""


def upgrade() -> None:
    """Fill the table from the open cases; one person may have several of them from now on."""
    op.create_table(
        "open_part",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("part", sa.String, primary_key=True),
        sa.Column("application_id", sa.String, sa.ForeignKey("application.id"), nullable=False),
    )
    op.create_index("ix_open_part_application_id", "open_part", ["application_id"])
    op.execute(UNDER_WAY)
    op.drop_index("one_open_case", "application")
    op.create_index(
        "open_cases",
        "application",
        ["person", "matter"],
        sqlite_where=sa.text(BEGUN),
        postgresql_where=sa.text(BEGUN),
    )
