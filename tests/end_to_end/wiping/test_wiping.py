"""One second after the visit nothing of the person is in objects, memory, files or logs.

A whole visit on the real screens, in a process of its own; then that process's memory is searched
from outside, its objects from inside, and the files beside it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.simulated.desk import DemoDesk
from tests.end_to_end.conftest import TERMINAL
from tests.end_to_end.wiping.memory import PICTURES, copies
from tests.kiosk.invented_people import persona
from wiring import places
from wiring.demo.tour import STAFF_PERSONA

PERSON = "liu"
NOTHING = "keep nothing"
ENVIRONMENT = places.ROOT / "deploy" / "memory.env"
OTHERS = ("central", "desk")  # of other processes: the service that must know, the person's card
LEAST_VARIED = 12  # values in a piece: blank paper is like much else in memory
MINE = "_io.TextIOWrapper"  # the line by which the test names the secrets


@dataclass(frozen=True)
class RemainingTraces:
    """What was left: copies by region, objects by type, files by name."""

    memory: Counter[str]
    objects: list[str]
    files: list[str]


def secrets() -> list[str]:
    card, facts = persona(PERSON)
    own = persona(STAFF_PERSONA)[0]
    return [card.name, card.number, card.address, facts.account, facts.unit_name, own.number]


def shredding() -> dict[str, str]:
    lines = [one for one in ENVIRONMENT.read_text().splitlines() if one and one[0] != "#"]
    return dict(one.split("=", 1) for one in lines)


@contextmanager
def kiosk(
    desk: DemoDesk, way: tuple[str, str], environment: dict[str, str], before: Sequence[str] = ()
) -> Iterator[subprocess.Popen]:
    layers = [places.DEFAULTS, places.CONFIG / "profiles" / "demo.toml", desk.write_site()]
    control = desk._ready["simulate"]["control"]
    command = [
        *before,
        sys.executable,
        "-m",
        "tests.end_to_end.wiping.wiped_kiosk",
        control,
        PERSON,
        *way,
    ]
    with (desk.folder / "kiosk.log").open("wb") as log:
        child = subprocess.Popen(
            [*command, *map(str, layers)],
            cwd=places.ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        with child:
            yield child


def look(folder: Path, way: tuple[str, str], environment: dict[str, str]) -> RemainingTraces:
    """Let a person go the whole way, and look one second later; `way`: journey, what is kept."""
    with DemoDesk(places.ROOT, folder, TERMINAL) as desk:
        desk.bench.show("too_far")
        with kiosk(desk, way, environment) as child:
            pieces = pieces_of_pictures(child)
            try:
                memory = copies(child.pid, secrets(), pieces)
            except PermissionError as error:
                pytest.skip(f"no look into another process's memory here: {error}")
            child.stdin.write(json.dumps(secrets()) + "\n")
            child.stdin.flush()
            objects = json.loads(child.stdout.readline())
            child.stdin.write("\n")
            child.stdin.flush()
            assert child.wait(60) == 0
    own = [one for one in objects if not one.startswith(MINE)]
    return RemainingTraces(memory, own, list(files_with(folder)))


def pieces_of_pictures(child: subprocess.Popen) -> list[bytes]:
    """Wait for the idle page; return pieces of the papers' pictures that were shown before."""
    found: list[bytes] = []
    for line in child.stdout:
        kind, *pieces = line.split()
        if kind == "idle":
            break
        assert kind == "picture", line
        found += [bytes.fromhex(one) for one in pieces]
    varied = [piece for piece in found if len(set(piece)) > LEAST_VARIED]
    assert varied, "no picture of a paper was shown: nothing would be proved"
    return varied


def report(setting: str, found: RemainingTraces) -> None:
    """Say what remains: `pytest -s` shows it."""
    regions = ", ".join(f"{name} {count}" for name, count in found.memory.items()) or "none"
    sys.stdout.write(f"\n{setting}: copies by region: {regions}; objects {len(found.objects)}\n")


def files_with(folder: Path) -> Iterator[str]:
    forms = [form for one in secrets() for form in (one.encode(), one.encode("gb18030"))]
    for path in folder.rglob("*"):
        mine = path.is_file() and path.relative_to(folder).parts[0] not in OTHERS
        if mine and any(form in path.read_bytes() for form in forms):
            yield path.name


@pytest.mark.slow
@pytest.mark.parametrize("journey", ["self", "helper-present"])
def test_nothing_of_a_person_is_left_after_a_second(tmp_path, journey):
    found = look(tmp_path / "run", (journey, NOTHING), shredding())
    report(f"{journey}, freed memory is overwritten", found)
    assert found.objects == []
    assert found.files == []
    assert found.memory == {}, "freed memory is overwritten by what deploy/memory.env sets"


@pytest.mark.slow
def test_a_copy_kept_on_purpose_is_found(tmp_path):
    """The control: what is searched for can be found, in memory and among the objects."""
    found = look(tmp_path / "run", ("helper-present", "plant"), shredding())
    assert any("kiosk.people.identity.IdCard" in one for one in found.objects)
    assert found.memory[PICTURES] > 0, "the picture of the paper"
    assert found.memory.total() > 0
    (tmp_path / "run" / "kiosk.log").write_text(secrets()[0], "utf-8")
    assert list(files_with(tmp_path / "run")) == ["kiosk.log"]


@pytest.mark.slow
def test_without_the_setting_freed_memory_still_says_something(tmp_path):
    """Why the setting is there; objects and files hold nothing either way."""
    found = look(tmp_path / "run", ("self", NOTHING), {})
    report("freed memory is left as it was", found)
    assert found.memory.total() > 0
    assert (found.objects, found.files) == ([], [])
