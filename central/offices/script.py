"""The script of the simulated offices: their pace, incidents and results, read from a TOML file.

config/offices/ holds the demo's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from central.tasks import TaskMove, TaskState
from kiosk.application.service_result import (
    IssuedCertificate,
    LegalRemedy,
    OfficeAppointment,
    PaidAmount,
    PaymentSlip,
    RefusalGrounds,
    ResultContent,
)
from kiosk.civil_time import start_of_day
from kiosk.config.schema import load
from kiosk.retirement.months import Month


@dataclass(frozen=True)
class OfficePace:
    """Office days from ready to begun, and from begun to the end."""

    begin_days: float
    work_days: float


@dataclass(frozen=True)
class Incident:
    """A decision about every `every`-th case of a service, counted from case serial `first`."""

    service: str
    every: int
    first: int
    reason: str
    days: int = 0  # to bring what is asked for

    def holds(self, service: str, serial: int) -> bool:
        """Tell whether the incident happens to this case."""
        return (
            service == self.service
            and serial >= self.first
            and (serial - self.first) % self.every == 0
        )


@dataclass(frozen=True)
class ScriptedResult:
    """The content of a service's result; "" or 0 for a kind that it does not have.

    In `certificate` and `payment_code` stands {serial} for the case's number. Days and months
    count from the day of the decision; `hour` is that of the appointment.
    """

    certificate: str = ""
    fen: int = 0
    monthly: bool = False
    months: int = 1
    payment_code: str = ""
    payment_fen: int = 0
    payment_days: int = 30
    place: str = ""
    days: int = 7
    hour: int = 9

    def content(self, serial: int, today: date) -> ResultContent:
        """Return the content of the result of the case with this serial, decided `today`."""
        month = Month.of_day(today).later(self.months)
        due_on = today + timedelta(days=self.payment_days)
        meeting = start_of_day(today + timedelta(days=self.days)) + timedelta(hours=self.hour)
        code = self.payment_code.format(serial=serial)
        number = self.certificate.format(serial=serial)
        return ResultContent(
            certificate=IssuedCertificate(number) if number else None,
            amount=PaidAmount(self.fen, month, self.monthly) if self.fen else None,
            payment=PaymentSlip(code, self.payment_fen, due_on) if code else None,
            appointment=OfficeAppointment(self.place, meeting) if self.place else None,
        )


@dataclass(frozen=True)
class ScriptedRefusal:
    """The law and the remedies that every refusal of the script names."""

    law: str
    remedies: tuple[LegalRemedy, ...]


@dataclass(frozen=True)
class Script:
    """Pace, incidents and results of all offices.

    `late` is the reason of refusal when a correction is late; `results` are by service.
    """

    pace: OfficePace
    late: str
    services: Mapping[str, OfficePace] = field(default_factory=dict)
    corrections: tuple[Incident, ...] = ()
    refusals: tuple[Incident, ...] = ()
    suspensions: tuple[Incident, ...] = ()  # for `days` office days
    endings: tuple[Incident, ...] = ()
    results: Mapping[str, ScriptedResult] = field(default_factory=dict)
    refusal: ScriptedRefusal | None = None

    def pace_of(self, service: str) -> OfficePace:
        """Return the pace of a service's office, by default that of all offices."""
        return self.services.get(service, self.pace)

    def end(self, service: str, serial: int, today: date) -> TaskMove:
        """Return the end of a service that is done `today`, in the case with this `serial`."""
        said = self.results.get(service)
        return TaskMove(TaskState.DONE, result=said.content(serial, today) if said else None)

    def refuse(self, reason: str) -> TaskMove:
        """Return a refusal for this reason."""
        if self.refusal is None:
            return TaskMove(TaskState.REFUSED, reason)
        grounds = RefusalGrounds(reason, self.refusal.law, self.refusal.remedies)
        return TaskMove(TaskState.REFUSED, reason, result=ResultContent(refusal=grounds))


def read_script(path: Path) -> Script:
    """Return the script in the TOML file `path`; raises kiosk.config.schema.ConfigError."""
    return load(Script, path)
