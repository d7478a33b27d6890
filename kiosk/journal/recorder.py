"""The recorder of a visit's events, so that a complaint can be replayed (`replay.py`).

It records no person. In a village a birth month and a widowhood identify somebody, so only what
decides is recorded: of a card the sex; of the facts kind, category, whether the statutory month is
past, this, soon or far, the result of every condition, and which words were there at all. Replay
makes up a person for whom all of these come out the same. Stages and rows are the same then;
months, amounts and words are not, nor is which months "later" offers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.civil_time import civil_day
from kiosk.failures import Failure
from kiosk.journal.draft_events import note_begun, note_draft
from kiosk.journal.maintenance_events import note_answer, note_found
from kiosk.journal.staff_events import (
    STAND_IN_WORD,
    StaffHappening,
    at_the_desk,
    is_own,
    note_staff,
)
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.id_number import is_valid
from kiosk.retirement.facts import facts_of
from kiosk.retirement.figures import medical_short, paid_short
from kiosk.retirement.months import Month
from kiosk.retirement.questions import check_answer
from kiosk.retirement.situation import Situation, assess, category_for
from kiosk.visit import events as ev
from kiosk.visit.events import Answered, Event, Pressed
from kiosk.visit.identity import is_same
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.slips import case_of_code
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, asked, card_of
from kiosk.visit.steps.authority.actions import Point, assesses_by_card, open_point, wrong_day
from kiosk.visit.steps.identity_card.transitions import is_of_another
from kiosk.visit.steps.on_behalf.transitions import wrong_number
from kiosk.visit.steps.rating.transitions import WORST_GOOD_GRADE
from kiosk.visit.table import is_late

OPTIONAL = {
    **dict.fromkeys(("unit_name", "bank", "account"), STAND_IN_WORD),
    "waiting_unit": STAND_IN_WORD,
    "open_case": "00000000-0000-4000-8000-00000000000f",
}
"""Facts that may be missing and that pages or stages depend on, with their stand-ins."""
FLAGS = (
    "card_account_active",
    "has_fund_account",
    "has_annuity",
    "only_child_certificate",
    "household_matches",
)
Filings = ev.FilingsKnown | ev.FilingDecided
Found = ev.CodeScanned | ev.DraftBegun | ev.CameraSeen | ev.DevicesFound | ev.StickRead | Filings
TERMINAL = "terminal"  # the kind of the line that a kiosk begins with
OLD, PAST, THIS, COMING, FAR = -2, -1, 0, 1, 2


@dataclass
class Journal:
    """Recording of events as JSON lines through `write`; it keeps nothing itself."""

    write: Callable[[str], None]
    book: ReferenceData

    def begin(self) -> None:
        """Write the terminal's settings that decide which pages come, for a replay elsewhere."""
        settings = self.book.settings
        said: dict[str, Any] = {
            "visit": "",
            "stage": "",
            "kind": TERMINAL,
            "paper_camera": bool(settings.paper_camera.url),
            "code_scanner": bool(settings.code_scanner.url),
            "tries": settings.face.tries,
        }
        self.write(json.dumps(said, ensure_ascii=False))

    def note(self, visit: Visit, event: Answered, seconds: float) -> None:
        """Write one line for an event that happened to `visit` at `seconds` (monotonic)."""
        said: dict[str, Any] = {
            "ms": round(seconds * 1000),
            "visit": visit.id,
            "stage": visit.stage.value,
            "kind": ev.kind_of(event.what),
        }
        if is_late(visit, event) or _of_nobody(visit, event.what):
            said["late"] = True
        else:
            said |= _plain(visit, event.what, self.book)
        self.write(json.dumps(said, ensure_ascii=False))


def heads(line: str) -> bool:
    """Return whether a line is the one with which a terminal's recording begins."""
    return f'"kind": "{TERMINAL}"' in line


def _of_nobody(visit: Visit, what: Event) -> bool:
    """Return whether facts came while there is no card or consent: then no stage takes them."""
    facts = isinstance(what, ev.FactsKnown | ev.FactsUnknown)
    return facts and (visit.identity.card is None or visit.identity.consent is None)


def _plain(visit: Visit, what: Event, book: ReferenceData) -> dict[str, Any]:
    if isinstance(what, StaffHappening):
        return note_staff(what, visit)
    if isinstance(what, Found):
        return _found(what, visit)
    match what:
        case Pressed():
            return _pressed(visit, what, book)
        case ev.CardRead(card):
            own = {"own": True} if is_own(at_the_desk(visit), card) else {}
            same = {"same": True} if is_same(visit, card.number) else {}
            other = {"other": True} if is_of_another(visit, card.number) else {}
            doubts = {"doubts": [one.value for one in card.doubts]} if card.doubts else {}
            return {"sex": card.sex.value, **own, **same, **other, **doubts}
        case ev.FactsKnown(facts):
            return _facts(_situation(visit, facts, book), facts)
        case ev.FactsUnknown(failure):
            return {"failure": failure.value, **_phase(_situation(visit, None, book))}
        case ev.PictureTaken() | ev.PaperCaptured():
            return _of_paper(what)
        case ev.BellTold(bell):
            return {"bell": bell.value}
        case ev.FaceHint(hint):
            return {"hint": hint.value if hint else ""}
        case ev.FaceMatched():
            return {"score": round(what.score, 3)}
        case ev.ProgressKnown():
            later = {"opens": sorted(what.opens)} if what.opens else {}
            said = {"states": dict(what.states), "due": sorted(what.due), **later}
            return {**said, "confirmation": what.confirmation.value}
        case _:
            why: Failure | None = getattr(what, "failure", None)
            return {"failure": why.value} if why else {}


def _of_paper(what: ev.PictureTaken | ev.PaperCaptured) -> dict[str, str]:
    if isinstance(what, ev.PaperCaptured):
        return {"paper": what.code}
    return {"paper": what.code, "doubt": what.doubt.value if what.doubt else ""}


def _pressed(visit: Visit, press: Pressed, book: ReferenceData) -> dict[str, Any]:
    match press:
        case Pressed(Press.NEXT, _) if visit.stage is Stage.FORM:
            refused = check_answer(asked(visit, book)[0], visit.entry.typed, _today(visit))
            return {"value": "", "refused": refused.value if refused else ""}
        case Pressed(Press.NEXT, _) if visit.stage in (
            Stage.PRINCIPAL,
            Stage.AUTHORITY,
            Stage.LOGIN,
        ):
            return {"value": "", "refused": _refused(visit)}
        case Pressed(Press.PICK, _) if visit.stage is Stage.AUTHORITY:
            return {"value": "" if press.value[:1].isdigit() else press.value}  # of a day: nothing
        case Pressed(Press.AUTHORISE, _) if assesses_by_card(visit):
            return {"value": "", **_phase(_situation(visit, None, book))}
        case Pressed(Press.SPELL | Press.CHARACTER | Press.JOIN, _):
            return {"value": ""}  # letters and characters of where somebody lives
        case Pressed(Press.DIGIT | Press.PICK, _) if visit.maintenance.test is not None:
            return note_answer(visit.maintenance.test, press.value)
        case Pressed(Press.DIGIT, _):
            return {"at": len(visit.entry.typed)}
        case Pressed(Press.PICK, _) if visit.stage in (Stage.VOUCHING, Stage.DESK):
            return {"value": ""}  # an illness may be why; a case is somebody's
        case Pressed(Press.RESUME, _) if (
            visit.facts.draft is not None and visit.facts.situation is not None
        ):
            return {"value": "", "restored": note_draft(visit, book, _today(visit))}
        case Pressed(Press.PICK, value) if value.isdigit() and visit.stage is Stage.FORM:
            return {"value": ""}  # a division's code says where somebody lives
        case Pressed(Press.PICK, _) if visit.stage is Stage.RATING:
            return {"value": ""}  # nobody is to find out who complained of what
        case Pressed(Press.RATE, grade):
            return {"good": int(grade) >= WORST_GOOD_GRADE}
    return {"value": press.value}


def _found(what: Found, visit: Visit) -> dict[str, Any]:
    """Return the record of a code, a picture, found devices, a stick or filings."""
    if isinstance(what, ev.FilingsKnown):
        return {"awaited": [one.until is not None for one in what.filings]}
    if isinstance(what, ev.FilingDecided):
        return {"state": what.state.value}
    if isinstance(what, ev.CameraSeen | ev.DevicesFound | ev.StickRead):
        return note_found(what)
    if isinstance(what, ev.CodeScanned):
        return {"slip": bool(case_of_code(what.token.reveal()))}
    return note_begun(what.begun, visit)


def _refused(visit: Visit) -> str:
    """Return what is wrong with a typed number or day; "" for nothing."""
    if visit.stage is Stage.LOGIN:
        may_be = is_valid(visit.entry.typed, date.max) or not visit.on_behalf.typing
        wrong = None if may_be else Failure.ID_NUMBER_WRONG
    elif visit.stage is Stage.AUTHORITY:
        wrong = (
            wrong_day(visit.entry.typed, _today(visit))
            if open_point(visit) is Point.UNTIL
            else None
        )
    else:
        typing = visit.on_behalf.typing and visit.on_behalf.principal is None
        wrong = wrong_number(visit, _today(visit)) if typing else None
    return wrong.value if wrong else ""


def _situation(visit: Visit, facts: SharedFacts | None, book: ReferenceData) -> Situation:
    """Return the situation that the step will have once it takes these facts."""
    card = card_of(visit)
    category = category_for(book.age_rules, card.sex, facts.category if facts else "")
    known = facts_of(book.catalogue.facts, card.kind, facts)
    return assess(book.age_rules, category, Month.of_day(card.birth), _today(visit), known)


def _today(visit: Visit) -> date:
    """Return the day of the visit, which is that of the consent."""
    assert visit.identity.consent is not None
    return civil_day(visit.identity.consent.at)


def _phase(case: Situation) -> dict[str, Any]:
    """Return category and phase: OLD, PAST, THIS, COMING or FAR for the statutory month."""
    months = case.estimate.statutory.since(case.today)
    far = months > case.rules.file_ahead_months
    phase = FAR if far else max(PAST, min(COMING, months))
    if not case.estimate.flexible:
        phase = OLD
    return {"category": case.estimate.category.value, "phase": phase}


def _facts(case: Situation, facts: SharedFacts) -> dict[str, Any]:
    return {
        **_phase(case),
        "insured": facts.kind.value,
        "enough": paid_short(case) == 0,
        "deemed": facts.deemed_months > 0,
        "medical_short": medical_short(case) != 0,
        "elsewhere": bool(facts.earlier_places),
        **{name: getattr(facts, name) for name in FLAGS},
        "has": [name for name in OPTIONAL if getattr(facts, name)],
    }
