"""Rights of the staff: role by act, each cell tried with the right and without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.pages.press import Press
from kiosk.staff.desk import Desk
from kiosk.staff.roles import ROLE_RIGHTS, Right, Role, Session
from kiosk.visit.events.cards import CardLifted, CardRead
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import InventedVisitor, persona
from tests.kiosk.staff_people import DESK, OTHER_HELPER
from tests.kiosk.visit.steps.filing_for_another import BACK_ENTRY, walk

STAFF_CARD = persona("helper")[0]
RightUse = Callable[[Session], bool]


def at_desk(session: Session, act: Press, value: str = "") -> bool:
    """Tell whether the press leads away from the desk."""
    visitor = InventedVisitor().at_desk(DESK, session)
    if visitor.visit.stage is not Stage.DESK:
        return False
    return visitor.press(act, value).visit.stage is not Stage.DESK


def vouches(session: Session) -> bool:
    visitor = InventedVisitor().with_card(face=False).press(Press.VOUCH).press(Press.PICK, "other")
    visitor.happen(CardRead(STAFF_CARD)).type("730492")
    visitor.happen(LoggedIn(replace(OTHER_HELPER, id="X-0002", others_vouch=True)))
    visitor.happen(CardLifted()).happen(CardRead(STAFF_CARD)).type("730492")
    second = visitor.happen(LoggedIn(session)).visit.stage is Stage.FACTS
    visitor = InventedVisitor().with_card(face=False).press(Press.VOUCH).press(Press.PICK, "other")
    visitor.happen(CardRead(STAFF_CARD)).type("730492").happen(LoggedIn(session))
    first = visitor.visit.staff.first_voucher is not None
    assert first is second
    return first


def looks_again(session: Session) -> bool:
    visitor = walk(*BACK_ENTRY[:-1], LoggedIn(replace(session, id="X-0002")))
    return visitor.visit.stage is Stage.SUBMITTING


def sees_the_desk(session: Session) -> bool:
    return InventedVisitor().at_desk(Desk(), session).visit.stage is Stage.DESK


def maintains(session: Session) -> bool:
    visitor = InventedVisitor().knocking().happen(LoggedIn(session)).type("123456")
    return visitor.happen(LoggedIn(session)).visit.stage is Stage.MAINTENANCE


def hands_over(session: Session) -> bool:
    visitor = InventedVisitor().at_desk(DESK, session)
    return visitor.press(Press.REPORT).press(Press.HAND_OVER).visit.stage is Stage.HANDOVER


def takes_over(session: Session) -> bool:
    visitor = InventedVisitor().at_desk(DESK, replace(OTHER_HELPER, id="X-0002"))
    visitor.press(Press.REPORT).press(Press.HAND_OVER)
    visitor.happen(CardRead(persona("wang")[0])).type("730492").happen(LoggedIn(session))
    return (visitor.visit.stage, visitor.visit.staff.session) == (Stage.DESK, session)


ACTIONS: dict[str, tuple[Right, RightUse]] = {
    "sees the desk": (Right.UNSENT, sees_the_desk),
    "hands over": (Right.UNSENT, hands_over),
    "takes over": (Right.UNSENT, takes_over),
    "files beside": (Right.FILE_FOR, lambda one: at_desk(one, Press.FILE_FOR)),
    "files for the absent": (Right.FILE_ABSENT, lambda one: at_desk(one, Press.FILE_ABSENT)),
    "enters later": (Right.BACK_ENTRY, lambda one: at_desk(one, Press.BACK_ENTER)),
    "looks again": (Right.BACK_ENTRY, looks_again),
    "finds": (Right.FIND, lambda one: at_desk(one, Press.FIND)),
    "reports": (Right.REPORT, lambda one: at_desk(one, Press.REPORT)),
    "vouches": (Right.VOUCH, vouches),
    "mends": (
        Right.CORRECTIONS,
        lambda one: at_desk(one, Press.PICK, "11111111-0000-4000-8000-000000000001/R09"),
    ),
    "maintains": (Right.MAINTENANCE, maintains),
}
WITH_PEOPLE = set(ACTIONS) - {"enters later", "looks again", "maintains"}
MAY = {
    Role.HELPER: WITH_PEOPLE,
    Role.WINDOW: set(ACTIONS) - {"maintains"},
    Role.TECHNICIAN: {"maintains"},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS)
def test_each_role_does_its_own_and_nothing_else(role: Role, action: str) -> None:
    _, may = ACTIONS[action]
    assert may(Session("S-0001", role, ROLE_RIGHTS[role])) is (action in MAY[role])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS)
def test_without_the_right_it_is_not_done(role: Role, action: str) -> None:
    right, may = ACTIONS[action]
    assert not may(Session("S-0001", role, ROLE_RIGHTS[role] - {right}))


def test_every_right_stands_in_the_table() -> None:
    assert {right for right, _ in ACTIONS.values()} == set(Right)
