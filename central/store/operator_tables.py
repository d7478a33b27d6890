"""Table of what operators looked at."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class OperatorReadRow(Base):
    """An entry of the audit of operators: who looked at the values of an application, and why.

    `operator` is a pseudonym, `what` the command.
    """

    __tablename__ = "operator_read"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[str]
    operator: Mapped[str]
    what: Mapped[str]
    reason: Mapped[str]
