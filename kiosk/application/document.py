"""The application document: canonical bytes, with an id and a digest.

Id and digest are fixed the moment the person confirms, before any network use (delivery.md §0).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.application.authority import Authority
from kiosk.application.forms.definitions import FormDefinitions
from kiosk.application.ink import KEY_MARK, Ink, strokes_of
from kiosk.application.office_views import Document, Views
from kiosk.application.recorded_facts import RecordedFacts, facts_member
from kiosk.application.scan import CapturedPaper
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import canonical, digest
from kiosk.people.consent import Consent, Proof
from kiosk.people.identity import IdCard
from kiosk.people.inspection import record_doubts
from kiosk.retirement.materials import Need, Resolution
from kiosk.retirement.situation import Route, Situation

KIND = "application"
VERSION = 3
TAKEN_VERSIONS = (2, 3)
"""Versions that the central service takes; 3 added the members `facts` and `forms`."""
NO_END = "长期"
"""The last day of a card that never ends, as an application says it."""


class Way(StrEnum):
    """How an application was filed."""

    SELF = "self"
    HELPER_PRESENT = "helper_present"  # 帮办
    PROXY = "proxy"  # 亲友代办
    HELPER_ABSENT = "helper_absent"  # 代办
    BACK_ENTRY = "back_entry"  # 窗口补录
    PHONE = "phone"  # 掌上办: begun there, gone on with here
    EMPLOYER = "employer"  # 企业办: begun by the employer, signed here


MOBILE_SHOWN = 3, 4
"""Digits of a masked mobile number, at its beginning and at its end."""
FOR_ANOTHER = frozenset({Way.PROXY, Way.HELPER_ABSENT, Way.BACK_ENTRY})
"""Ways in which somebody else than the person of the card files, by an authority."""


@dataclass(frozen=True)
class Filing:
    """Who files, and what allows it; `staff` and `checked_by` are pseudonyms.

    `checked_by` is who checked what a window entered later.
    """

    way: Way = Way.SELF
    staff: str = ""
    checked_by: str = ""
    proxy: IdCard | None = None
    authority: Authority = Authority()
    rules_version: str = ""

    def record(self, today: date) -> Document:
        """Return the members of the application that tell how it was filed."""
        said: Document = {"way": self.way.value}
        if self.staff:
            said["staff"] = self.staff
        if self.way in FOR_ANOTHER:
            said["authority"] = self.authority.record(self.rules_version, today)
        if self.proxy is not None:
            said["proxy"] = _applicant(self.proxy)
        if self.authority.accepted_on is not None:
            said["accepted_on"] = self.authority.accepted_on.isoformat()
            said["late_because"] = self.authority.reason
            said["checked_by"] = self.checked_by
        return said


@dataclass(frozen=True)
class Application:
    """A confirmed application; `digest` is that of `content`, its canonical bytes."""

    id: str
    digest: str
    content: bytes = field(repr=False)
    services: tuple[str, ...]
    masked_name: str
    blobs: tuple[str, ...] = ()  # of the captured papers
    way: str = "self"
    staff: str = ""  # who of the staff helped, a pseudonym
    checked_by: str = ""
    parties: tuple[str, str] | None = field(default=None, repr=False)  # proxy and person: numbers
    vouchers: tuple[str, ...] = ()  # who of the staff vouched for who files, pseudonyms


@dataclass(frozen=True)
class RetirementClaim:
    """What an application says of the retirement.

    - `disputed`: shared facts that the person calls wrong; `insisted`: services filed against them.
    - `category_from`: where the retirement category comes from.
    - `facts_known`: whether the offices could be asked.
    - `told_kind`: how the person is insured where no office knows it, otherwise "".
    """

    situation: Situation
    disputed: tuple[str, ...]
    insisted: tuple[str, ...]
    category_from: str
    facts_known: bool
    told_kind: str

    def record(self) -> Document:
        """Return the member `retirement` of the application.

        The special ways hand in no month of their own, nor does who seeks no pension.
        """
        situation = self.situation
        by_age = situation.route is Route.AGE and situation.seeks_pension
        return {
            "category": situation.estimate.category.value,
            "route": situation.route.value,
            "statutory_month": str(situation.estimate.statutory),
            "retire_month": str(situation.retire) if by_age else None,
            "timing": situation.timing.value if by_age else None,
            "category_from": self.category_from,
            "facts_known": self.facts_known,
            "disputed": list(self.disputed),
            "insisted": list(self.insisted),
            **({"told_kind": self.told_kind} if self.told_kind else {}),
        }


def mask_mobile(mobile: str) -> str:
    """Return a masked number such as 139****1234, which still tells two numbers apart."""
    first, last = MOBILE_SHOWN
    return f"{mobile[:first]}****{mobile[-last:]}"


def mask_name(name: str) -> str:
    """Return the name with all but its first character masked: 张* for 张三."""
    return name[:1] + "*" * (len(name) - 1)


def compose(
    *,
    application_id: str,
    terminal: str,
    confirmed_at: datetime,
    card: IdCard,
    retirement: RetirementClaim,
    services: tuple[str, ...],
    answers: Mapping[str, str],
    facts: RecordedFacts,
    papers: tuple[Need, ...],
    captured: Mapping[str, tuple[CapturedPaper, ...]],
    consent: Consent,
    proof: Proof,
    ink: Ink,
    views: Views,
    forms: FormDefinitions,
    filing: Filing,
) -> Application:
    """Return the application; its signature names the digest of all the rest.

    `terminal` is the terminal's code, `confirmed_at` the moment of signing. `card` is the
    applicant's; `retirement` is what they say of it, `services` the codes of what is applied for;
    `answers` are those to the questions, by field; `facts` is every field of the form, with what
    the person made of it; `papers` are to be handed in, `captured` their pages by paper code.

    `views` and `forms` give digests of what each office sees and of each form, so that the
    signature covers them too. Proof and signature are those of whoever files.
    """
    document: Document = {
        "version": VERSION,
        "kind": KIND,
        "id": application_id,
        "terminal": terminal,
        "confirmed_at": confirmed_at.isoformat(timespec="seconds"),
        **filing.record(civil_day(confirmed_at)),
        "applicant": _applicant(card),
        "retirement": retirement.record(),
        "services": list(services),
        "answers": dict(answers),
        "facts": facts_member(facts),
        "papers": [_paper(paper, captured) for paper in papers],
        "consent": consent.record(),
        "proof": proof.record(),
    }
    content = canonical(_signed(document, views, forms, ink))
    pages = (page for one in papers for page in captured.get(one.code, ()))
    return Application(
        application_id,
        digest(content),
        content,
        services,
        mask_name(card.name),
        _attached(pages, filing, proof),
        filing.way.value,
        filing.staff,
        filing.checked_by,
        (filing.proxy.number, card.number) if filing.proxy else None,
        proof.vouchers,
    )


def _signed(document: Document, views: Views, forms: FormDefinitions, ink: Ink) -> Document:
    """Return the document with the digests of views and forms, and the signature over all of it."""
    by = "key" if ink == KEY_MARK else "finger"
    whole = document | {"views": views.digests(document)}
    whole["forms"] = forms.record(whole | {"signature": {"by": by}})
    return whole | {"signature": _sign(whole, ink, by)}


def _sign(document: Document, ink: Ink, by: str) -> Document:
    """Return the signature over all members of the document that are there."""
    return {
        "signed_digest": digest(canonical(document)),
        "signed_at": document["confirmed_at"],
        "strokes": strokes_of(ink),
        "by": by,
    }


def is_signed_whole(document: Mapping[str, Any]) -> bool:
    """Return whether an application's signature covers all its other members as they are."""
    signature = document.get("signature")
    said = signature.get("signed_digest") if isinstance(signature, dict) else None
    rest = {name: value for name, value in document.items() if name != "signature"}
    return said == digest(canonical(rest))


def _attached(pages: Iterable[CapturedPaper], filing: Filing, proof: Proof) -> tuple[str, ...]:
    """Return the digests of all sealed pictures that are sent with the application."""
    person = (proof.picture,) if proof.picture else ()
    here = (one for one in pages if not one.supplied_by)
    return tuple(one.blob for one in (*here, *filing.authority.papers(), *person))


def _applicant(card: IdCard) -> Document:
    return {
        "card_kind": card.kind.value,
        "name": card.name,
        "name_certain": card.name_certain,
        "number": card.number,
        "sex": card.sex.value,
        "nation": card.nation,
        "birth": card.birth.isoformat(),
        "address": card.address,
        "valid_until": card.valid_until.isoformat() if card.valid_until else NO_END,
        **record_doubts(card),
    }


def _paper(paper: Need, captured: Mapping[str, tuple[CapturedPaper, ...]]) -> Document:
    settled = paper.settled.value if paper.settled else Resolution.LATER.value
    pages = [page.record() for page in captured.get(paper.code, ())]
    return {"code": paper.code, "settled": settled, "pages": pages}


CORRECTION = "correction"  # 补正
