"""Verification of a form as PDF: which of its parts are as they were signed and handed out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from central.seal.values import FileTrouble, FormFile, SealState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from central.seal.form_reader import FormReader
    from central.seal.form_records import FormRecord, IssuedForm
    from central.store.cases.form_records import FormRecords


class FormPart(StrEnum):
    """What is verified of a form, in the order in which it is told."""

    DIGEST = "digest"  # the digests of template and data that it names
    PAGES = "pages"  # its bytes before the seal
    ATTACHED = "attached"  # the data in it
    SIGNATURE = "signature"  # that these data are what the person signed
    SEAL = "seal"


class PartVerdict(StrEnum):
    """What verification found of a part."""

    HOLDS = "holds"
    BROKEN = "broken"
    ABSENT = "absent"  # the form has none
    UNKNOWN = "unknown"  # nothing is kept here to compare it with


class FormVerdict(StrEnum):
    """What verification found of a whole form."""

    GENUINE = "genuine"
    CHANGED = "changed"
    UNPROVED = "unproved"  # nothing is wrong, and not enough is known


SEAL_VERDICTS = {
    None: PartVerdict.UNKNOWN,
    SealState.HOLDS: PartVerdict.HOLDS,
    SealState.BROKEN: PartVerdict.BROKEN,
    SealState.STRANGE: PartVerdict.BROKEN,
    SealState.ABSENT: PartVerdict.ABSENT,
}


@dataclass(frozen=True)
class FormFindings:
    """The verdict on each part of a form."""

    record: FormRecord
    parts: Mapping[FormPart, PartVerdict]

    @property
    def verdict(self) -> FormVerdict:
        """Return the verdict on the whole form: each part counts, and its pages must hold."""
        if PartVerdict.BROKEN in self.parts.values():
            return FormVerdict.CHANGED
        holds = self.parts[FormPart.PAGES] is PartVerdict.HOLDS
        return FormVerdict.GENUINE if holds else FormVerdict.UNPROVED


@dataclass(frozen=True)
class FormVerification:
    """Verifies files against what is kept of forms; it opens no application."""

    reader: FormReader
    records: FormRecords

    def verify(self, pdf: bytes, now: datetime) -> FormFindings | FileTrouble:
        """Return what holds of a form at the moment `now`, or why nothing can be told of it."""
        file = self.reader.read(pdf, now)
        if isinstance(file, FileTrouble):
            return file
        record = self.records.find(file.application_id, file.form)
        if record is None:
            return FileTrouble.FOREIGN
        issued = self.records.issued(file.application_id, file.form)
        return FormFindings(record, _parts_of(pdf, file, record, issued))


def _parts_of(
    pdf: bytes, file: FormFile, record: FormRecord, issued: tuple[IssuedForm, ...]
) -> dict[FormPart, PartVerdict]:
    return {
        FormPart.DIGEST: _digest(file, record, issued),
        FormPart.PAGES: _pages(pdf, file, issued),
        FormPart.ATTACHED: _attached(file, record, issued),
        FormPart.SIGNATURE: _signature(file, record, issued),
        FormPart.SEAL: SEAL_VERDICTS[file.seal],
    }


def _digest(file: FormFile, record: FormRecord, issued: tuple[IssuedForm, ...]) -> PartVerdict:
    """Return whether the form is made from the template and data that were signed.

    The terminal may have had forms of another version than this service: those can't be compared.
    """
    named = (file.template, file.data)
    if named == (record.template, record.data):
        return PartVerdict.HOLDS
    newer = named in {(one.template, one.data) for one in issued}
    return PartVerdict.UNKNOWN if newer else PartVerdict.BROKEN


def _pages(pdf: bytes, file: FormFile, issued: tuple[IssuedForm, ...]) -> PartVerdict:
    """Return whether the file is one that was handed out, with nothing after it but a good seal."""
    if not issued:
        return PartVerdict.UNKNOWN
    lengths = [one.length for one in issued if _begins_with(pdf, one)]
    if not lengths or len(pdf) in lengths:
        return _held(bool(lengths))
    return SEAL_VERDICTS[file.seal] if file.seal in {None, SealState.HOLDS} else PartVerdict.BROKEN


def _begins_with(pdf: bytes, issued: IssuedForm) -> bool:
    return hashlib.sha256(pdf[: issued.length]).hexdigest() == issued.digest


def _attached(file: FormFile, record: FormRecord, issued: tuple[IssuedForm, ...]) -> PartVerdict:
    known = {record.attached, *(one.attached for one in issued)}
    return _held(file.attached in known)


def _signature(file: FormFile, record: FormRecord, issued: tuple[IssuedForm, ...]) -> PartVerdict:
    """Return whether the attached data are what was signed.

    What offices know of a person who was absent is joined later: that nobody signed.
    """
    if file.attached == record.attached:
        return PartVerdict.HOLDS
    joined = file.attached in {one.attached for one in issued}
    return PartVerdict.UNKNOWN if joined else PartVerdict.BROKEN


def _held(holds: bool) -> PartVerdict:
    return PartVerdict.HOLDS if holds else PartVerdict.BROKEN
