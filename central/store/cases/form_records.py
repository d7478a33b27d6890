"""Storage of what is kept of forms, to check one that somebody holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.seal.form_records import FormRecord, IssuedForm
from central.store.form_tables import FormRecordRow, IssuedFormRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class FormRecords:
    """Records by application and form, or by the keyed hash of a check code."""

    database: CentralDatabase

    def keep(self, records: Iterable[FormRecord]) -> None:
        """Store the records that are not there: an older version of this program kept none."""
        self.database.write(lambda session: note_forms(session, records))

    def find(self, application_id: str, form: str) -> FormRecord | None:
        """Return the record of a form, None for none."""
        return self._find(
            FormRecordRow.application_id == application_id, FormRecordRow.form == form
        )

    def find_marked(self, mark: str) -> FormRecord | None:
        """Return the record by the keyed hash of its check code, None for none."""
        return self._find(FormRecordRow.mark == mark)

    def note_issued(self, application_id: str, form: str, issued: IssuedForm) -> None:
        """Record the PDF `issued` of a form; the same bytes again are recorded once."""

        def work(session: Session) -> None:
            key = (application_id, form, issued.digest)
            if session.get(IssuedFormRow, key) is None:
                row = IssuedFormRow(application_id=application_id, form=form, **asdict(issued))
                session.add(row)

        self.database.write(work)

    def issued(self, application_id: str, form: str) -> tuple[IssuedForm, ...]:
        """Return every PDF of a form that was handed out."""
        wanted = sa.select(IssuedFormRow).where(
            IssuedFormRow.application_id == application_id, IssuedFormRow.form == form
        )

        def work(session: Session) -> tuple[IssuedForm, ...]:
            return tuple(
                IssuedForm(row.digest, row.length, row.template, row.data, row.attached, row.at)
                for row in session.scalars(wanted)
            )

        return self.database.read(work)

    def _find(self, *conditions: sa.ColumnElement[bool]) -> FormRecord | None:
        wanted = sa.select(FormRecordRow).where(*conditions)

        def work(session: Session) -> FormRecord | None:
            row = session.scalar(wanted)
            if row is None:
                return None
            return FormRecord(
                row.application_id,
                row.form,
                row.mark,
                row.signed_on,
                row.template,
                row.data,
                row.attached,
            )

        return self.database.read(work)


def note_forms(session: Session, records: Iterable[FormRecord]) -> None:
    """Add the records that are not there, in the caller's transaction."""
    for one in records:
        if session.get(FormRecordRow, (one.application_id, one.form)) is None:
            session.add(FormRecordRow(**asdict(one)))
