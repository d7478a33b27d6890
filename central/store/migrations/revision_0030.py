"""Revision 30: the list of service points, and each change of it."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0030", "0029"


def upgrade() -> None:
    """Add the tables; service_points.json of an older version is taken over by `serve`."""
    op.create_table(
        "service_point",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("name", "kind", "division", "hours", "phone")
        ),
        sa.Column("staff", sa.Integer, nullable=False),
        sa.Column("invented", sa.Boolean, nullable=False),
    )
    op.create_table(
        "point_change",
        sa.Column("number", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.String, nullable=False)
            for name in ("at", "account", "point", "before", "after")
        ),
    )
    op.create_index("ix_point_change_point", "point_change", ["point"])
