"""What the journal keeps of a press, by press and by step.

By default the value of a press is hidden, unless it is a code of this program (`SHOWN`). A step
whose presses carry something else says in `Step.recorded` what of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_WORD
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class PressReplay:
    """A press that is being replayed: its line, the visit, and how its page is drawn."""

    said: Said
    visit: Visit
    book: ReferenceData
    draw: Callable[[], Page]


def unchanged(_said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
    """Return visit and context as they are."""
    return visit, context


@dataclass(frozen=True)
class PressCodec:
    """How one kind of press is recorded and restored.

    `record` returns what is kept; `value` returns the value that the restored press carries;
    `prepare` changes the stand-in before it, as `Event.prepare` does. A record with "refused", a
    failure, stands for a typed text that the step refuses: the stand-in's text would be right.
    """

    record: Callable[[Pressed, Visit, ReferenceData], Record]
    value: Callable[[PressReplay], str]
    prepare: Callable[[Said, Visit, Context], tuple[Visit, Context]] = unchanged


def recorded_value(what: Pressed, _visit: Visit, _book: ReferenceData) -> Record:
    """Return the value."""
    return {"value": what.value}


def hidden_value(_what: Pressed, _visit: Visit, _book: ReferenceData) -> Record:
    """Return that the value is not kept."""
    return {"value": ""}


def position(_what: Pressed, visit: Visit, _book: ReferenceData) -> Record:
    """Return how many digits stand before this one."""
    return {"at": len(visit.entry.typed)}


def said_value(replay: PressReplay) -> str:
    """Return the recorded value."""
    value: str = replay.said["value"]
    return value


def said_or_first(replay: PressReplay) -> str:
    """Return the recorded value, or that of the first row when it was hidden."""
    return said_value(replay) or replay.draw().rows[0].value


def letter_there(replay: PressReplay) -> str:
    """Return the letter group if the page has it, else its first: the stand-in lives elsewhere."""
    letter = said_value(replay)
    there = [row.value for row in replay.draw().rows] if letter else [letter]
    return letter if letter in there else there[0]


def constant(value: str) -> Callable[[PressReplay], str]:
    """Return a function that returns this value for each press."""
    return lambda _replay: value


def digit_of(digits: str, replay: PressReplay) -> str:
    """Return the digit of a stand-in's number at the recorded position."""
    return digits[replay.said["at"] % len(digits)]


SHOWN_PICK = PressCodec(recorded_value, said_or_first)
"""For steps whose picks are codes of this program, so that nobody can be told by them."""
HIDDEN = PressCodec(hidden_value, said_value)
SHOWN = PressCodec(recorded_value, said_value)
DEFAULTS: Mapping[Press, PressCodec] = {
    Press.DIGIT: PressCodec(position, constant("0")),
    Press.SPELL: PressCodec(hidden_value, constant("a")),
    Press.CHARACTER: PressCodec(hidden_value, constant(STAND_IN_WORD)),
    Press.JOIN: PressCodec(hidden_value, constant(f"1{STAND_IN_WORD}")),
    Press.PICK: PressCodec(hidden_value, said_or_first),
    Press.LETTER: PressCodec(recorded_value, letter_there),
    Press.TOGGLE: SHOWN,
    Press.WHY: SHOWN,
    Press.INSIST: SHOWN,
    Press.POINT: SHOWN,
}
Recorded = Mapping[Press, PressCodec]


def codec_of(act: Press, recorded: Recorded) -> PressCodec:
    """Return the codec of a press in a step that says `recorded` about its presses."""
    return recorded.get(act) or DEFAULTS.get(act, HIDDEN)


def restore_press(codec: PressCodec, replay: PressReplay) -> Pressed:
    """Return the press again."""
    act: Any = replay.said["kind"]
    return Pressed(Press(act), codec.value(replay))
