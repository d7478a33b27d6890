"""What an office's end of a service gives to the person, as values and as JSON.

The same JSON comes from an office's system and goes, sealed on the way, to the terminal at which
the person stands. docs/central.md ("Results") says it member by member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from kiosk.civil_time import CIVIL_ZONE, to_civil
from kiosk.retirement.months import Month

T = TypeVar("T")

MOST_REMEDIES = 4
LONGEST_TEXT = 40  # characters; each stands on a page in the largest type
LONGEST_REASON = 80  # of a refusal, as long as such a page can say
MOST_FEN = 10**12
MOST_DAYS = 3650


class ResultKind(StrEnum):
    """The kinds of content that a result may have; the value is its member in JSON."""

    CERTIFICATE = "certificate"
    AMOUNT = "amount"
    PAYMENT = "payment"
    APPOINTMENT = "appointment"
    REFUSAL = "refusal"


ASKING = frozenset({ResultKind.PAYMENT, ResultKind.APPOINTMENT, ResultKind.REFUSAL})
"""Kinds that ask the person to do something: to pay, to come, to contest or file again."""


class RemedyKind(StrEnum):
    """Legal remedies against a refusal."""

    REVIEW = "review"  # administrative reconsideration (行政复议)
    LAWSUIT = "lawsuit"  # administrative litigation (行政诉讼)


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate or decision, by its number; its file, if any, travels beside the result."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class PaidAmount:
    """What is paid to the person, in fen; `monthly` from `month` on, or once in it."""

    fen: int = field(repr=False)
    month: Month
    monthly: bool = False


@dataclass(frozen=True)
class PaymentSlip:
    """What the person has to pay: the code of the slip, the amount in fen, and the last day."""

    code: str = field(repr=False)
    fen: int = field(repr=False)
    due_on: date


@dataclass(frozen=True)
class OfficeAppointment:
    """Where and when the person has to come."""

    place: str
    at: datetime


@dataclass(frozen=True)
class LegalRemedy:
    """A remedy: the authority or court where it is sought, and within how many days."""

    kind: RemedyKind
    body: str
    days: int

    def last_day(self, decided_on: date) -> date:
        """Return the last day on which it can be sought, counted from the day of the decision.

        The term runs from the day on which the person learns of it, which is never earlier.
        """
        return decided_on + timedelta(days=self.days)


@dataclass(frozen=True)
class RefusalGrounds:
    """Why a service was refused, by which law, and what can be done against it."""

    reason: str = field(repr=False)
    law: str
    remedies: tuple[LegalRemedy, ...]


@dataclass(frozen=True)
class ResultContent:
    """The content of one result; None for a kind that it does not have.

    `file` is the certificate as PDF, b"" for none; it stands in no JSON of `record`.
    """

    certificate: IssuedCertificate | None = None
    amount: PaidAmount | None = None
    payment: PaymentSlip | None = None
    appointment: OfficeAppointment | None = None
    refusal: RefusalGrounds | None = None
    file: bytes = field(default=b"", repr=False)

    @property
    def kinds(self) -> frozenset[ResultKind]:
        """Return the kinds of content that it has."""
        return frozenset(kind for kind in ResultKind if getattr(self, kind.value) is not None)

    @property
    def asks_person(self) -> bool:
        """Return whether the person has to do something, or may want to."""
        return not self.kinds.isdisjoint(ASKING)

    def record(self) -> dict[str, Any]:
        """Return the JSON that `parse_result` reads, without the file."""
        found: dict[str, Any] = {}
        if self.certificate is not None:
            found["certificate"] = {"number": self.certificate.number}
        if (paid := self.amount) is not None:
            said = {"fen": paid.fen, "month": str(paid.month), "monthly": paid.monthly}
            found["amount"] = said
        if (slip := self.payment) is not None:
            due_on = slip.due_on.isoformat()
            found["payment"] = {"code": slip.code, "fen": slip.fen, "due_on": due_on}
        if (meeting := self.appointment) is not None:
            at = to_civil(meeting.at).replace(tzinfo=None).isoformat(timespec="minutes")
            found["appointment"] = {"place": meeting.place, "at": at}
        if (grounds := self.refusal) is not None:
            remedies = [
                {"kind": one.kind.value, "body": one.body, "days": one.days}
                for one in grounds.remedies
            ]
            why = {"reason": grounds.reason, "law": grounds.law}
            found["refusal"] = {**why, "remedies": remedies}
        return found


@dataclass(frozen=True)
class ServiceResult:
    """The result of a service, as it is told to the person; `decided_on` counts for remedies.

    `has_file`: the certificate can be had as PDF, by the case's id and the service.
    """

    service: str
    decided_on: date
    content: ResultContent = field(repr=False)
    application_id: str = ""
    has_file: bool = False


class MemberWrong(ValueError):  # noqa: N818 - the member is
    """A member of a result is not what it should be; the text is its dotted name."""


def parse_result(said: object) -> ResultContent:
    """Return what `ResultContent.record` wrote as `said`.

    Kinds that are not known here are left out: a newer central service may have more. Raises
    MemberWrong with the name of the first member that is wrong, "" for what is no object.
    """
    if not isinstance(said, Mapping):
        raise MemberWrong("")
    return ResultContent(
        certificate=_part(said, ResultKind.CERTIFICATE, _certificate),
        amount=_part(said, ResultKind.AMOUNT, _amount),
        payment=_part(said, ResultKind.PAYMENT, _payment),
        appointment=_part(said, ResultKind.APPOINTMENT, _appointment),
        refusal=_part(said, ResultKind.REFUSAL, _refusal),
    )


def _part(
    said: Mapping[str, Any], kind: ResultKind, read: Callable[[Mapping[str, Any]], T]
) -> T | None:
    if kind.value not in said:
        return None
    found = said[kind.value]
    if not isinstance(found, Mapping):
        raise MemberWrong(kind.value)
    try:
        return read(found)
    except MemberWrong as error:
        raise MemberWrong(f"{kind.value}.{error}") from None


def _certificate(said: Mapping[str, Any]) -> IssuedCertificate:
    return IssuedCertificate(_text(said, "number"))


def _amount(said: Mapping[str, Any]) -> PaidAmount:
    month = _read(said, "month", Month.parse)
    monthly = said.get("monthly", False)
    if not isinstance(monthly, bool):
        raise MemberWrong("monthly")
    return PaidAmount(_whole(said, "fen", MOST_FEN), month, monthly)


def _payment(said: Mapping[str, Any]) -> PaymentSlip:
    due_on = _read(said, "due_on", date.fromisoformat)
    return PaymentSlip(_text(said, "code"), _whole(said, "fen", MOST_FEN), due_on)


def _appointment(said: Mapping[str, Any]) -> OfficeAppointment:
    at = _read(said, "at", datetime.fromisoformat)
    if at.tzinfo is not None:
        raise MemberWrong("at")
    return OfficeAppointment(_text(said, "place"), at.replace(tzinfo=CIVIL_ZONE))


def _refusal(said: Mapping[str, Any]) -> RefusalGrounds:
    remedies = said.get("remedies")
    if not isinstance(remedies, list) or not 0 < len(remedies) <= MOST_REMEDIES:
        raise MemberWrong("remedies")
    found = tuple(_remedy(one) for one in remedies)
    return RefusalGrounds(_text(said, "reason", LONGEST_REASON), _text(said, "law"), found)


def _remedy(said: object) -> LegalRemedy:
    if not isinstance(said, Mapping):
        raise MemberWrong("remedies")
    kind = _read(said, "kind", RemedyKind)
    return LegalRemedy(kind, _text(said, "body"), _whole(said, "days", MOST_DAYS))


def _text(said: Mapping[str, Any], name: str, longest: int = LONGEST_TEXT) -> str:
    """Return a text of one line that is not blank."""
    found = said.get(name)
    if not isinstance(found, str) or not found.strip() or len(found) > longest:
        raise MemberWrong(name)
    if not found.isprintable():
        raise MemberWrong(name)
    return found


def _whole(said: Mapping[str, Any], name: str, most: int) -> int:
    found = said.get(name)
    if type(found) is not int or not 0 < found <= most:
        raise MemberWrong(name)
    return found


def _read(said: Mapping[str, Any], name: str, read: Callable[[str], T]) -> T:
    found = said.get(name)
    try:
        return read(found) if isinstance(found, str) else _fail(name)
    except ValueError:
        raise MemberWrong(name) from None


def _fail(name: str) -> Any:
    raise MemberWrong(name)
