"""The table of parts of cases that are under way."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class OpenPartRow(Base):
    """A part of a case that is under way (`central.store.cases.open_parts`), once for a person."""

    __tablename__ = "open_part"
    person: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
