"""Nothing of a person stays behind: every simulated card, every fault, bugs on purpose.

All that could be kept is put on one heap: recordings, logs, tracebacks, reprs, what commands print,
journal and files of a kiosk. Then every persona's name, number, address, card number and PIN is
looked for, in every form in which it could stand there.
"""

from __future__ import annotations

import json
import logging
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

import main
from drivers.commands import Exit
from drivers.devices import sam_verdicts
from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.protocols import id_text, samv
from drivers.protocols.samv_redaction import redact
from drivers.simulated import personas
from drivers.simulated.cards.card_chip import CardChip
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader
from drivers.simulated.cards.samv import Delays, Samv
from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card import SsCardFault as SsFault
from drivers.simulated.cards.ss_card_image import load
from drivers.supervision.life import SupervisionPace
from drivers.supervision.worker import SupervisionContext, SupervisionPlan, Worker
from drivers.supervisor import Changes
from drivers.transports.faulty import Faulty, Rates
from drivers.transports.recorder import Recorder
from drivers.transports.transport import Transport
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.stages import Stage
from tests.drivers.devices.id_card.id_card_rigs import chip_of
from tests.drivers.devices.in_process import MemoryPort
from tests.drivers.devices.scripted import ScriptedTime
from tests.drivers.devices.ss_card.ss_card_contract import CentreKeys
from tests.drivers.devices.ss_card.ss_card_contract import card as card_of_vector
from tests.drivers.devices.ss_card.ss_card_slots import InProcessSlot, SlotTime
from tests.drivers.secret_heap import (
    FOLDER,
    ID_VECTORS,
    NAMES,
    SS_VECTORS,
    Heap,
    all_secrets,
    missing,
    secrets_of,
    told,
)
from tests.drivers.vectors import ALL
from tests.end_to_end.conftest import WholeTerminal, terminal
from wiring.logs import export_logs

__all__ = ["terminal"]
TODAY = date(2026, 11, 23)


class PlantedError(RuntimeError):
    pass


def over(time: ScriptedTime | SlotTime, seconds: float) -> Callable[[], bool]:
    """A `cancelled` that becomes true after so many seconds of a jumping clock."""
    until = time.now + seconds
    return lambda: time.now > until


@dataclass
class Breaking:
    """A transport with a bug: it raises at the n-th piece that it reads."""

    port: Transport
    pieces: int

    def read_some(self, deadline: float) -> bytes:
        data = self.port.read_some(deadline)
        self.pieces -= 1
        if self.pieces == 0:
            raise PlantedError("while bytes of a card are in hand")
        return data

    def __getattr__(self, name: str) -> Callable[..., object]:
        return getattr(self.port, name)


def id_cards() -> dict[str, CardChip]:
    found = {name: personas.load(FOLDER, name).chip for name in NAMES}
    return found | {vector: chip_of(vector) for vector in ID_VECTORS}


@dataclass
class RecordedVisits:
    """One reader with the recorder on, and all that it says put on the heap."""

    heap: Heap
    chip: CardChip
    wrap: Callable[[Transport], Transport] = lambda port: port
    wishes: ReadOptions = ReadOptions(fingerprint=True)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.time = ScriptedTime()
        self.port = MemoryPort(self.time)
        self.reader = CardReader(
            lambda: Recorder(
                self.wrap(self.port.open()), self.lines.append, redact, self.time.monotonic
            ),
            self.time.monotonic,
            self.time.sleep,
            lambda: TODAY,
            wishes=self.wishes,
        )

    def read(self, fault: IdReaderFault | None = None) -> None:
        self.port.reader.place_card(self.chip)
        if fault is not None:
            self.port.reader.fault(fault)
        with told(self.heap):
            found = self.reader.read_chip(over(self.time, 20))
            self.heap.keep(found, str(found))
            logging.getLogger("kiosk").warning("read: %r %s", found, found)
            for part in ("card", "text", "blocks"):
                self.heap.keep(getattr(found, part, ""), str(getattr(found, part, "")))
        self.port.reader.lift_card()
        with told(self.heap):
            self.reader.wait_removed(over(self.time, 20))

    def end(self) -> None:
        with told(self.heap):
            self.reader.close()
        self.heap.keep(*self.lines)


def raising(_photo: bytes) -> bytes | None:
    raise PlantedError("while the photo is in hand")


def read_id_cards(heap: Heap) -> None:
    bad_line = Rates(delay=0.1, drop=0.05, corrupt=0.1, split=0.3, noise=0.1)
    for chip in id_cards().values():
        visits = RecordedVisits(heap, chip)
        for fault in (None, *IdReaderFault):
            visits.read(fault)
        visits.end()
        for seed in range(3):
            faulty = lambda port, seed=seed: Faulty(  # noqa: E731
                port, bad_line, random.Random(seed), lambda _: None
            )
            visits = RecordedVisits(heap, chip, faulty)
            for _ in range(3):
                visits.read()
            visits.end()
        for pieces in range(1, 9):
            visits = RecordedVisits(heap, chip, lambda port, n=pieces: Breaking(port, n))
            visits.read()
            visits.end()
        visits = RecordedVisits(heap, chip, wishes=ReadOptions(decode=raising))
        visits.read()
        visits.end()


def ss_cards() -> list[tuple[SimulatedSsCard, bytes]]:
    found = []
    for name in NAMES:
        with suppress(ValueError):  # not everybody has such a card
            image = load(FOLDER, name)
            found.append((SimulatedSsCard(image, sleep=lambda _: None), image.pin.hex().encode()))
    assert found
    return found + [(card_of_vector(vector, lambda _: None), b"123450") for vector in SS_VECTORS]


class BreakingCentre:
    def answer(self, challenge: object) -> object:
        raise PlantedError(f"while {challenge!r} is in hand")


def read_ss_cards(heap: Heap) -> None:
    centres = (None, CentreKeys(), CentreKeys(Failure.CENTRAL_UNREACHABLE), BreakingCentre())
    for number, centre in enumerate(centres):
        for card, pin in ss_cards():
            time = SlotTime()
            slot = InProcessSlot(time)
            reader = SlotSsCardReader(slot, time.monotonic, time.sleep, lambda: TODAY, centre)
            for fault in (None, *SsFault):
                slot.insert(card)
                if fault is not None:
                    card.fault(fault, after=6 + number)
                with told(heap):
                    found = reader.read(over(time, 20))
                    heap.keep(found, str(found))
                    logging.getLogger("kiosk").warning("read: %r %s", found, found)
                if fault is None and centre is None:
                    # Once right, once wrong, once with a bug on the way: no try is wasted on more.
                    for typed in (pin, b"000000", b"12345"):
                        with told(heap):
                            heap.keep(reader.verify_pin(bytearray(typed)))
                    slot.card = _Broken(card)
                    with told(heap):
                        heap.keep(reader.verify_pin(bytearray(pin)))
                    slot.card = card
                if not card.is_pulled:
                    slot.remove()
                else:
                    slot.card = None
                reader.wait_removed(over(time, 5))
            reader.close()


@dataclass
class _Broken:
    """A card whose connection has a bug at the PIN."""

    card: SimulatedSsCard

    def transmit(self, apdu: bytes) -> bytes:
        if apdu[1] == 0x20:
            raise PlantedError("while a PIN is in hand")
        return self.card.transmit(apdu)

    def __getattr__(self, name: str) -> object:
        return getattr(self.card, name)


def supervised(heap: Heap) -> None:
    for chip in id_cards().values():
        visits = RecordedVisits(heap, chip)
        bugs: list[BaseException] = []
        changes = Changes(lambda *what: logging.getLogger("kiosk").warning("changed: %r", what))
        outside = SupervisionContext(visits.time.monotonic, lambda: 0.0, changes.tell, bugs.append)
        blamed = sam_verdicts.OF_THE_READER
        plan = SupervisionPlan(
            "idcard", visits.reader, lambda: "tty", Failure.READER_LOST, blamed, SupervisionPace()
        )
        worker = Worker(plan, outside)
        for fault in (None, IdReaderFault.LIFTED, IdReaderFault.DAMAGED, IdReaderFault.REFUSED):
            visits.port.reader.place_card(chip)
            if fault is not None:
                visits.port.reader.fault(fault)
            work = worker.submit(lambda reader, ended: reader.read(ended), over(visits.time, 10))
            worker.turn()
            heap.keep(worker.life, work, plan)
            with told(heap):
                heap.keep(work.result(0))
            visits.port.reader.lift_card()
            broken = worker.submit(lambda *_: raising(b""), lambda: False)
            worker.turn()
            with told(heap):
                broken.result(0)
        visits.end()
        heap.keep(*bugs)


def commands(heap: Heap, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    simulated = SimulatedIdCardReader(0, Samv(), Delays(0, 0, 0, 0), sleep=lambda _: None)
    simulated.plug()
    site = folder / "site.toml"
    here = json.dumps({"url": simulated.url})
    site.write_text(
        f'profile = "demo"\n[id_card_reader]\nurl = {json.loads(here)["url"]!r}\n', "utf-8"
    )
    try:
        for name, chip in id_cards().items():
            simulated.place_card(chip)
            assert main.main(["devices", "test", "idcard", "--config", str(site)]) == Exit.READ
            record = folder / f"{name}.jsonl"
            read = ["devices", "read-id", "--url", simulated.url, "--record", str(record)]
            assert main.main([*read, "--wait", "0"]) in (Exit.READ, Exit.NOT_READABLE)
            heap.keep_file(record)
            simulated.lift_card()
        printed = capfd.readouterr()
        heap.keep(printed.err, printed.out)
    finally:
        simulated.unplug()


@pytest.mark.slow
def test_nothing_of_anybody_stays_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    heap = Heap()
    read_id_cards(heap)
    read_ss_cards(heap)
    supervised(heap)
    commands(heap, tmp_path, capfd)
    heap.keep(caplog.text)
    assert "a bug on purpose" in caplog.text
    assert len(heap.pieces) > 1000
    assert missing(heap) == {}


@pytest.mark.slow
def test_a_kiosk_keeps_nothing_of_who_was_there(
    terminal: WholeTerminal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heap = Heap()
    for name in NAMES:
        terminal.press(Press.START_SELF)
        terminal.press(Press.AGREE_WITHOUT_FACE)
        terminal.desk.bench.place_card(name)
        terminal.until(Stage.OTHER_PROOF)
        heap.keep(repr(terminal.visit.identity.card), repr(terminal.kiosk.runner.performer.watch))
        terminal.go_home()
    heap.keep(caplog.text, *terminal.lines, repr(terminal.visit))
    caplog.clear()
    assert len(terminal.lines) > len(NAMES)
    logging.getLogger("some.library").error("read: %s", sorted(all_secrets()))
    folder = terminal.desk.folder
    settings = terminal.kiosk.runner.table.book.settings
    lines, _ = export_logs(settings, folder / "export.zip")
    assert lines > len(NAMES)
    with zipfile.ZipFile(folder / "export.zip") as pack:
        assert set(pack.namelist()) == {"log.jsonl"}  # the journal went to `terminal.lines`
        heap.keep(*(pack.read(name) for name in pack.namelist()))
    for path in folder.rglob("*"):
        # What the reference central service knows of its people is its own.
        if path.is_file() and "central" not in path.relative_to(folder).parts:
            heap.keep_file(path)
    assert missing(heap) == {}


def test_there_is_somebody_to_look_for() -> None:
    secrets = all_secrets()
    assert len(secrets) >= 30
    for name in NAMES:
        assert len(secrets_of(name)) >= 3
    for kind in id_text.CardKind:
        assert any(
            id_text.read_text(chip.text).kind is kind  # type: ignore[union-attr]
            for chip in id_cards().values()
        )


@pytest.mark.parametrize("secret", sorted(all_secrets()))
def test_a_planted_secret_is_found(secret: str) -> None:
    """In a log, in a recording, in a traceback, in a repr, in JSON, in a file."""
    chip_text = secret.encode("utf-16-le")
    planted: list[str | bytes] = [
        f"2026-11-24 read: {secret}",
        json.dumps({"hex": (b"\xaa\xaa" + chip_text + b"\x00").hex().upper()}),
        repr(chip_text),
        json.dumps({"name": secret}),
        b"\x00\x01" + chip_text + b"\x02",
    ]
    for one in planted:
        heap = Heap()
        heap.keep("nothing before", b"\x00")
        heap.pieces.append(one if isinstance(one, bytes) else one.encode())
        assert heap.holds(secret), one
    assert not Heap([b"nothing at all"]).holds(secret)


def test_frames_with_a_card_in_them_are_found() -> None:
    heap = Heap()
    body = bytes.fromhex(ALL["D08"]["reply_hex"])
    heap.keep(json.dumps({"ms": 1, "direction": "in", "hex": body.hex().upper()}))
    assert heap.holds(str(ALL["D08"]["expect"]["id_number"]))
    assert samv.PREAMBLE in body
