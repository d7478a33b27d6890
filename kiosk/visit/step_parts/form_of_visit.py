"""The application under way as its forms tell it: what the person sees is what is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from kiosk.form_case import FormCase, FormEntry, FormPaper
from kiosk.people.identity import IdCard
from kiosk.retirement.fields import Field, FieldSource
from kiosk.retirement.materials import Resolution
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import (
    Visit,
    card_of,
    chosen,
    paper_set,
    sees_facts,
    situation_of,
)

NONE, UNREACHABLE, ABSENT, NO_RECORD = (
    FormEntry(reason=one)
    for one in ("person_has_none", "office_unreachable", "person_absent", "no_record")
)
SHARED_NAMES = {"unit_uscc": "unit_code", "work_start": "work_start_month"}
"""Fields whose fact has another name (kiosk/people/facts.py)."""
ANSWER_NAMES = {"volunteer": "talent"}


def form_case_of(visit: Visit, book: ReferenceData, moment: datetime) -> FormCase:
    """Return what the merged form of the visit tells; `moment` is when it is looked at."""
    codes = chosen(visit, book)
    wanted = {name for code in codes for name in book.catalogue.services[code].fields}
    shared = visit.facts.shared if sees_facts(visit) else None
    kind = shared.kind if shared else None
    entries = {
        name: _entry(visit, book, name)
        for name, one in book.catalogue.fields.items()
        if (one.common or name in wanted) and (not one.kinds or kind is None or kind in one.kinds)
    }
    return FormCase(
        id=visit.application_id,
        terminal=book.settings.terminal.code,
        confirmed_at=visit.signature.confirmed_at or moment,
        way=visit.on_behalf.way.value,
        entries=entries,
        services=codes,
        papers=tuple(_papers(visit, book)),
        insisted=visit.choice.insisted & set(codes),
    )


def _papers(visit: Visit, book: ReferenceData) -> Iterator[FormPaper]:
    for need in paper_set(visit, book):
        settled = need.settled or Resolution.LATER
        yield FormPaper(need.code, settled.value, int(need.code in visit.papers.captured))


def _entry(visit: Visit, book: ReferenceData, name: str) -> FormEntry:
    one = book.catalogue.fields[name]
    if name in CARD_FIELDS:
        return FormEntry(CARD_FIELDS[name](card_of(visit)), source="card")
    if one.source is FieldSource.RULE or name in {"route", "category"}:
        return _worked_out(visit, name)
    answer = _answer(visit, book, name)
    if answer:
        return FormEntry(answer, source="person")
    return _shared(visit, one, name)


def _answer(visit: Visit, book: ReferenceData, name: str) -> str:
    """Return what the person answered, "" for nothing or no such question."""
    if name == "live_code":
        if visit.answers.get("live") == "same":
            return card_of(visit).address
        return book.divisions.full_name(visit.answers.get("live_village", ""))
    if name == "bank":  # the question says which card, not which bank
        return ""
    return visit.answers.get(ANSWER_NAMES.get(name, name), "")


def _worked_out(visit: Visit, name: str) -> FormEntry:
    situation = situation_of(visit)
    values = {
        "retire_month": str(situation.retire) if situation.seeks_pension else "",
        "route": situation.route.value,
        "category": situation.estimate.category.value,
    }
    return FormEntry(values[name], source="rule") if values.get(name) else NONE


def _shared(visit: Visit, one: Field, name: str) -> FormEntry:
    if not sees_facts(visit):
        return ABSENT
    fact = SHARED_NAMES.get(name, name)
    if one.source is FieldSource.PERSON:
        return NONE
    if visit.facts.shared is None:
        return UNREACHABLE
    value = _text(getattr(visit.facts.shared, fact, None))
    disputed = fact in visit.facts.disputed
    return FormEntry(value, source="shared", disputed=disputed) if value else NO_RECORD


def _text(value: Any) -> str:
    """Return a shared fact as text; "" for none."""
    if isinstance(value, tuple):
        return "、".join(value)
    return "" if value is None else str(value)


def _valid_until(card: IdCard) -> str:
    return card.valid_until.isoformat() if card.valid_until else "长期"


CARD_FIELDS: Mapping[str, Callable[[IdCard], str]] = {
    "name": lambda card: card.name,
    "sex": lambda card: card.sex.value,
    "ethnicity": lambda card: card.nation,
    "birth": lambda card: card.birth.isoformat(),
    "id_no": lambda card: card.number,
    "id_valid": _valid_until,
    "hukou_addr": lambda card: card.address,
}
