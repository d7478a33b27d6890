"""Is this a whole, genuine application, or what belongs to one? Looked at before it is stored."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from central.authority import AuthorityCheck
from central.case_dates import CaseDates, FiledRetirement, read_retirement
from central.papers import NamedPaper, named_papers
from central.presence import missing_presence
from central.problems import Problem, not_processable
from central.sealed import Opener, Sealed
from central.staff import PointStaff
from kiosk.filing.application import FOR_ANOTHER, mask_name
from kiosk.filing.envelope import Envelope, Kind
from kiosk.people.id_number import normalise

MATTER = "retirement"
MARKED = ("account", "mobile")
_NOT_ONE = not_processable("content-wrong", "The content is not one.")


@dataclass(frozen=True)
class Intake:
    """What is stored of an application; `person` is a keyed hash of number and matter.

    `marks`: keyed hashes of answers that only one person should give; `mobile` may be "".
    """

    envelope: Envelope
    body: bytes = field(repr=False)
    person: str
    services: tuple[str, ...]
    retirement: FiledRetirement | None
    papers: tuple[NamedPaper, ...]
    masked_name: str
    mobile: str = field(repr=False)
    marks: Mapping[str, str]
    way: str
    staff: str
    acted: bool = False  # somebody filed it for the person
    proxy: str = ""  # a keyed hash: the friend or relative who did


@dataclass(frozen=True)
class CorrectionIntake:
    """What is stored of what somebody brings later for one service."""

    envelope: Envelope
    body: bytes = field(repr=False)
    application_id: str
    service: str
    papers: tuple[NamedPaper, ...]


@dataclass(frozen=True)
class Examiner:
    """Opens what comes and looks inside."""

    opener: Opener
    person_key: bytes = field(repr=False)
    known_services: Collection[str]
    authority: AuthorityCheck
    dates: CaseDates

    def application(
        self, body: bytes, application_id: str, terminal: str, staff: PointStaff
    ) -> Intake | Problem:
        """Return what to store, or a problem that sending again cannot cure.

        `staff`: who works at the terminal's point.
        """
        sealed = self.opener.open(body, Kind.APPLICATION, application_id, terminal)
        if isinstance(sealed, Problem):
            return sealed
        codes = sealed.document.get("services")
        if not isinstance(codes, list) or not codes or not _all_different(codes):
            return not_processable("content-wrong", "The services are not a list of codes.")
        if not set(codes) <= set(self.known_services):
            return not_processable("unknown-service", "A service is not known here.")
        intake = self._intake(sealed, tuple(codes))
        if isinstance(intake, Problem):
            return intake
        return missing_presence(sealed.document, staff, self.authority) or intake

    def correction(
        self, body: bytes, correction_id: str, terminal: str
    ) -> CorrectionIntake | Problem:
        """Return what to store, or a problem that sending again cannot cure."""
        sealed = self.opener.open(body, Kind.CORRECTION, correction_id, terminal)
        if isinstance(sealed, Problem):
            return sealed
        papers = named_papers(sealed.document.get("papers"))
        match sealed.document:
            case {"application_id": str(application_id), "service": str(service)} if (
                papers is not None
            ):
                return CorrectionIntake(
                    sealed.envelope, body, application_id.lower(), service, papers
                )
        return _NOT_ONE

    def talent(self, body: bytes, talent_id: str, terminal: str) -> Sealed | Problem:
        """Return what to store, or a problem that sending again cannot cure."""
        return self.opener.open(body, Kind.TALENT, talent_id, terminal)

    def person(self, id_number: str) -> str:
        """Return the keyed hash that finds a person's open case without keeping the number."""
        return self._mark(MATTER, normalise(id_number))

    def handed_key(self, id_number: str) -> bytes:
        """Return the key to what an employer began for this person: 32 bytes."""
        return bytes.fromhex(self._mark("handed", normalise(id_number)))

    def mobile_of(self, body: bytes) -> str:
        """Return the mobile number that an accepted application gives, or ""."""
        return _answer(self.opener.document(body), "mobile")

    def later_days(self, body: bytes, received_at: str, today: date) -> Mapping[str, date]:
        """Return of an accepted application the first day of each service not to be begun yet."""
        document = self.opener.document(body)
        opens = self.dates.opening_days(document, document["services"], received_at)
        return {code: day for code, day in opens.items() if day > today}

    def _intake(self, sealed: Sealed, services: tuple[str, ...]) -> Intake | Problem:
        document = sealed.document
        match document.get("applicant"):
            case {"number": str(number), **rest}:
                name = rest.get("name")
            case _:
                return _NOT_ONE
        papers = named_papers([document.get("papers"), document.get("authority")])
        if papers is None:
            return not_processable("content-wrong", "The papers are not named as they should be.")
        acting = document.get("proxy")
        proxy = acting.get("number") if isinstance(acting, dict) else None
        return Intake(
            envelope=sealed.envelope,
            body=sealed.body,
            person=self.person(number),
            services=services,
            retirement=read_retirement(document),
            papers=papers,
            masked_name=mask_name(name) if isinstance(name, str) else "",
            mobile=_answer(document, "mobile"),
            way=str(document.get("way", "")),
            staff=str(document.get("staff", "")),
            acted=document.get("way") in FOR_ANOTHER,
            proxy=self.person(proxy) if isinstance(proxy, str) else "",
            marks={
                kind: self._mark(kind, said) for kind in MARKED if (said := _answer(document, kind))
            },
        )

    def _mark(self, kind: str, said: str) -> str:
        words = f"{said}\n{kind}".encode()
        return hmac.new(self.person_key, words, hashlib.sha256).hexdigest()


def _answer(document: Mapping[str, Any], name: str) -> str:
    answers = document.get("answers")
    found = answers.get(name) if isinstance(answers, dict) else None
    return found if isinstance(found, str) else ""


def _all_different(codes: list[object]) -> bool:
    return all(isinstance(code, str) for code in codes) and len(set(codes)) == len(codes)
