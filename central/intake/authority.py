"""Check that whoever filed for another person was allowed to, and that evidence was attached.

An application without that evidence is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from central.intake.moments import day_of
from central.intake.papers import named_papers
from central.problems import HttpProblem, not_processable
from kiosk.application.authority import AuthorityRules, Evidence, same_person
from kiosk.application.document import Way

Document = Mapping[str, Any]

NO_AUTHORITY = not_processable("no-authority", "Nothing shows that the person let them file.")
IN_PERSON = not_processable("in-person", "Nobody may file this service for another.")


@dataclass(frozen=True)
class AuthorityCheck:
    """The rules of config/authority.toml, and the services that nobody may file for another."""

    rules: AuthorityRules
    in_person: Collection[str] = ()

    def missing(self, document: Document, signed_on: date) -> HttpProblem | None:
        """Return the problem with a filing for another person signed on that day, or None."""
        if set(document["services"]) & set(self.in_person):
            return IN_PERSON
        authority = document.get("authority")
        if not isinstance(authority, dict) or not _is_shown(authority):
            return NO_AUTHORITY
        if document["way"] == Way.BACK_ENTRY:
            return (
                None if self._is_entered_in_time(document, authority, signed_on) else NO_AUTHORITY
            )
        return None if _holds(authority, signed_on) and _names_who(document) else NO_AUTHORITY

    def _is_entered_in_time(self, document: Document, authority: Document, on: date) -> bool:
        """Tell whether a back entry names a reason and a day within the last `back_days` days."""
        accepted = day_of(document.get("accepted_on"))
        if accepted is None or authority.get("evidence") != Evidence.PAPER:
            return False
        oldest = on - timedelta(days=self.rules.back_days)
        return oldest <= accepted < on and document.get("late_because") in self.rules.reasons


def _is_shown(authority: Document) -> bool:
    match authority:
        case {"evidence": Evidence.SIGNED, "strokes": [_, *_]}:
            return True
        case {"evidence": Evidence.PAPER, "pages": [_, *_] as pages}:
            return bool(named_papers(pages))
    return False


def _holds(authority: Document, on: date) -> bool:
    until = day_of(authority.get("until"))
    return until is not None and on <= until and bool(authority.get("scope"))


def _names_who(document: Document) -> bool:
    """Tell whether a proxy is named with a relation and is not the applicant.

    True for other ways.
    """
    if document["way"] != Way.PROXY:
        return True
    match document:
        case {
            "proxy": {"number": str(proxy), "name": str(name)},
            "applicant": {"number": str(person)},
            "authority": {"relation": str(relation)},
        }:
            return bool(name and relation) and not same_person(proxy, person)
    return False
