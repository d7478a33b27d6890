"""What happened in a visit, so that a complaint can be seen again? Record and replay, no person.

Cards, facts, digits and strokes are replaced by stand-ins when they are noted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kiosk.failures import Failure
from kiosk.filing.receipt import Receipt
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import CardKind, IdCard, Sex
from kiosk.ports import Coach
from kiosk.schema import Reader
from kiosk.visit import events as ev
from kiosk.visit.events import Event, Happening, Press
from kiosk.visit.page import Act, Ink
from kiosk.visit.pages import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, asked
from kiosk.visit.table import Table, is_late

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
STAND_IN_INK: Ink = (((10.0, 10.0, 0.0), (40.0, 20.0, 0.5)),)
STAND_IN_DIGITS = {
    "mobile": "13900001234",
    "mobile_alt": "13900001234",
    "account": "0" * 19,  # right at each of the lengths that a card number may have
    "child_birth": "19900101",
}
STAND_IN_WORD = "某"
HIDDEN = frozenset({"unit_name", "unit_code", "bank", "account", "earlier_places", "fund_center"})


@dataclass
class Journal:
    """Notes events as JSON lines through `write`; keeps nothing itself."""

    write: Callable[[str], None]

    def note(self, visit: Visit, event: Event, seconds: float) -> None:
        """Write one line for an event that happened to `visit`."""
        said: dict[str, Any] = {
            "ms": round(seconds * 1000),
            "visit": visit.id,
            "stage": visit.stage.value,
            "kind": ev.kind_of(event.what),
            **_plain(visit, event.what),
        }
        if is_late(visit, event):
            said["late"] = True
        self.write(json.dumps(said, ensure_ascii=False))


def _plain(visit: Visit, what: Happening) -> dict[str, Any]:
    match what:
        case Press(Act.DIGIT, _):
            return {"at": len(visit.typed)}
        case Press(Act.PICK, value) if value.isdigit() and visit.stage is Stage.FORM:
            return {"value": ""}  # a division's code says where somebody lives
        case Press(_, value):
            return {"value": value}
        case ev.CardRead(card):
            return {"sex": card.sex.value, "birth": card.birth.replace(day=1).isoformat()}
        case ev.FactsKnown(facts):
            return {"facts": _facts(facts)}
        case ev.CardFailed(failure) | ev.FaceFailed(failure) | ev.FactsUnknown(failure):
            return {"failure": failure.value}
        case ev.StoreFailed(failure) | ev.PrintFailed(failure) | ev.DeviceLost(failure):
            return {"failure": failure.value}
        case ev.ProgressUnknown(failure):
            return {"failure": failure.value}
        case ev.FaceHint(hint):
            return {"hint": hint.value if hint else ""}
        case ev.FaceMatched():
            return {"score": round(what.score, 3)}
        case ev.ProgressKnown():
            return {"states": dict(what.states)}
        case _:
            return {}


def _facts(facts: SharedFacts) -> dict[str, Any]:
    kept = {one.name: getattr(facts, one.name) for one in fields(facts)}
    return {name: _stand_in(value) if name in HIDDEN else value for name, value in kept.items()}


def _stand_in(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Hide the words but keep whether there are any: pages and services hang on it."""
    if isinstance(value, str):
        return STAND_IN_WORD if value else ""
    return (STAND_IN_WORD,) * len(value)


def replay(lines: Iterable[str], table: Table, moment: datetime) -> Iterator[Visit]:
    """Yield the visit after each noted event, with stand-ins for the person."""
    visit = Visit("replay", "00000000-0000-4000-8000-000000000000")
    for line in lines:
        said = json.loads(line)
        if "late" not in said:
            what = _restore(said, visit, table)
            visit, _ = table.step(visit, Event(what), moment)
        yield visit


def _restore(said: Mapping[str, Any], visit: Visit, table: Table) -> Happening:
    kind = said["kind"]
    if kind in set(Act):
        return _restore_press(Act(kind), said, visit, table)
    if kind in FAILING:
        return FAILING[kind](Failure(said["failure"]))
    if kind in PLAIN:
        return PLAIN[kind]()
    match kind:
        case "Drawn":
            return ev.Drawn(STAND_IN_INK)
        case "CardRead":
            born = date.fromisoformat(said["birth"])
            return ev.CardRead(replace(STAND_IN_CARD, sex=Sex(said["sex"]), birth=born))
        case "FaceHint":
            return ev.FaceHint(Coach(said["hint"]) if said["hint"] else None)
        case "FaceMatched":
            return ev.FaceMatched(said["score"], 0.0, "replay")
        case "FactsKnown":
            facts = Reader(Path("journal")).build(SharedFacts, said["facts"])
            assert facts is not None
            return ev.FactsKnown(facts)
        case "ProgressKnown":
            return ev.ProgressKnown("", said["states"])
    assert kind == "Accepted", kind
    return ev.Accepted(_receipt(visit))


def _restore_press(act: Act, said: Mapping[str, Any], visit: Visit, table: Table) -> Press:
    if act is Act.DIGIT:
        digits = STAND_IN_DIGITS[asked(visit, table.book)[0].field]
        return Press(act, digits[said["at"] % len(digits)])
    if act is Act.PICK and said["value"] == "":
        return Press(act, draw_page(visit, table.book).rows[0].value)
    return Press(act, said["value"])


def _receipt(visit: Visit) -> Receipt:
    some_day = date(2026, 12, 14)
    received = datetime.combine(some_day, datetime.min.time())
    return Receipt(visit.application_id, "", "", 1, "亳退 0000 0000", received, some_day, "")


FAILING: Mapping[str, Callable[[Failure], Happening]] = {
    kind.__name__: kind
    for kind in (
        ev.CardFailed,
        ev.FaceFailed,
        ev.FactsUnknown,
        ev.ProgressUnknown,
        ev.StoreFailed,
        ev.PrintFailed,
        ev.DeviceLost,
    )
}
PLAIN: Mapping[str, Callable[[], Happening]] = {
    kind.__name__: kind
    for kind in (
        ev.Stored,
        ev.Pending,
        ev.Refused,
        ev.Printed,
        ev.IdleWarning,
        ev.Timeout,
        ev.DeviceBack,
        ev.Wiped,
    )
}
