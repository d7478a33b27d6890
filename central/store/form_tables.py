"""Tables of what is kept of forms, to check one that somebody holds."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class FormRecordRow(Base):
    """What an application's signature says of one form (`central.seal.form_records.FormRecord`)."""

    __tablename__ = "form_record"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(unique=True)
    signed_on: Mapped[str]
    template: Mapped[str]
    data: Mapped[str]
    attached: Mapped[str]


class IssuedFormRow(Base):
    """A form that was handed out as PDF; `digest` and `length` are those before its seal."""

    __tablename__ = "issued_form"
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    length: Mapped[int]
    template: Mapped[str]
    data: Mapped[str]
    attached: Mapped[str]
    at: Mapped[str]
