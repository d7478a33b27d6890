"""A certificate that an office issued, on A4: fetched for who is here, printed, and dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, ClassVar

from kiosk.failures import Failure
from kiosk.people.attendance import Attendance
from kiosk.ports import Central
from kiosk.visit.central_answers import ask_of_person, trouble_of
from kiosk.visit.context import Context
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Event
from kiosk.visit.records.filing import FormCopy
from kiosk.visit.state import Visit, attendance_of
from kiosk.visit.step_parts.form_copies import offers_copy
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.steps.progress.events import CertificateNotPrinted, CertificatePrinted
from kiosk.visit.steps.progress.results_page import shown_result
from kiosk.visit.transition import Change, Effects
from kiosk.visit_ports import VisitDevices

PDF = "application/pdf"


@dataclass(frozen=True)
class PrintCertificate(DeviceRequest):
    """Fetch the file of the certificate that `who` got with the end of a service, and print it.

    Answers CertificatePrinted or CertificateNotPrinted.
    """

    thread: ClassVar[str] = "printer"
    who: Attendance = field(repr=False)
    application_id: str
    service: str

    def answer(self, devices: VisitDevices, cancelled: Callable[[], bool]) -> Event:
        """Print one copy; the file stays in memory until the printer has it."""
        file = self._fetch(devices.central)
        if isinstance(file, Failure):
            return CertificateNotPrinted(file)
        if cancelled():  # who asked has left: nobody would take the sheet out of the printer
            return CertificateNotPrinted(Failure.CERTIFICATE_GONE)
        failure = devices.print_pdf(file)
        return CertificateNotPrinted(failure) if failure else CertificatePrinted()

    def _fetch(self, central: Central) -> bytes | Failure:
        which = {"application_id": self.application_id, "service": self.service}
        answer = ask_of_person(central, "/v1/people/certificate", self.who, **which)
        if answer.trouble is None and answer.status == HTTPStatus.NOT_FOUND:
            return Failure.CERTIFICATE_GONE
        if trouble := trouble_of(answer, PDF):
            return trouble
        if not answer.body:  # cut by the client: longer than any that the service takes
            return Failure.CERTIFICATE_TOO_LARGE
        return answer.body if answer.body.startswith(b"%PDF-") else Failure.CENTRAL_STRANGE


def may_print_certificate(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether the result that is shown has a file, and nothing is being printed."""
    one = shown_result(visit, context.book)
    idle = visit.progress.certificate is not FormCopy.PRINTING
    return one.has_file and idle and offers_copy(context.book)


def begin_certificate(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the certificate as being printed."""
    return replace(_with_certificate(visit, FormCopy.PRINTING), failure=None)


def print_certificate(change: Change[Any]) -> Effects:
    """Ask for the certificate of the result that is shown, on paper."""
    one = shown_result(change.after, change.context.book)
    return (PrintCertificate(attendance_of(change.after), one.application_id, one.service),)


def end_certificate(visit: Visit, _what: CertificatePrinted, _context: Context) -> Visit:
    """Tell that the sheets can be taken."""
    return replace(_with_certificate(visit, FormCopy.PRINTED), failure=None)


def show_no_certificate(visit: Visit, what: CertificateNotPrinted, context: Context) -> Visit:
    """Tell why nothing was printed; it can be tried again."""
    return show_failure(_with_certificate(visit, FormCopy.NONE), what, context)


def forget_printed(visit: Visit) -> Visit:
    """Return the visit without the word that sheets can be taken, which is of another result."""
    printed = visit.progress.certificate is FormCopy.PRINTED
    return _with_certificate(visit, FormCopy.NONE) if printed else visit


def _with_certificate(visit: Visit, copy: FormCopy) -> Visit:
    return replace(visit, progress=replace(visit.progress, certificate=copy))
