"""Revision 1: the tables of version 0.1.0, whose databases bear no revision."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    """Make the tables as version 0.1.0 made them."""
    _applications()
    _cases()
    _terminals()
    _watches()


def _applications() -> None:
    op.create_table(
        "application",
        _number("serial", primary_key=True, autoincrement=True),
        _text("id", unique=True),
        _text("digest"),
        _text("person"),
        _text("matter"),
        _flag("open"),
        _text("received_at"),
        _text("due_on"),
        _text("case_number"),
        _data("envelope"),
        _data("receipt"),
        _text("terminal"),
        _text("masked_name"),
        _text("way"),
        _text("staff"),
        _text("closed_at"),
    )
    here = sa.text("open")
    op.create_index(
        "one_open_case",
        "application",
        ["person", "matter"],
        unique=True,
        sqlite_where=here,
        postgresql_where=here,
    )
    op.create_table(
        "task",
        _text("application_id", sa.ForeignKey("application.id"), primary_key=True),
        _text("service", primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        _text("changed_at"),
        _text("reason"),
        _text("due_on"),
        _text("lease"),
        _seconds("leased_until"),
        _seconds("look_at"),
    )
    op.create_index("due_tasks", "task", ["state", "look_at"])


def _cases() -> None:
    op.create_table(
        "paper",
        _text("application_id", sa.ForeignKey("application.id"), primary_key=True),
        _text("blob", primary_key=True),
        _text("digest"),
        _number("bytes"),
    )
    op.create_table(
        "correction",
        _number("number", primary_key=True, autoincrement=True),
        _text("id", unique=True),
        _text("digest"),
        _text("application_id", sa.ForeignKey("application.id")),
        _text("service"),
        _data("envelope"),
        _text("received_at"),
    )
    op.create_table(
        "talent",
        _text("id", primary_key=True),
        _text("digest"),
        _data("envelope"),
        _text("received_at"),
    )
    op.create_table(
        "rating",
        _text("application_id", primary_key=True),
        _text("stage", primary_key=True),
        _number("grade"),
        sa.Column("reasons", sa.JSON, nullable=False),
        _text("received_at"),
    )
    op.create_table(
        "blob",
        _text("digest", primary_key=True),
        _number("bytes"),
        _text("received_at"),
    )
    op.create_table(
        "chunk",
        _text("blob", primary_key=True),
        _number("number", primary_key=True, autoincrement=False),
        _data("body"),
    )
    op.create_table(
        "draft",
        _text("name", primary_key=True),
        _data("sealed"),
        _seconds("at"),
    )
    op.create_table(
        "handed",
        _text("person", primary_key=True),
        _text("unit"),
        _data("sealed"),
    )


def _terminals() -> None:
    op.create_table(
        "terminal",
        _text("id", primary_key=True),
        _text("point"),
        _text("key_id", unique=True, nullable=True),
        _data("public_key"),
        _text("next_key_id", unique=True, nullable=True),
        _data("next_public_key"),
        _text("enrolment"),
        _flag("revoked"),
    )
    op.create_table(
        "enrolment",
        _text("id", primary_key=True),
        _text("code", unique=True),
        _text("terminal"),
        _text("point"),
        _text("state"),
        _data("public_key"),
        _seconds("expires_at"),
    )
    op.create_table(
        "heartbeat",
        _text("terminal", primary_key=True),
        _text("at"),
        _text("body"),
    )
    op.create_table(
        "arrival",
        _text("terminal", primary_key=True),
        _long("sequence", primary_key=True, autoincrement=False),
        _text("path"),
        _text("digest"),
        _text("at"),
    )
    op.create_table(
        "witness",
        _text("terminal", primary_key=True),
        _long("sequence"),
        _text("head"),
        _text("at"),
    )
    op.create_table(
        "alarm",
        _number("number", primary_key=True, autoincrement=True),
        _text("at"),
        _text("terminal"),
        _text("kind"),
        _text("detail"),
    )


def _watches() -> None:
    op.create_table(
        "mark",
        _text("kind", primary_key=True),
        _text("mark", primary_key=True),
        _text("person", primary_key=True),
    )
    op.create_table(
        "acting",
        _text("proxy", primary_key=True),
        _text("person", primary_key=True),
        _seconds("at"),
    )
    op.create_table(
        "look_up",
        _text("terminal", primary_key=True),
        _text("person", primary_key=True),
        _seconds("at"),
    )
    op.create_table(
        "message",
        _number("number", primary_key=True, autoincrement=True),
        _text("application_id"),
        _text("mobile"),
        _text("occasion"),
        _text("text"),
        _text("at"),
    )
    op.create_table(
        "seal",
        _text("application_id", primary_key=True),
        _text("digest"),
        _text("at"),
    )


def _text(name: str, *key: sa.ForeignKey, nullable: bool = False, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String, *key, nullable=nullable, **more)


def _data(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False, **more)


def _number(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False, **more)


def _long(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False, **more)


def _seconds(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Double, nullable=False, **more)


def _flag(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=False, **more)
