"""What exactly does the person hand in? One canonical document with its id and digest.

Id and digest are fixed the moment the person confirms, before any network use (central.md §0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.filing.captured import CapturedPaper
from kiosk.filing.envelope import canonical, digest
from kiosk.filing.views import Document, Views
from kiosk.people.consent import Consent, Proof
from kiosk.people.identity import IdCard
from kiosk.retirement.materials import Need, Resolution
from kiosk.retirement.situation import Route, Situation

KIND = "application"
VERSION = 2
# The central service takes 320 KiB. Who signs for minutes must not be refused for it afterwards.
MOST_STROKES, MOST_POINTS = 500, 4000
Ink = tuple[tuple[tuple[float, float, float], ...], ...]
KEY_MARK: Ink = (((40.0, 20.0, 0.0), (100.0, 80.0, 0.0)), ((100.0, 20.0, 0.0), (40.0, 80.0, 0.0)))
"""The cross that a key sets: no finger draws a line in no time."""


class Way(StrEnum):
    """How an application was filed."""

    SELF = "self"
    HELPER_PRESENT = "helper_present"  # 帮办


@dataclass(frozen=True)
class Application:
    """A confirmed application: the canonical bytes are what the digest names."""

    id: str
    digest: str
    content: bytes = field(repr=False)
    services: tuple[str, ...]
    masked_name: str
    blobs: tuple[str, ...] = ()  # of the captured papers
    way: str = "self"
    staff: str = ""  # who of the staff helped, a pseudonym


def mask_name(name: str) -> str:
    """Return 张* for 张三: enough for a list, too little for a stranger."""
    return name[:1] + "*" * (len(name) - 1)


def compose(
    *,
    application_id: str,
    terminal: str,
    confirmed_at: datetime,
    card: IdCard,
    situation: Situation,
    services: tuple[str, ...],
    answers: Mapping[str, str],
    papers: tuple[Need, ...],
    captured: Mapping[str, CapturedPaper],
    disputed: tuple[str, ...],
    insisted: tuple[str, ...],
    category_from: str,
    facts_known: bool,
    consent: Consent,
    proof: Proof,
    ink: Ink,
    views: Views,
    staff: str = "",
) -> Application:
    """Return the application; the signature names the digest of all the rest.

    `views` holds the digest of what each office sees, so that the signature covers it too. `staff`
    is the pseudonym of who helped (帮办); proof and signature are the applicant's own all the same.
    """
    way = Way.HELPER_PRESENT if staff else Way.SELF
    document: Document = {
        "version": VERSION,
        "kind": KIND,
        "id": application_id,
        "terminal": terminal,
        "confirmed_at": confirmed_at.isoformat(timespec="seconds"),
        "way": way.value,
        **({"staff": staff} if staff else {}),
        "applicant": _applicant(card),
        "retirement": {
            **_retirement(situation),
            "category_from": category_from,
            "facts_known": facts_known,
            "disputed": list(disputed),
            "insisted": list(insisted),
        },
        "services": list(services),
        "answers": dict(answers),
        "papers": [_paper(paper, captured) for paper in papers],
        "consent": consent.record(),
        "proof": proof.record(),
    }
    document["views"] = views.digests(document)
    document["signature"] = {
        "signed_digest": digest(canonical(document)),
        "signed_at": document["confirmed_at"],
        "strokes": _strokes(ink),
        "by": "key" if ink == KEY_MARK else "finger",
    }
    content = canonical(document)
    blobs = tuple(captured[one.code].blob for one in papers if one.code in captured)
    masked = mask_name(card.name)
    return Application(
        application_id, digest(content), content, services, masked, blobs, way.value, staff
    )


def _strokes(ink: Ink) -> list[list[list[float]]]:
    """Return every stroke, with as many of its points as fit."""
    kept = ink[:MOST_STROKES]
    step = 1 + sum(map(len, kept)) // MOST_POINTS
    return [[[round(value, 2) for value in point] for point in line[::step]] for line in kept]


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
        "valid_until": card.valid_until.isoformat() if card.valid_until else "长期",
    }


def _retirement(situation: Situation) -> Document:
    by_age = situation.route is Route.AGE  # the special ways hand in no month of their own
    return {
        "category": situation.estimate.category.value,
        "route": situation.route.value,
        "statutory_month": str(situation.estimate.statutory),
        "retire_month": str(situation.retire) if by_age else None,
        "timing": situation.timing.value if by_age else None,
    }


def _paper(paper: Need, captured: Mapping[str, CapturedPaper]) -> Document:
    settled = paper.settled.value if paper.settled else Resolution.LATER.value
    pages = [captured[paper.code].record()] if paper.code in captured else []
    return {"code": paper.code, "settled": settled, "pages": pages}
