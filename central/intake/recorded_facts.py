"""Check of the version of an application, and of the facts that it carries from version 3 on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.intake.presence import is_principal_present
from central.problems import HttpProblem, not_processable
from kiosk.application.document import FOR_ANOTHER, TAKEN_VERSIONS, is_signed_whole
from kiosk.application.employer import LISTED_UNIT, UNIT_CODE
from kiosk.application.office_views import WITH_FACTS
from kiosk.application.recorded_facts import FactOrigin, is_facts_member, names_of_source
from kiosk.application.residence import LIVE, division_of_residence, is_at_another_address
from kiosk.retirement.fields import Field

Document = Mapping[str, Any]

OF_CARD = {"name": "name", "sex": "sex", "birth": "birth", "id_no": "number"}
"""Members of `applicant` that say the same as a fact."""
OF_MATTER = ("category", "route", "retire_month")
"""Members of `retirement` that say the same as the fact of this name."""
OF_OWN_CARD = {"bank": "own_bank", "account": "account"}
"""Questions that fill these facts where the money goes to a card of the person's own."""
OWN = "own"

VERSION_UNKNOWN = not_processable("version-unknown", "This version of an application is unknown.")
FACTS_WRONG = not_processable("content-wrong", "The facts are not said as they should be.")
CHANGED = not_processable("changed", "The application is not what was signed.")
CONTRADICTS = not_processable(
    "facts-contradict", "A fact says something else than the answer or the card behind it."
)
FACTS_NOT_ALLOWED = not_processable(
    "facts-not-allowed", "Facts of the offices were signed by somebody else than the person."
)


def wrong_facts(document: Document, fields: Mapping[str, Field]) -> HttpProblem | None:
    """Return the problem with version, facts or signed digest of an application, or None.

    `fields` are those of the form. It counts only after `missing_presence` accepted the document,
    which says who was there.
    """
    version = document.get("version")
    if version not in TAKEN_VERSIONS:
        return VERSION_UNKNOWN
    if version < WITH_FACTS:
        return None
    facts = document.get("facts")
    if not isinstance(facts, dict) or not is_facts_member(facts):
        return FACTS_WRONG
    if not is_signed_whole(document):
        return CHANGED
    if is_principal_absent(document) and names_of_source(facts, FactOrigin.OFFICE):
        return FACTS_NOT_ALLOWED
    return CONTRADICTS if contradicting(document, fields) else None


def contradicting(document: Document, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Return the names of the facts that differ from what the rest of the document says.

    That is the card of the applicant, the answers to the questions, and the member `retirement`.
    A name that `fields` lacks comes from a terminal with a newer form, and is not compared.
    """
    known = ((name, one) for name, one in document["facts"].items() if name in fields)
    return tuple(name for name, one in known if _contradicts(document, name, one, fields[name]))


def _contradicts(document: Document, name: str, fact: Mapping[str, Any], one: Field) -> bool:
    elsewhere, value = _said_elsewhere(document, name, one) or None, fact.get("value")
    if name in OF_CARD or name in OF_MATTER:
        return elsewhere is not None and value is not None and value != elsewhere
    if name in OF_OWN_CARD and _member(document, "answers", "bank") == OWN:
        return value != elsewhere
    if fact.get("source") == FactOrigin.PERSON:
        return bool(value != elsewhere)
    # An answer was given, and the fact says that there is none.
    return "reason" in fact and bool(elsewhere) and name not in OF_OWN_CARD


def _said_elsewhere(document: Document, name: str, one: Field) -> Any:
    """Return the value outside the member `facts`; None or "" for none."""
    if name in OF_CARD:
        return _member(document, "applicant", OF_CARD[name])
    if name in OF_MATTER:
        return _member(document, "retirement", name)
    if name == "kind":
        return _member(document, "retirement", "told_kind")
    if name == "live_code":
        return _place_of(document)
    if name == "unit_uscc":
        return _member(document, "answers", LISTED_UNIT) or _member(document, "answers", UNIT_CODE)
    return _member(document, "answers", OF_OWN_CARD.get(name) or one.answer or name)


def _place_of(document: Document) -> Any:
    """Return where the person says to live: a division, or the address of the card."""
    live = _member(document, "answers", LIVE)
    if isinstance(live, str) and is_at_another_address(document["answers"]):
        return division_of_residence(document["answers"])
    return None if live is None else _member(document, "applicant", "address")


def _member(document: Document, *names: str) -> Any:
    found: Any = document
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def is_principal_absent(document: Document) -> bool:
    """Return whether somebody filed for a person who was not there."""
    return document.get("way") in FOR_ANOTHER and not is_principal_present(document)
