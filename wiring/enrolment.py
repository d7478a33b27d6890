"""The command `enrol`: make this terminal's key and have it admitted by the central service.

The technician reads six digits out, which are compared there.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now
from kiosk.fleet.enrolment_card import code_in
from kiosk.operator_texts import text_of
from wiring.delivery_service import central_of
from wiring.places import CONFIG, DEFAULTS
from wiring.storage import device_key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from drivers.central.enrolment import Admitted, EnrolmentRefused, EnrolmentStarted
    from kiosk.config.assignment import CardAssignment
    from kiosk.config.settings import Settings
    from kiosk.crypto.terminal_key import TerminalKey
    from kiosk.fleet.point_list import PointList
    from kiosk.ports import Central

COUNTY_DIGITS = 6
PAUSE_SECONDS, PATIENCE_SECONDS = 2.0, 900.0  # a code holds for a quarter of an hour


def enrol_terminal(
    options: argparse.Namespace,
    now: Callable[[], datetime] = civil_now,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Enrol this terminal; return 0, or 1 when it was not admitted, with the reason printed.

    `now` returns an aware time, `sleep` waits for seconds. Raises ConfigError.
    """
    from drivers.central.enrolment import EnrolmentRefused, begin
    from kiosk.config.layers import layers_of, read_layers
    from kiosk.crypto.envelope import KEY_BYTES
    from kiosk.crypto.terminal_key import TerminalKey

    settings = read_layers(layers_of(DEFAULTS, options.settings))
    kind, _, place = settings.central.identity.partition(":")
    if kind != "sealed":
        return _say(text_of("enrolment.not_needed"), 1)
    if Path(place).exists() and not options.again:
        return _say(text_of("enrolment.done_before", place=place), 1)
    device_key_of(settings)  # without it nothing can be sealed: say so before the code is spent
    central = central_of(settings, None)
    key = TerminalKey(os.urandom(KEY_BYTES), now())
    code = code_in(options.code or ask_code())
    if code is None:
        return _say(text_of("enrolment.no_code"), 1)
    begun = begin(central, code, key)
    if isinstance(begun, EnrolmentRefused):
        return _say(begun.words, 1)
    digits = f"{begun.digits[:3]} {begun.digits[3:]}"
    print(text_of("enrolment.compare_digits", digits=digits), flush=True)
    return _finish(settings, central, begun, key, sleep)


def ask_code() -> str:
    """Return what the technician types or a scanner that acts as a keyboard reads off the card.

    "" when standard input has ended.
    """
    try:
        return input(text_of("enrolment.type_code"))
    except EOFError:
        return ""


def _finish(
    settings: Settings,
    central: Central,
    begun: EnrolmentStarted,
    key: TerminalKey,
    sleep: Callable[[float], None],
) -> int:
    from drivers.central.enrolment import EnrolmentRefused

    ended = _wait(central, begun, key, sleep)
    if ended is None:
        return _say(text_of("enrolment.timed_out"), 1)
    if isinstance(ended, EnrolmentRefused):
        return _say(ended.words, 1)
    if words := trouble_with(settings, ended):
        return _say(words, 1)
    keep_admitted(settings, ended, key)
    where = _described(ended, ended.point or settings.terminal.point)
    print(text_of("enrolment.point", where=where))
    return _say(text_of("enrolment.done"), 0)


def trouble_with(settings: Settings, told: Admitted) -> str:
    """Return why this terminal can't be what the central service says, "" when it can.

    Where the own file names a place for the assignment, code and point are the card's, and stay
    what they were once a card has said them.
    """
    from kiosk.config.assignment import is_sound

    own = settings.terminal
    if not is_sound(_assignment_of(settings, told), CONFIG):
        return text_of("enrolment.first_start.wrong_word")
    if own.assigned and not Path(own.assigned).exists():
        return ""
    theirs, ours = told.terminal, own.code
    if own.assigned and (theirs, told.point) != (ours, own.point):
        where = f"{theirs} {told.point}"
        return text_of("enrolment.assigned_elsewhere", theirs=where, ours=f"{ours} {own.point}")
    if theirs != ours:
        return text_of("enrolment.for_other_terminal", theirs=theirs, ours=ours)
    if told.point and told.point != own.point:
        where = _described(told, told.point)
        return text_of("enrolment.for_other_point", theirs=where, ours=own.point)
    return ""


def _assignment_of(settings: Settings, told: Admitted) -> CardAssignment:
    from kiosk.config.assignment import CardAssignment

    return CardAssignment(told.terminal, told.point or settings.terminal.point, told.profile)


def _described(told: Admitted, code: str) -> str:
    """Return code, name and county of a service point from the signed list."""
    from kiosk.retirement.divisions import read_divisions

    kept = _points_of(told)
    found = kept.points.get(code) if kept is not None else None
    if found is None:
        return code
    county = read_divisions(CONFIG / "divisions.csv").full_name(found.division[:COUNTY_DIGITS])
    return text_of("enrolment.point_words", code=code, name=found.name, county=county)


def _points_of(told: Admitted) -> PointList | None:
    """Return the list that came with the keys; None when those did not sign it."""
    from kiosk.crypto.receipt import parse_receipt_key
    from kiosk.fleet.point_list import read_point_list

    receipt_key = told.keys.get("receipt")
    trust = parse_receipt_key(receipt_key) if isinstance(receipt_key, dict) else None
    return read_point_list(told.points, trust) if trust is not None else None


def _wait(
    central: Central, begun: EnrolmentStarted, key: TerminalKey, sleep: Callable[[float], None]
) -> Admitted | EnrolmentRefused | None:
    from drivers.central.enrolment import ask

    for _ in range(int(PATIENCE_SECONDS / PAUSE_SECONDS)):
        if (ended := ask(central, begun, key)) is not None:
            return ended
        sleep(PAUSE_SECONDS)
    return None


def keep_admitted(settings: Settings, told: Admitted, key: TerminalKey) -> None:
    """Write what the terminal got (`told`), its key last: without the key it is not enrolled.

    Raises OSError; what was written by then is written anew at the next try.
    """
    from kiosk.atomic_file import write_atomically
    from kiosk.config.assignment import write_assignment
    from kiosk.crypto.terminal_identity import write_key
    from kiosk.fleet.own_point import kept_points

    wanted = settings.central
    write_atomically(Path(wanted.keys), json.dumps(told.keys).encode())
    if wanted.authority and told.authority and not _is_there(wanted.authority, told.authority):
        write_atomically(Path(wanted.authority), told.authority.encode())
    kept = kept_points(settings)
    if kept is not None and _points_of(told) is not None:
        kept.keep(told.points, ())
    if settings.terminal.assigned:
        write_assignment(Path(settings.terminal.assigned), _assignment_of(settings, told))
    path = Path(wanted.identity.partition(":")[2])
    write_key(path, device_key_of(settings), key, os.urandom)


def _is_there(path: str, authority: str) -> bool:
    """Tell whether the pinned authority is this one: an image brings it where no unit may write."""
    try:
        return Path(path).read_text("utf-8").strip() == authority.strip()
    except (OSError, UnicodeDecodeError):
        return False


def _say(words: str, code: int) -> int:
    print(words)
    return code
