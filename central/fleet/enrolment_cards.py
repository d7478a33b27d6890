"""One-time codes for many terminals at once, each on a card to be printed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from central.fleet.enrolments import ALPHABET
from kiosk.retirement.points import CODE

COLUMNS = ("terminal", "point")
PROFILE = "profile"  # a third column, which may be left out
CARD_CODE_BYTES = 10
"""80 bits: a card is valid for days, and a code of 40 bits is meant for a quarter of an hour."""
LETTER_BITS = 5


@dataclass(frozen=True)
class PlannedTerminal:
    """One line of the list: which terminal is to stand at which point, and of which model.

    `profile` "" is the usual model (config/hardware.toml).
    """

    terminal: str
    point: str
    profile: str = ""


@dataclass(frozen=True)
class EnrolmentCard:
    """One card: the terminal, its point with a name for people, and the code that is spent once."""

    planned: PlannedTerminal
    place: str
    code: str
    until: datetime


def card_code(random: Callable[[int], bytes]) -> str:
    """Return 80 random bits as 16 letters; `random` is os.urandom."""
    number = int.from_bytes(random(CARD_CODE_BYTES), "big")
    letters = CARD_CODE_BYTES * 8 // LETTER_BITS
    mask = len(ALPHABET) - 1
    return "".join(ALPHABET[number >> (LETTER_BITS * at) & mask] for at in reversed(range(letters)))


def read_plan(text: str) -> tuple[PlannedTerminal, ...] | str:
    """Return the lines of a CSV with the columns terminal,point[,profile].

    A sentence when it has others.
    """
    rows = csv.DictReader(text.splitlines())
    try:
        columns, lines = tuple(rows.fieldnames or ()), list(rows)
    except csv.Error:
        return "a quotation mark is not closed"
    if columns not in (COLUMNS, (*COLUMNS, PROFILE)):
        return f"the first line must be {','.join(COLUMNS)} or {','.join(COLUMNS)},{PROFILE}"
    return tuple(
        PlannedTerminal(*(str(row.get(name) or "").strip() for name in (*COLUMNS, PROFILE)))
        for row in lines
    )


def troubles_in(
    planned: Sequence[PlannedTerminal],
    enrolled: Collection[str],
    trouble_with: Callable[[str], str],
    profiles: Collection[str] = (),
) -> Iterator[str]:
    """Yield a sentence for each line that can't be, with its number in the file.

    `planned` are the list's lines, `enrolled` terminals that are admitted; `trouble_with` says
    why a point can't be used, `profiles` are the models of terminal that there are.
    """
    seen: set[str] = set()
    for line, one in enumerate(planned, 2):
        if CODE.fullmatch(one.terminal) is None:
            yield f"line {line}: {one.terminal!r} is no code of a terminal"
        elif one.terminal in seen:
            yield f"line {line}: {one.terminal} is in the list twice"
        elif one.terminal in enrolled:
            cure = "leave it out, or `central enrol revoke` it first"
            yield f"line {line}: {one.terminal} is enrolled already; {cure}"
        if trouble := trouble_with(one.point):
            yield f"line {line}: {trouble}"
        if one.profile and one.profile not in profiles:
            yield f"line {line}: {one.profile!r} is no model; one of {', '.join(profiles)}"
        seen.add(one.terminal)


def make_cards(
    planned: Iterable[PlannedTerminal],
    place_of: Callable[[str], str],
    until: datetime,
    random: Callable[[int], bytes],
) -> tuple[EnrolmentCard, ...]:
    """Return a card for each line of `planned`, valid until `until`.

    `place_of` names a point, `random` is os.urandom.
    """
    return tuple(
        EnrolmentCard(one, place_of(one.point), card_code(random), until) for one in planned
    )
