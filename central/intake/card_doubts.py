"""Check of what an application says of doubts about a card (`kiosk/people/inspection.py`).

It is the terminal's word, like a presence; the check is whether somebody with the right, and of
neither card, looked at it in that visit, and whether the date and sex that are used stand in the
number. Kinds of doubt that a newer terminal knows are taken as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from central.intake.presence import NOT_ALLOWED, had_right, is_of_the_visit, is_party
from central.policy import VisitPolicy
from central.problems import HttpProblem, not_processable
from central.staff import PointStaff
from kiosk.people.id_number import SHAPE, birth_of, normalise, sex_of
from kiosk.people.identity import INSPECTED_DOUBTS, CardDoubt
from kiosk.people.inspection import UNCONFIRMABLE
from kiosk.staff.roles import Right

Document = Mapping[str, Any]

INSPECTION_WRONG = not_processable(
    "inspection-wrong", "Nobody compared the card that was doubtful."
)
PEOPLE = ("applicant", "proxy")


def wrong_inspection(
    document: Document, staff: PointStaff, visits: VisitPolicy
) -> HttpProblem | None:
    """Return the problem with the inspection of a doubtful card of applicant or proxy, or None.

    `staff`: who works at the terminal's point; `visits`: how long a visit may last.
    """
    people = (document.get(table) for table in PEOPLE)
    doubtful = [one for one in people if isinstance(one, dict) and "card_doubts" in one]
    problems = (_wrong(one, document, staff, visits) for one in doubtful)
    return next(filter(None, problems), None)


def _wrong(
    person: Mapping[str, Any], document: Document, staff: PointStaff, visits: VisitPolicy
) -> HttpProblem | None:
    match person["card_doubts"]:
        case {"found": list(found), **said} if all(isinstance(one, str) for one in found):
            doubts = {one for one in CardDoubt if one in found}
        case _:
            return INSPECTION_WRONG
    if INSPECTED_DOUBTS.isdisjoint(doubts):
        return None
    inspector = said.get("seen_by")
    seen = isinstance(inspector, str) and is_of_the_visit(said.get("seen_at"), document, visits)
    if not seen or doubts & UNCONFIRMABLE or not _stands_in_number(person, doubts):
        return INSPECTION_WRONG
    may = had_right(staff, str(inspector), Right.VOUCH, document)
    return None if may and not is_party(staff, str(inspector), document) else NOT_ALLOWED


def _stands_in_number(person: Mapping[str, Any], doubts: set[CardDoubt]) -> bool:
    """Tell whether a doubtful birth date or sex agrees with the one in the identity number."""
    number = normalise(str(person.get("number")))
    if not SHAPE.fullmatch(number):
        return doubts.isdisjoint({CardDoubt.BIRTH, CardDoubt.SEX})
    born = birth_of(number)
    same_birth = born is not None and person.get("birth") == born.isoformat()
    same_sex = person.get("sex") == sex_of(number).value
    return (CardDoubt.BIRTH not in doubts or same_birth) and (
        CardDoubt.SEX not in doubts or same_sex
    )
