"""A kiosk in a process of its own: a whole visit, one second at the idle page, then it is searched.

The visit is a person's own, or that of one of the staff who files for the person.

It tells `idle`, waits for a line, and then looks through its own objects for the secrets that the
line names: until then it never heard of them but from the card.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drivers.simulated.control import BenchControl
from kiosk.config.layers import layers_of
from screens.scripted.helper import ScriptedHelper
from screens.scripted.person import (
    ComeCloser,
    Finished,
    Move,
    PutCard,
    ScriptedPerson,
    Sign,
    TakeCard,
    Tap,
)
from wiring.places import DEFAULTS
from wiring.terminal import Kiosk, open_kiosk

PIECE = 48  # bytes
IDLE_SECONDS = 1.0  # the promise: one second after the visit
PACE_SECONDS = 0.35
LIFT_SECONDS = 2.5
PLANTED: list[object] = []
PEOPLE = {
    "self": ScriptedPerson,
    "helper-present": lambda: ScriptedHelper(staff_card="helper", pin="246810"),
}
"""Not by way of wiring/demo/demo.py: what the demo invents of people would lie in memory, too."""


def visit(layers: list[Path], control: str, persona: str, journey: str, plant: bool) -> Kiosk:
    """Go the whole way, keep nothing, and stay a second at the idle page."""
    shell, kiosk = open_kiosk(layers_of(DEFAULTS, layers))
    from screens.scripted.finger import Finger

    bench, finger, person = BenchControl(control), Finger(shell), PEOPLE[journey]()
    kiosk.runner.start()
    decided, not_before, action, told = None, 0.0, None, 0
    while not isinstance(action, Finished):
        shell.idle()
        page = shell.page
        if page is None or page is decided or time.monotonic() < not_before:
            continue
        if page.photo and page.photo != told:
            told = page.photo
            tell_pieces(kiosk, told, plant)
        action, decided = person.decide(page), page
        if plant and page.name == "review":
            PLANTED.append([kiosk.runner.visit.identity.card])
        act(action, bench, finger, persona)
        not_before = time.monotonic() + PACE_SECONDS
        if isinstance(action, TakeCard) and page.name == "card":  # it is laid down anew in a moment
            decided, not_before = None, time.monotonic() + LIFT_SECONDS
    assert kiosk.services.store.last_sequence(), (
        "nobody has filed anything: nothing would be proved"
    )
    until = time.monotonic() + IDLE_SECONDS
    while time.monotonic() < until:
        shell.idle()
    return kiosk


def tell_pieces(kiosk: Kiosk, number: int, plant: bool) -> None:
    """Name pieces of the paper's picture, in hexadecimal digits: they are not what is looked for."""
    held = kiosk.services.equipment.pictures
    picture = held._picture
    assert picture is not None
    assert picture.preview is not None
    if plant:
        PLANTED.append(picture)
    for content in (picture.jpeg, picture.preview.pixels):
        places = range(len(content) // 4, len(content) - PIECE, len(content) // 8)
        say("picture " + " ".join(content[at : at + PIECE].hex() for at in places))
    assert held.preview(number) is not None


def act(action: object, bench: BenchControl, finger: Any, persona: str) -> None:
    match action:
        case Tap(press, value):
            finger.tap(press, value)
        case Sign(strokes):
            finger.draw(strokes)
        case PutCard(whose):
            bench.place_card(whose or persona)
        case TakeCard():
            bench.lift_card()
        case ComeCloser():
            bench.show("person")
        case Move(prompt):
            bench.tell(prompt)


def holders(secrets: list[str]) -> Iterator[str]:
    """Yield the types that hold a string or bytes with a secret in them, and what holds those."""
    wanted = [form for one in secrets for form in (one, one.encode(), one.encode("gb18030"))]
    mine = {id(secrets), id(wanted)}
    for holder in gc.get_objects():
        if id(holder) in mine or holder is sys._getframe().f_locals:
            continue
        for leaf in leaves(holder):
            if says(leaf, wanted):
                yield f"{type(holder).__module__}.{type(holder).__qualname__} of {owners(holder)}"


def leaves(holder: object) -> Iterator[object]:
    """Yield what it holds, also in what the collector does not track: a tuple of strings, say."""
    for one in gc.get_referents(holder):
        yield one
        if type(one) in (dict, tuple, frozenset) and not gc.is_tracked(one):
            yield from leaves(one)


def says(leaf: Any, wanted: list[str | bytes]) -> bool:
    kind = type(leaf)  # a weak proxy would be asked for an object that is gone
    if issubclass(kind, str):
        return any(isinstance(one, str) and one in leaf for one in wanted)
    if issubclass(kind, bytes | bytearray):
        return any(isinstance(one, bytes) and one in leaf for one in wanted)
    return False


def owners(held: object) -> str:
    found = [one for one in gc.get_referrers(held) if type(one).__name__ != "frame"]
    return ", ".join(
        sorted({f"{type(one).__module__}.{type(one).__qualname__}" for one in found})[:4]
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run() -> None:
    layers = [Path(one) for one in sys.argv[5:]]
    kiosk = visit(layers, *sys.argv[1:4], plant=sys.argv[4] == "plant")
    gc.collect()
    say("idle")
    secrets = json.loads(sys.stdin.readline())
    say(json.dumps(sorted(holders(secrets))))
    sys.stdin.readline()
    kiosk.stop()


if __name__ == "__main__":
    run()
