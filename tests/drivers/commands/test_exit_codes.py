"""Exit codes of `devices read-id`: the whole table, over readers at the wire."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import main
from drivers.commands import Exit
from drivers.commands.cures import cure
from drivers.simulated.cards.card_chip import CardChip
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader
from drivers.simulated.cards.samv import Delays, Samv
from kiosk.failures import Failure
from tests.drivers.devices.id_card.id_card_rigs import chip_of

ROOT = Path(__file__).parents[3]
AT_ONCE = Delays(0, 0, 0, 0)


@dataclass(frozen=True)
class ExitCase:
    """What lies there and happens, for how long it is waited, how that ends, and what is said."""

    card: str
    faults: tuple[IdReaderFault, ...]
    wait: str
    ends: Exit
    said: Failure | str = ""
    licensed: bool = True
    plugged: bool = True


CARD = "D07"
NO_CARD = "请把身份证平放"
CASES = {
    "a card": ExitCase(CARD, (), "5", Exit.READ),
    "a card, and no time": ExitCase(CARD, (), "0", Exit.READ),
    "an expired card": ExitCase("D11", (), "5", Exit.READ),
    "noise before the first reply": ExitCase(CARD, (IdReaderFault.NOISE,), "5", Exit.READ),
    "one damaged status": ExitCase(CARD, (IdReaderFault.CORRUPT,), "5", Exit.READ),
    "one status without its end": ExitCase(CARD, (IdReaderFault.TRUNCATE,), "5", Exit.READ),
    "one status that never came": ExitCase(CARD, (IdReaderFault.MUTE,), "5", Exit.READ),
    "a card lifted, and no time": ExitCase(
        CARD, (IdReaderFault.LIFTED,), "0", Exit.NOT_READABLE, Failure.CARD_MOVED
    ),
    "a card lifted for good": ExitCase(
        CARD, (IdReaderFault.LIFTED,), "0.5", Exit.NOT_READABLE, Failure.CARD_MOVED
    ),
    "a chip that hangs until time is over": ExitCase(
        CARD, (IdReaderFault.HUNG,), "0", Exit.NOT_READABLE, Failure.CARD_MOVED
    ),
    "a chip that hangs for a moment": ExitCase(CARD, (IdReaderFault.HUNG,), "5", Exit.READ),
    "no card": ExitCase("", (), "0.1", Exit.NO_CARD, NO_CARD),
    "no card, and no time": ExitCase("", (), "0", Exit.NO_CARD, NO_CARD),
    "a bank card": ExitCase(
        CARD, (IdReaderFault.NOT_IDENTITY,), "5", Exit.NOT_READABLE, Failure.CARD_NOT_IDENTITY
    ),
    "a refused card": ExitCase(
        CARD, (IdReaderFault.REFUSED,), "5", Exit.NOT_READABLE, Failure.CARD_REFUSED
    ),
    "a damaged card": ExitCase(
        CARD, (IdReaderFault.DAMAGED,), "5", Exit.NOT_READABLE, Failure.CARD_DAMAGED
    ),
    "a card of no known kind": ExitCase("?", (), "5", Exit.NOT_READABLE, Failure.CARD_UNKNOWN_KIND),
    "a reader without licence": ExitCase(
        CARD, (), "5", Exit.DEVICE_FAULT, Failure.READER_NOT_LICENSED, licensed=False
    ),
    "a reader that fails its self-test": ExitCase(
        CARD, (IdReaderFault.SELF_TEST,) * 12, "5", Exit.DEVICE_FAULT, Failure.READER_FAULT
    ),
    "a dead reader": ExitCase(
        CARD, (IdReaderFault.MUTE,) * 99, "5", Exit.DEVICE_FAULT, Failure.READER_LOST
    ),
    "no reader": ExitCase("", (), "5", Exit.DEVICE_FAULT, Failure.READER_LOST, plugged=False),
}


def chip(name: str) -> CardChip:
    known = chip_of(CARD)
    strange = CardChip(known.text[:248] + b"Q\x00" + known.text[250:], known.photo)
    return strange if name == "?" else chip_of(name)


@contextmanager
def laid(case: ExitCase, where: Path | int) -> Iterator[SimulatedIdCardReader]:
    reader = SimulatedIdCardReader(where, Samv(), AT_ONCE, sleep=lambda _: None)
    reader.plug()
    if case.card:
        reader.place_card(chip(case.card))
    reader.license(valid=case.licensed)
    for fault in case.faults:
        reader.fault(fault)
    if not case.plugged:
        reader.unplug()
    try:
        yield reader
    finally:
        reader.unplug()


@pytest.mark.parametrize("name", CASES)
def test_over_tcp(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    with laid(case, 0) as reader:
        judge(case, main.main(["devices", "read-id", "--url", reader.url, "--wait", case.wait]))
    told(case, *capsys.readouterr())


@pytest.mark.parametrize("name", sorted(set(CASES) - {"a dead reader"}))
def test_over_a_pty(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    with laid(case, tmp_path / "idcard") as reader:
        judge(case, main.main(["devices", "read-id", "--url", reader.url, "--wait", case.wait]))
    told(case, *capsys.readouterr())


@pytest.mark.parametrize("name", ["a card", "no card", "no reader", "a damaged card"])
def test_as_a_program(name: str) -> None:
    case = CASES[name]
    with laid(case, 0) as reader:
        command = ["devices", "read-id", "--url", reader.url, "--wait", case.wait]
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *command],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            check=False,
            timeout=60,
        )
    judge(case, done.returncode)
    told(case, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "arguments", [["--url", "weird://x"], ["--url", "tcp://nowhere"], ["--url", "usb://12"]]
)
def test_what_is_no_address(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["devices", "read-id", *arguments]) == Exit.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err


def test_every_way_to_end_is_here() -> None:
    assert {case.ends for case in CASES.values()} | {Exit.USAGE} == set(Exit)


def judge(case: ExitCase, code: int) -> None:
    assert code == case.ends


def told(case: ExitCase, out: str, err: str) -> None:
    """A card on standard output, or the cure on standard error; never both, never neither."""
    assert bool(out) == (case.ends is Exit.READ)
    assert bool(err) != bool(out)
    if out:
        assert json.loads(out)["sam_id"]
    assert (cure(case.said) if isinstance(case.said, Failure) else case.said) in err
