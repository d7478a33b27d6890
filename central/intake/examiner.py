"""Examination of sealed content before it is stored: integrity, authority, and who was present."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from central.intake.authority import AuthorityCheck
from central.intake.card_doubts import wrong_inspection
from central.intake.case_dates import CaseDates, promised_of, read_retirement
from central.intake.moments import day_of
from central.intake.opener import Opener, Sealed
from central.intake.papers import NamedPaper, named_papers
from central.intake.presence import is_principal_present, missing_presence
from central.intake.proof_check import ProofCheck, token_of
from central.intake.recorded_facts import wrong_facts
from central.intake.signed_forms import FormCheck
from central.intake.vouching import Vouching, read_vouching
from central.policy import VisitPolicy, VouchingPolicy
from central.problems import HttpProblem, not_processable
from central.seal.form_records import FormRecord, check_key, form_records
from central.staff import PointStaff
from kiosk.application.document import FOR_ANOTHER, Way, mask_mobile, mask_name
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import Envelope, EnvelopeKind, canonical
from kiosk.people.id_number import normalise

LOG = logging.getLogger(__name__)
MATTER = "retirement"
MARKED = ("account", "mobile")
WITHHELD = frozenset({"account", "bank", "mobile", "mobile_alt"})
"""Answers that only the principal may give: account and mobile numbers."""
_NOT_ONE = not_processable("content-wrong", "The content is not one.")


@dataclass(frozen=True)
class ForAnother:
    """The filing for another person that an application is.

    `begins`: work starts at once, because the principal was there or a window accepted papers.
    `filer`: the masked name of a friend or relative, or the pseudonym of the staff; `proxy`: the
    keyed hash of the friend's or relative's number, "" for staff.
    """

    begins: bool
    filer: str
    proxy: str = ""
    relation: str = ""
    checked_by: str = ""


@dataclass(frozen=True)
class PhoneEvidence:
    """The platform's token by which who filed was proved; `person`: the keyed hash of who filed."""

    token: str
    person: str


@dataclass(frozen=True)
class Intake:
    """What is stored of an application; `person` is a keyed hash of number and matter.

    No member says a fact of the person in plain. `due_on`: the last day that is promised when the
    application is accepted on the day of its examination, `due_days` that of each service (ISO, ""
    for none); `masked_mobile` may be ""; `marks`: keyed hashes of answers that only one person
    should give.
    """

    envelope: Envelope
    person: str
    services: tuple[str, ...]
    due_on: date
    papers: tuple[NamedPaper, ...]
    masked_name: str
    masked_mobile: str
    marks: Mapping[str, str]
    way: str
    staff: str
    signed_on: date | None = None
    vouching: Vouching | None = None
    phone: PhoneEvidence | None = None
    for_another: ForAnother | None = None
    forms: tuple[FormRecord, ...] = ()
    due_days: Mapping[str, str] = field(default_factory=dict)

    @property
    def awaits(self) -> bool:
        """Tell whether no work begins before the principal confirms."""
        return self.for_another is not None and not self.for_another.begins

    @property
    def proxy(self) -> str:
        """Return the keyed hash of the friend or relative who filed, or ""."""
        return self.for_another.proxy if self.for_another else ""


@dataclass(frozen=True)
class CorrectionIntake:
    """What is stored of papers and answers that a person hands in later for one service."""

    envelope: Envelope
    application_id: str
    service: str
    papers: tuple[NamedPaper, ...]


@dataclass(frozen=True)
class Examiner:
    """Opens sealed content and checks it.

    `is_registered_as(number, name)` tells whether the people registry does not contradict the name;
    `known_services` are the codes of all services, `person_key` keys every hash.
    """

    opener: Opener
    person_key: bytes = field(repr=False)
    known_services: Collection[str]
    authority: AuthorityCheck
    dates: CaseDates
    visits: VisitPolicy
    vouching: VouchingPolicy
    proofs: ProofCheck
    forms: FormCheck
    is_registered_as: Callable[[str, str], bool]

    def application(
        self, body: bytes, application_id: str, terminal: str, staff: PointStaff, today: date
    ) -> Intake | HttpProblem:
        """Return what to store of an application, or a problem that sending again cannot cure.

        `staff`: who works at the terminal's point; `today`: the day of receipt, until which a
        single voucher may still count (`policy.vouching.alone_until`).

        `body` is the sealed application.
        """
        sealed = self.opener.open(body, EnvelopeKind.APPLICATION, application_id, terminal)
        if isinstance(sealed, HttpProblem):
            return sealed
        codes = sealed.document.get("services")
        if not isinstance(codes, list) or not codes or not _all_different(codes):
            return not_processable("content-wrong", "The services are not a list of codes.")
        if not set(codes) <= set(self.known_services):
            return not_processable("unknown-service", "A service is not known here.")
        intake = self._intake(sealed, tuple(codes), today)
        if isinstance(intake, HttpProblem):
            return intake
        found = missing_presence(
            sealed.document,
            staff,
            self.authority,
            self.visits,
            self.proofs,
            (terminal, today),
            one_voucher_counts=today <= self.vouching.alone_until,
        )
        return (
            found
            or wrong_inspection(sealed.document, staff, self.visits)
            or wrong_facts(sealed.document, self.dates.catalogue.fields)
            or self.forms.wrong_forms(sealed.document)
            or intake
        )

    def correction(
        self, body: bytes, correction_id: str, terminal: str
    ) -> CorrectionIntake | HttpProblem:
        """Return what to store of a correction, or a problem that sending again cannot cure.

        `body` is the sealed correction; it must name the `correction_id` and the `terminal` of the
        request.
        """
        sealed = self.opener.open(body, EnvelopeKind.CORRECTION, correction_id, terminal)
        if isinstance(sealed, HttpProblem):
            return sealed
        papers = named_papers(sealed.document.get("papers"))
        match sealed.document:
            case {"application_id": str(application_id), "service": str(service)} if (
                papers is not None
            ):
                return CorrectionIntake(sealed.envelope, application_id.lower(), service, papers)
        return _NOT_ONE

    def talent(self, body: bytes, talent_id: str, terminal: str) -> Sealed | HttpProblem:
        """Return a sealed talent record to store, or a problem that sending again cannot cure.

        `body` is the sealed record; it must name the `talent_id` and the `terminal` of the request.
        """
        return self.opener.open(body, EnvelopeKind.TALENT, talent_id, terminal)

    @property
    def check_key(self) -> bytes:
        """Return the key of the hashes of forms' check codes; the pages are given it, too."""
        return check_key(self.person_key)

    def person(self, id_number: str) -> str:
        """Return the keyed hash that finds a person's open case without keeping the number."""
        return self._mark(MATTER, normalise(id_number))

    def chip(self, digest: str) -> str:
        """Return the keyed hash that tells two chips apart without keeping what they say."""
        return self._mark("chip", digest)

    def facts_mark(self, facts: Mapping[str, Any]) -> str:
        """Return the keyed hash that names these facts without telling them; "" for none."""
        return self._mark("facts", canonical(dict(facts)).decode()) if facts else ""

    def handed_key(self, id_number: str) -> bytes:
        """Return the 32-byte key to what an employer began for this person."""
        return bytes.fromhex(self._mark("handed", normalise(id_number)))

    def later_days(self, body: bytes, received_at: str, today: date) -> Mapping[str, date]:
        """Return the first day of each service of an application that may not begin yet.

        `body` is the sealed application; `received_at` the moment of its receipt, in ISO 8601.
        """
        document = self.opener.document(body)
        opens = self.dates.opening_days(document, document["services"], received_at)
        return {code: day for code, day in opens.items() if day > today}

    def promised_days(
        self, body: bytes, services: Collection[str], received_at: str
    ) -> Mapping[str, str]:
        """Return the last day (ISO, "" for none) that was promised for each service.

        `body` is the sealed application; `received_at` the moment of its receipt, in ISO 8601. A
        service that is not known here is left out; all are when the application can't be opened.
        """
        document = self.opener.find_document(body)
        if document is None:
            LOG.warning("no own deadlines for an application that can't be opened")
            return {}
        accepted = civil_day(datetime.fromisoformat(received_at))
        parts = self.dates.parts(read_retirement(document), services, accepted)
        return promised_of(parts)

    def _intake(
        self, sealed: Sealed, services: tuple[str, ...], today: date
    ) -> Intake | HttpProblem:
        document = sealed.document
        match document.get("applicant"):
            case {"number": str(number), **rest}:
                name = rest.get("name")
            case _:
                return _NOT_ONE
        # Pages of an authority are papers of the case, too.
        papers = named_papers([document.get("papers"), document.get("authority")])
        if papers is None:
            return not_processable("content-wrong", "The papers are not named as they should be.")
        another = self._for_another(document, number, str(name))
        given = given_answers(document)
        mobile = answer(given, "mobile")
        parts = self.dates.parts(read_retirement(document), services, today)
        return Intake(
            envelope=sealed.envelope,
            person=self.person(number),
            services=services,
            due_on=self.dates.last_day(parts, today),
            papers=papers,
            masked_name=mask_name(name) if isinstance(name, str) else "",
            masked_mobile=mask_mobile(mobile) if mobile else "",
            way=str(document.get("way", "")),
            staff=str(document.get("staff", "")),
            marks={
                kind: self._mark(kind, said) for kind in MARKED if (said := answer(given, kind))
            },
            signed_on=day_of(document.get("confirmed_at")),
            vouching=_vouching(document),
            phone=self._phone(document, number),
            for_another=another,
            forms=form_records(document, self.check_key),
            due_days=promised_of(parts),
        )

    def _phone(self, document: Mapping[str, Any], number: str) -> PhoneEvidence | None:
        token = token_of(document.get("proof"))
        proxy = document.get("proxy")
        filer = proxy.get("number") if isinstance(proxy, dict) else number
        return PhoneEvidence(token, self.person(str(filer))) if token else None

    def _for_another(
        self, document: Mapping[str, Any], number: str, name: str
    ) -> ForAnother | None:
        way = document.get("way")
        if way not in FOR_ANOTHER:
            return None
        starts = way == Way.BACK_ENTRY or is_principal_present(document)
        staff, checker = (str(document.get(one, "")) for one in ("staff", "checked_by"))
        match document:
            case {"proxy": {"number": str(proxy), "name": str(filer)}}:
                mark, masked = self.person(proxy), mask_name(filer)
            case _:
                mark, masked = "", staff
        authority = document.get("authority")
        relation = authority.get("relation", "") if isinstance(authority, dict) else ""
        return ForAnother(
            # A name that the registry contradicts never lets work begin at once.
            begins=starts and self.is_registered_as(number, name),
            filer=masked,
            proxy=mark,
            relation=str(relation),
            checked_by=checker,
        )

    def mobile_mark(self, mobile: str) -> str:
        """Return the keyed hash that matches replies from a number without storing it."""
        return self._mark("told", mobile)

    def _mark(self, kind: str, said: str) -> str:
        words = f"{said}\n{kind}".encode()
        return hmac.new(self.person_key, words, hashlib.sha256).hexdigest()


def _vouching(document: Mapping[str, Any]) -> Vouching | None:
    proof = document.get("proof")
    return read_vouching(proof) if isinstance(proof, dict) else None


def given_answers(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answers that count.

    For a principal who was absent, the account and mobile numbers that the offices already have
    stay in force: the answers in `WITHHELD`, which somebody else gave, are left out.
    """
    found = document.get("answers")
    answers = found if isinstance(found, dict) else {}
    absent = document.get("way") in FOR_ANOTHER and not is_principal_present(document)
    return {one: said for one, said in answers.items() if not (absent and one in WITHHELD)}


def answer(answers: Mapping[str, Any], name: str) -> str:
    """Return an answer, "" when there is none."""
    found = answers.get(name)
    return found if isinstance(found, str) else ""


def _all_different(codes: list[object]) -> bool:
    return all(isinstance(code, str) for code in codes) and len(set(codes)) == len(codes)
