"""The application document as its forms tell it: version 3, whose member `facts` names every field.

A fact is `{"value", "source", "at", "state"}`, with `office` and `words` where there are any, or
`{"reason"}`. The signed document alone is enough, so that the central service can make each form
again and compare its digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kiosk.form_case import FormCase, FormEntry, FormMandate, FormPaper, FormParty

MARKED_WRONG = "marked_wrong"
OFFICE = "office"


def case_of(document: Mapping[str, Any]) -> FormCase:
    """Return what the forms of an application document tell."""
    return FormCase(
        id=document["id"],
        terminal=document["terminal"],
        confirmed_at=datetime.fromisoformat(document["confirmed_at"]),
        way=document["way"],
        entries=entries_of(document["facts"]),
        services=tuple(document["services"]),
        papers=tuple(
            FormPaper(one["code"], one["settled"], len(one["pages"])) for one in document["papers"]
        ),
        insisted=frozenset(document["retirement"]["insisted"]),
        signed_by=document.get("signature", {}).get("by", ""),
    )


def entries_of(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, FormEntry]:
    """Return the entries of a member `facts`."""
    return {name: _entry(one) for name, one in facts.items()}


def mandate_of(document: Mapping[str, Any]) -> FormMandate | None:
    """Return the power of attorney; None for who files for themselves, or has one on paper."""
    authority, proxy = document.get("authority"), document.get("proxy")
    if authority is None or proxy is None or "scope" not in authority:
        return None
    return FormMandate(
        principal=_party(document["applicant"]),
        proxy=_party(proxy),
        relation=authority.get("relation", ""),
        scope=authority["scope"],
        since=date.fromisoformat(authority["since"]),
        until=date.fromisoformat(authority["until"]),
    )


def _party(card: Mapping[str, Any]) -> FormParty:
    return FormParty(card["name"], card["number"])


def _entry(fact: Mapping[str, Any]) -> FormEntry:
    if "reason" in fact:
        return FormEntry(reason=fact["reason"])
    source = fact["source"]
    by_office = source == OFFICE
    # Of several the page may have said only the last; tables it says in full.
    several = isinstance(fact["value"], list) and not any(
        isinstance(one, dict) for one in fact["value"]
    )
    return FormEntry(
        value=_text(fact["value"]),
        words="" if several else fact.get("words", ""),
        source=fact.get("office", source) if by_office else source,
        at=fact["at"] if by_office else "",
        disputed=fact["state"] == MARKED_WRONG,
    )


def _text(value: Any) -> str:
    """Return a fact's JSON value as text; a list's parts are joined."""
    if isinstance(value, list):
        return "、".join(_text(one) for one in value)
    if isinstance(value, dict):
        return " ".join(_text(one) for one in value.values())
    return str(value)
