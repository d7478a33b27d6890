"""Replay of a recorded visit, with stand-ins for its person and the same decisions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from kiosk.application.confirmation import ConfirmationState, FiledForMe
from kiosk.application.scan import CapturedPaper
from kiosk.civil_time import civil_day, start_of_day
from kiosk.config.settings import PaperCameraSettings
from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.journal.draft_events import NO_DRAFT, stand_in_begun, stand_in_draft
from kiosk.journal.maintenance_events import UPKEEP, restore_answer
from kiosk.journal.recorder import COMING, FAR, FLAGS, OLD, OPTIONAL, PAST, TERMINAL, THIS
from kiosk.journal.staff_events import (
    STAFF_KINDS,
    STAND_IN_CASE,
    STAND_IN_WORD,
    restore_staff,
    with_own_card,
)
from kiosk.pages.page import Ink
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind, SharedFacts
from kiosk.people.identity import CardDoubt, CardKind, IdCard, Sex
from kiosk.people.qr_token import QrToken
from kiosk.ports import Bell, Coach
from kiosk.retirement.age import AgeRules, Category, estimate
from kiosk.retirement.months import MONTHS, Month
from kiosk.visit import events as ev
from kiosk.visit.events import Answered, Event, Pressed
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.render import draw_page
from kiosk.visit.slips import query_code
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, asked
from kiosk.visit.table import Table

STAND_IN_CARD = IdCard(
    kind=CardKind.RESIDENT,
    name="某某",
    sex=Sex.MALE,
    nation="01",
    birth=date(1966, 6, 1),
    address="某地",
    number="341602196606010011",
    authority="某局",
    valid_from=date(2012, 1, 1),
    valid_until=None,
)
STAND_IN_PRINCIPAL = "341602196501010023"  # whoever is acted for is another person
STAND_IN_LAST_DAY = "20991231"
STAND_IN_INK: Ink = (((10.0, 10.0, 0.0), (40.0, 20.0, 0.5)),)
STAND_IN_DIGITS = {
    "mobile": "13900001234",
    "mobile_alt": "13900001234",
    "account": "0" * 19,  # right at each of the lengths that a card number may have
    "child_birth": "19900101",
    "special_years": "12",
}
STAND_IN_KEYS = {Press.SPELL: "a", Press.CHARACTER: STAND_IN_WORD, Press.JOIN: f"1{STAND_IN_WORD}"}
STAND_IN_PAPER = CapturedPaper("0" * 64, "0" * 64, 1, "")
STAND_IN_CODES = {True: query_code(STAND_IN_CASE), False: ""}
STAND_IN_GRADES = {True: "5", False: "2"}
ENOUGH, NONE = 480, 0  # paid months: for a pension in any year, and in no year
MEDICAL = 300
MANY_YEARS = 20 * MONTHS  # a replay may be made long after the new rule began


FRESH = (Stage.IDLE.value, Stage.OUT_OF_SERVICE.value)


class NotANoteError(ValueError):
    """A line of a journal can't be replayed; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Run:
    """The lines of one recording from an idle page on; `first` is the first one's number.

    `terminal` is what was recorded of the terminal, empty when that is unknown.
    """

    first: int
    lines: tuple[str, ...]
    terminal: Mapping[str, Any]


def runs_of(lines: Iterable[str]) -> Iterator[Run]:
    """Yield the runs that can be replayed by themselves. Raises NotANoteError.

    The program may have ended in between; what a full file lost of a first visit is left out.
    """
    run: list[str] = []
    terminal: Mapping[str, Any] = {}
    first, visit = 0, ""
    for number, line in enumerate(lines, 1):
        said = _note_in(line, number)
        heads = said["kind"] == TERMINAL
        if heads or (said["visit"] != visit and said["stage"] in FRESH):
            if run:
                yield Run(first, tuple(run), terminal)
            run, first, visit = [], 0 if heads else number, ""
        if heads:
            terminal = said
        elif first:
            run.append(line)
            visit = said["visit"]
    if run:
        yield Run(first, tuple(run), terminal)


def as_noted(book: ReferenceData, terminal: Mapping[str, Any]) -> ReferenceData:
    """Return the reference data with the recorded settings of the terminal."""
    if not terminal:
        return book
    here = book.settings
    camera = PaperCameraSettings(TERMINAL if terminal["paper_camera"] else "")
    scanner = replace(here.code_scanner, url=TERMINAL if terminal["code_scanner"] else "")
    face = replace(here.face, tries=int(terminal["tries"]))
    return replace(
        book, settings=replace(here, paper_camera=camera, code_scanner=scanner, face=face)
    )


def _note_in(line: str, number: int) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        raise NotANoteError(number) from None
    sound = isinstance(said, dict) and all(
        isinstance(said.get(name), str) for name in ("visit", "stage", "kind")
    )
    if not sound:
        raise NotANoteError(number)
    found: dict[str, Any] = said
    return found


def replay(lines: Iterable[str], table: Table, moment: datetime) -> Iterator[Visit]:
    """Yield the visit after each recorded event, with stand-ins for the person.

    `lines` are those of one run of the program; `moment` is the time at which the visit is
    replayed.
    """
    visit = Visit("replay", "00000000-0000-4000-8000-000000000000")
    for line in lines:
        said = json.loads(line)
        if said.get("refused"):  # the stand-in digits would have been right
            visit = replace(visit, failure=Failure(said["refused"]))
        elif "late" not in said:
            when = moment
            visit = with_own_card(visit, said, _number_on_card(said, visit))
            if "phase" in said and visit.identity.card is not None:
                rules = table.book.age_rules
                when = _month_with_people(said, rules, moment)
                born = stand_in_birth(said, rules, Month.of_day(civil_day(when)))
                visit = replace(
                    visit,
                    identity=replace(visit.identity, card=replace(visit.identity.card, birth=born)),
                )
            if "restored" in said and visit.facts.draft is not None:
                draft = stand_in_draft(said["restored"], visit, table.book, STAND_IN_DIGITS)
                visit = replace(visit, facts=replace(visit.facts, draft=draft))
            what = _restore(said, visit, table)
            visit, _ = table.step(visit, Answered(what), when)
        yield visit


def _month_with_people(said: Mapping[str, Any], rules: AgeRules, moment: datetime) -> datetime:
    """Return the moment, or the next month when nobody of the category retires in this one.

    One month in five is skipped while the ages rise (retirement_age.toml).
    """
    next_month = moment.replace(day=1) + timedelta(days=31)
    this = Month.of_day(civil_day(moment))
    if said["phase"] != THIS or 0 in _ahead(said, rules, this).values():
        return moment
    return next_month


def stand_in_birth(said: Mapping[str, Any], rules: AgeRules, today: Month) -> date:
    """Return a birth whose statutory month is, seen from `today`, past, this, soon or far.

    `said` is the recorded event.
    """
    ahead = _ahead(said, rules, today)
    if said["phase"] >= COMING:
        least = rules.file_ahead_months if said["phase"] == FAR else THIS
        born = min(one for one in ahead if ahead[one] > least)
    else:
        category, flexible = Category(said["category"]), said["phase"] != OLD
        alike = (one for one in ahead if estimate(rules, category, one).flexible is flexible)
        born = max(one for one in alike if ahead[one] <= max(said["phase"], PAST))
    return date(born.year, born.month, 1)


def _ahead(said: Mapping[str, Any], rules: AgeRules, today: Month) -> dict[Month, int]:
    """Return how many months the statutory month of each birth lies ahead of `today`."""
    category = Category(said["category"])
    rule = rules.categories[category]
    oldest = rule.base_years * MONTHS + rule.cap + MANY_YEARS
    youngest = rule.base_years * MONTHS - MONTHS
    births = [today.later(-months) for months in range(oldest, youngest, -1)]
    return {one: estimate(rules, category, one).statutory.since(today) for one in births}


def stand_in_facts(said: Mapping[str, Any]) -> SharedFacts:
    """Return facts that are as coarse as what was recorded."""
    has: dict[str, Any] = {name: OPTIONAL[name] for name in said["has"]}
    return SharedFacts(
        kind=InsuredKind(said["insured"]),
        category=said["category"],
        paid_months=ENOUGH if said["enough"] else NONE,
        deemed_months=int(said["deemed"]),
        medical_months=MEDICAL - int(said["medical_short"]),
        medical_months_needed=MEDICAL,
        work_start_month="1990-01",
        earlier_places=(STAND_IN_WORD,) if said["elsewhere"] else (),
        **{name: said[name] for name in FLAGS},
        **has,
    )


def _restore(said: Mapping[str, Any], visit: Visit, table: Table) -> Event:
    kind = said["kind"]
    if kind in set(Press):
        return _restore_press(Press(kind), said, visit, table)
    if kind in FAILING:
        return FAILING[kind](Failure(said["failure"]))
    if kind == "DraftBegun":
        owner = visit.identity.card.number if visit.identity.card else STAND_IN_CARD.number
        return ev.DraftBegun(stand_in_begun(said, owner if said["theirs"] else STAND_IN_PRINCIPAL))
    if kind in STAFF_KINDS:
        return restore_staff(said, visit)
    if kind in STAND_INS:
        return STAND_INS[kind]
    if kind == "CardRead":
        number = _number_on_card(said, visit)
        doubts = tuple(map(CardDoubt, said.get("doubts", ())))
        card = replace(STAND_IN_CARD, sex=Sex(said["sex"]), number=number, doubts=doubts)
        return ev.CardRead(card)
    if kind in RESTORED:
        return RESTORED[kind](said)
    assert kind == "Accepted", kind
    return ev.Accepted(_receipt(visit))


def _number_on_card(said: Mapping[str, Any], visit: Visit) -> str:
    """Return the stand-in's number; another one for whoever is acted for.

    If the recorded card was the proxy's own once more, it stays the stand-in's.
    """
    another = (visit.stage is Stage.PRINCIPAL and "same" not in said) or "other" in said
    return STAND_IN_PRINCIPAL if another else STAND_IN_CARD.number


def _restore_press(act: Press, said: Mapping[str, Any], visit: Visit, table: Table) -> Pressed:
    if "right" in said and visit.maintenance.test is not None:
        return restore_answer(act, said, visit.maintenance.test)
    if (
        act is Press.DIGIT
        and visit.stage is Stage.LOGIN
        and visit.on_behalf.typing
        and not visit.staff.card_number
    ):
        return Pressed(act, STAND_IN_CARD.number[said["at"] % len(STAND_IN_CARD.number)])
    if act is Press.DIGIT and visit.stage in (Stage.PRINCIPAL, Stage.AUTHORITY):
        digits = STAND_IN_PRINCIPAL if visit.stage is Stage.PRINCIPAL else STAND_IN_LAST_DAY
        return Pressed(act, digits[said["at"] % len(digits)])
    if act is Press.DIGIT and visit.stage is not Stage.FORM:
        return Pressed(act, "0")  # of a PIN
    if act is Press.DIGIT:
        digits = STAND_IN_DIGITS.get(asked(visit, table.book)[0].field, "0")
        return Pressed(act, digits[said["at"] % len(digits)])
    if act in STAND_IN_KEYS:
        return Pressed(act, STAND_IN_KEYS[act])
    if act is Press.RATE:
        return Pressed(act, STAND_IN_GRADES[said["good"]])
    if act is Press.LETTER and said["value"]:
        return Pressed(act, _letter_there(said["value"], visit, table))
    if act is Press.PICK and said["value"] == "":
        return Pressed(act, draw_page(visit, table).rows[0].value)
    return Pressed(act, said["value"])


def _letter_there(letter: str, visit: Visit, table: Table) -> str:
    """Return the letter group if the page has it, else its first: the stand-in lives elsewhere."""
    there = [row.value for row in draw_page(visit, table).rows]
    return letter if letter in there else there[0]


def _receipt(visit: Visit) -> Receipt:
    some_day = date(2026, 12, 14)
    received = start_of_day(some_day)
    return Receipt(visit.application_id, "", "", 1, "亳退 0000 0000", received, some_day, "")


def _progress(said: Mapping[str, Any]) -> Event:
    due = dict.fromkeys(said.get("due", ()), date(2026, 12, 14))
    opens = dict.fromkeys(said.get("opens", ()), date(2027, 1, 1))
    state = ConfirmationState(said.get("confirmation", ConfirmationState.NOT_NEEDED))
    return ev.ProgressKnown("", said["states"], due, opens, state)


def _filings(said: Mapping[str, Any]) -> Event:
    some_day = date(2026, 12, 14)
    stand_in = FiledForMe(STAND_IN_CASE, some_day, None, STAND_IN_WORD, "", STAND_IN_WORD, ())
    return ev.FilingsKnown(
        tuple(replace(stand_in, until=some_day if waits else None) for waits in said["awaited"])
    )


RESTORED: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "CodeScanned": lambda said: ev.CodeScanned(QrToken(STAND_IN_CODES[said["slip"]], 0.0)),
    "BellTold": lambda said: ev.BellTold(Bell(said["bell"])),
    "FaceHint": lambda said: ev.FaceHint(Coach(said["hint"]) if said["hint"] else None),
    "FaceMatched": lambda said: ev.FaceMatched(said["score"], 0.0, "replay"),
    "FactsKnown": lambda said: ev.FactsKnown(stand_in_facts(said)),
    "PictureTaken": lambda said: ev.PictureTaken(
        said["paper"], 1, Failure(said["doubt"]) if said["doubt"] else None
    ),
    "PaperCaptured": lambda said: ev.PaperCaptured(said["paper"], STAND_IN_PAPER),
    "ProgressKnown": _progress,
    "FilingsKnown": _filings,
    "FilingDecided": lambda said: ev.FilingDecided(ConfirmationState(said["state"])),
    **UPKEEP,
}
PLAIN: tuple[Event, ...] = (
    ev.Stored(),
    ev.Pending(),
    ev.Refused(),
    ev.Printed(),
    ev.IdleWarning(),
    ev.Timeout(),
    ev.DeviceBack(),
    ev.CardLifted(),
    ev.Waited(),
    ev.CorrectionKept(),
    ev.Wiped(),
)
STAND_INS: Mapping[str, Event] = {
    **{type(one).__name__: one for one in PLAIN},
    "CaseUnderWay": ev.CaseUnderWay(OPTIONAL["open_case"]),
    "DraftFound": ev.DraftFound(NO_DRAFT),
    "Drawn": ev.Drawn(STAND_IN_INK),
    "HandRead": ev.HandRead(STAND_IN_INK, (STAND_IN_WORD,)),
}
FAILING: Mapping[str, Callable[[Failure], Event]] = {
    kind.__name__: kind
    for kind in (
        ev.CardFailed,
        ev.CodeFailed,
        ev.FaceFailed,
        ev.FactsUnknown,
        ev.FilingUndecided,
        ev.ProgressUnknown,
        ev.PaperFailed,
        ev.StoreFailed,
        ev.PrintFailed,
        ev.RatingLost,
        ev.ExportFailed,
        ev.CameraFailed,
        ev.SoundFailed,
        ev.SettingsRefused,
        ev.DeviceLost,
    )
}
