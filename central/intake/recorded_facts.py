"""Check of the version of an application, and of the facts that it carries from version 3 on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.intake.presence import is_principal_present
from central.problems import HttpProblem, not_processable
from kiosk.application.document import FOR_ANOTHER, TAKEN_VERSIONS, is_signed_whole
from kiosk.application.office_views import WITH_FACTS
from kiosk.application.recorded_facts import FactOrigin, is_facts_member, names_of_source

Document = Mapping[str, Any]

VERSION_UNKNOWN = not_processable("version-unknown", "This version of an application is unknown.")
FACTS_WRONG = not_processable("content-wrong", "The facts are not said as they should be.")
CHANGED = not_processable("changed", "The application is not what was signed.")
FACTS_NOT_ALLOWED = not_processable(
    "facts-not-allowed", "Facts of the offices were signed by somebody else than the person."
)


def wrong_facts(document: Document) -> HttpProblem | None:
    """Return the problem with version, facts or signed digest of an application, or None.

    It counts only after `missing_presence` accepted the document, which says who was there.
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
    of_offices = names_of_source(facts, FactOrigin.OFFICE)
    return FACTS_NOT_ALLOWED if is_principal_absent(document) and of_offices else None


def is_principal_absent(document: Document) -> bool:
    """Return whether somebody filed for a person who was not there."""
    return document.get("way") in FOR_ANOTHER and not is_principal_present(document)
