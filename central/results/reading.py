"""Results of services as offices say them: which kinds each service has, and how they are read.

The rules are config/results.toml. What an office says is a value or a fault that names the member;
nothing of a wrong answer is kept, and its task stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from central.tasks import TaskState
from kiosk.application.service_result import (
    MemberWrong,
    RefusalGrounds,
    RemedyKind,
    ResultContent,
    ResultKind,
    parse_result,
)
from kiosk.civil_time import civil_day
from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.crypto.envelope import bytes_of
from kiosk.operator_texts import text_of, texts_of
from kiosk.retirement.months import Month

FILE_MEMBER = "file"
"""Member of `certificate` with the certificate as PDF, in base64."""
REASON_MEMBER = "reason"
PDF = b"%PDF-"
_PDF_WITHIN = 1024  # ISO 32000-2 says byte 0; readers look so far (Adobe's implementation note 13)


class ResultTrouble(StrEnum):
    """What is wrong with a result; config/texts/operator/central.toml has the words."""

    KIND = "kind"  # a kind that nobody here knows
    FOREIGN = "foreign"  # a kind that this service, or this end, does not have
    MISSING = "missing"  # a kind that this service has to have
    VALUE = "value"
    DAY = "day"  # over already, or too far ahead
    FILE = "file"  # too large
    PDF = "pdf"  # no PDF
    DAMAGED = "damaged"
    LOCKED = "locked"  # by a password
    ACTIVE = "active"  # a script, an action, a file inside, sound or film
    PAGES = "pages"  # too many
    SLOW = "slow"  # reading it took too long
    TERM = "term"  # a remedy that is open for less than the law says


@dataclass(frozen=True)
class ResultFault:
    """Why a result is not taken; `member` is the dotted name of what is wrong."""

    trouble: ResultTrouble
    member: str

    def words(self) -> str:
        """Return the fault and its cure for whoever writes the office's system or form."""
        words = texts_of("central.result_troubles")[self.trouble.value]
        return text_of("central.result_fault", member=self.member, words=words)


@dataclass(frozen=True)
class ServiceResults:
    """The kinds of content that a service has when it is done; `monthly`: its amount is."""

    must: tuple[ResultKind, ...] = ()
    may: tuple[ResultKind, ...] = ()
    monthly: bool = False

    @property
    def kinds(self) -> tuple[ResultKind, ...]:
        """Return all kinds, in the order in which they are shown."""
        return tuple(kind for kind in ResultKind if kind in (*self.must, *self.may))


@dataclass(frozen=True)
class ResultRules:
    """What results may be: limits, and the kinds of each service.

    `furthest_days`: how far ahead a payment or an appointment may lie, `furthest_months`: how far
    away the month of an amount. `least_days`: the shortest term of each remedy. `most_pages`: of a
    certificate's file.
    """

    version: str
    longest_file_bytes: int
    furthest_days: int
    furthest_months: int
    least_days: Mapping[str, int]
    most_pages: int = 10
    services: Mapping[str, ServiceResults] = field(default_factory=dict)

    def kinds_of(self, service: str, state: TaskState) -> tuple[ResultKind, ...]:
        """Return the kinds that the end `state` of a service may have."""
        if state is TaskState.REFUSED:
            return (ResultKind.REFUSAL,)
        return self.services[service].kinds if state is TaskState.DONE else ()

    def needed_kinds(self, service: str, state: TaskState) -> tuple[ResultKind, ...]:
        """Return the kinds that the end `state` of a service has to have."""
        if state is TaskState.REFUSED:
            return (ResultKind.REFUSAL,)
        return self.services[service].must if state is TaskState.DONE else ()


def read_result_rules(path: Path, services: Collection[str]) -> ResultRules:
    """Return the rules in the TOML file `path` for these services.

    Raises kiosk.config.schema.ConfigError for what does not fit together.
    """
    rules = load(ResultRules, path)
    words = texts_of("central.result_rules")
    problems = [
        Problem(str(path), line_of(path, key), key, words[name])
        for key, name in _faults_of(rules, services)
    ]
    if problems:
        raise ConfigError(tuple(problems))
    return rules


def _faults_of(rules: ResultRules, services: Collection[str]) -> Iterator[tuple[str, str]]:
    for name in ("longest_file_bytes", "most_pages", "furthest_days", "furthest_months"):
        if getattr(rules, name) <= 0:
            yield name, "positive"
    for kind in RemedyKind:
        if rules.least_days.get(kind.value, 0) <= 0:
            yield f"least_days.{kind.value}", "positive"
    for code in sorted(rules.services.keys() ^ set(services)):
        yield f"services.{code}", "unknown" if code in rules.services else "absent"
    for code, one in rules.services.items():
        if len({*one.must, *one.may}) < len(one.must) + len(one.may):
            yield f"services.{code}.may", "twice"
        if ResultKind.REFUSAL in one.kinds:
            yield f"services.{code}", "refusal"
        if one.monthly and ResultKind.AMOUNT not in one.kinds:
            yield f"services.{code}.monthly", "monthly"


def read_result(
    said: object, service: str, end: TaskState, today: date, rules: ResultRules
) -> ResultContent | ResultFault:
    """Return the content that an office says with the `end` of a service, or what is wrong.

    `said` is the JSON object of docs/central.md, "Results"; `today` is the day of the decision.
    Whether it belongs to the case must have been checked before.
    """
    if not isinstance(said, Mapping):
        return ResultFault(ResultTrouble.VALUE, "")
    if fault := _wrong_kind(said, service, end, rules):
        return fault
    try:
        found = parse_result(said)
    except MemberWrong as error:
        return ResultFault(ResultTrouble.VALUE, str(error))
    if found.amount is not None:
        monthly = rules.services[service].monthly
        found = replace(found, amount=replace(found.amount, monthly=monthly))
    if fault := _wrong_day(found, today, rules) or _wrong_term(found.refusal, rules):
        return fault
    return _with_file(found, said, rules)


def _wrong_kind(
    said: Mapping[str, Any], service: str, end: TaskState, rules: ResultRules
) -> ResultFault | None:
    allowed, needed = rules.kinds_of(service, end), rules.needed_kinds(service, end)
    for name in said:
        if name not in set(ResultKind):
            return ResultFault(ResultTrouble.KIND, "")  # its name may be anything
        if name not in allowed:
            return ResultFault(ResultTrouble.FOREIGN, name)
    missing = next((kind for kind in needed if kind.value not in said), None)
    return ResultFault(ResultTrouble.MISSING, missing.value) if missing else None


def _wrong_day(found: ResultContent, today: date, rules: ResultRules) -> ResultFault | None:
    days = {
        "payment.due_on": found.payment.due_on if found.payment else today,
        "appointment.at": civil_day(found.appointment.at) if found.appointment else today,
    }
    for member, day in days.items():
        if not 0 <= (day - today).days <= rules.furthest_days:
            return ResultFault(ResultTrouble.DAY, member)
    away = found.amount.month.since(Month.of_day(today)) if found.amount else 0
    if abs(away) > rules.furthest_months:
        return ResultFault(ResultTrouble.DAY, "amount.month")
    return None


def _wrong_term(refusal: RefusalGrounds | None, rules: ResultRules) -> ResultFault | None:
    for one in refusal.remedies if refusal else ():
        if one.days < rules.least_days[one.kind.value]:
            return ResultFault(ResultTrouble.TERM, "refusal.remedies.days")
    return None


def _with_file(
    found: ResultContent, said: Mapping[str, Any], rules: ResultRules
) -> ResultContent | ResultFault:
    """Return the content with the certificate's file, where there is one."""
    text = said[ResultKind.CERTIFICATE].get(FILE_MEMBER, "") if found.certificate else ""
    if not text:
        return found
    member = f"{ResultKind.CERTIFICATE.value}.{FILE_MEMBER}"
    # Before it is decoded: base64 has four characters for three bytes.
    if isinstance(text, str) and len(text) * 3 // 4 > rules.longest_file_bytes + 2:
        return ResultFault(ResultTrouble.FILE, member)
    content = bytes_of(text)
    if content is None:
        return ResultFault(ResultTrouble.VALUE, member)
    fault = check_file(content, rules)
    return ResultFault(fault, member) if fault else replace(found, file=content)


def check_file(content: bytes, rules: ResultRules) -> ResultTrouble | None:
    """Return why the file of a certificate is not taken, None for one that is."""
    if len(content) > rules.longest_file_bytes:
        return ResultTrouble.FILE
    return None if PDF in content[:_PDF_WITHIN] else ResultTrouble.PDF
