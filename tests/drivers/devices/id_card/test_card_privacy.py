"""Nothing of a person reaches a log, a recording or a traceback: all personas, all faults."""

from __future__ import annotations

import logging
import traceback
from datetime import date
from pathlib import Path

import pytest

from drivers.devices.id_card_reader import CardReader, ReadOptions
from drivers.protocols import id_text, samv
from drivers.protocols.samv_redaction import redact
from drivers.simulated import personas
from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.transports.recorder import Recorder
from drivers.transports.transport import Transport
from kiosk.people.identity import IdCard
from tests.drivers.devices.in_process import MemoryPort
from tests.drivers.devices.scripted import ScriptedTime

FOLDER = Path(__file__).parents[4] / "config" / "personas"
NAMES = personas.names(FOLDER)


def secrets(name: str) -> list[str]:
    """Name, number, addresses and pass number of a persona, as its card has them."""
    chip = personas.load(FOLDER, name).chip
    text = id_text.read_text(chip.text)
    assert isinstance(text, id_text.CardText)
    items = ("name", "name_cn", "name_en", "id_number", "address", "pass_number")
    found = [text.items[item] for item in items if text.items.get(item)]
    return [*found, *([id_text.decode(chip.new_address)] if chip.new_address else [])]


def forms(secret: str) -> list[bytes]:
    """The ways in which a secret may stand in a file: as text, in hexadecimal, as repr."""
    wire = secret.encode("utf-16-le")
    plain = [secret.encode(), wire, secret.encode("gb18030")]
    spelled = [raw.hex().encode() for raw in (secret.encode(), wire)]
    return [*plain, *spelled, *(one.upper() for one in spelled), repr(wire)[2:-1].encode()]


def visits(name: str, wishes: ReadOptions) -> tuple[list[str], IdCard]:
    """Read a persona's card under every fault; return the recording and the card."""
    time, lines = ScriptedTime(), []
    port = MemoryPort(time)

    def open_port() -> Transport:
        return Recorder(port.open(), lines.append, redact, time.monotonic)

    today = date(2026, 11, 23)
    reader = CardReader(open_port, time.monotonic, time.sleep, lambda: today, wishes=wishes)
    chip = personas.load(FOLDER, name).chip
    read = None
    for fault in (None, *IdReaderFault):
        port.reader.place_card(chip)
        if fault is not None:
            port.reader.fault(fault)
        until = time.now + 20
        found = reader.read_chip(lambda: time.now > until)  # noqa: B023 - used at once
        logging.getLogger("kiosk").warning("read: %r", found)
        read = found.card if hasattr(found, "card") else read
        port.reader.lift_card()
        gone = time.now + 20
        reader.wait_removed(lambda: time.now > gone)  # noqa: B023
    reader.close()
    assert read is not None
    return lines, read


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fingerprint", [False, True])
def test_recordings_and_logs_say_nothing(
    name: str, caplog: pytest.LogCaptureFixture, *, fingerprint: bool
) -> None:
    lines, card = visits(name, ReadOptions(fingerprint=fingerprint))
    assert len(lines) > 100
    kept = ("\n".join(lines) + caplog.text + repr(card)).encode()
    for secret in secrets(name):
        assert [form for form in forms(secret) if form in kept] == []
    assert b"FAKE-".hex().upper().encode() not in kept


def test_the_search_would_find_it() -> None:
    chip = personas.load(FOLDER, "liu").chip
    recorded = chip.text.hex().upper().encode()
    assert all(any(form in recorded for form in forms(secret)) for secret in secrets("liu"))


@pytest.mark.parametrize("name", NAMES)
def test_a_bug_shows_no_person_in_its_traceback(name: str) -> None:
    time = ScriptedTime()
    port = MemoryPort(time)
    port.reader.place_card(personas.load(FOLDER, name).chip)

    def broken(_photo: bytes) -> bytes | None:
        raise RuntimeError("a bug while the card is in hand")

    reader = CardReader(
        port.open,
        time.monotonic,
        time.sleep,
        lambda: date(2026, 11, 23),
        wishes=ReadOptions(decode=broken),
    )
    with pytest.raises(RuntimeError) as raised:
        reader.read(lambda: False)
    shown = "".join(traceback.format_exception(raised.value)).encode()
    for secret in secrets(name):
        assert [form for form in forms(secret) if form in shown] == []


def test_frames_and_blocks_show_only_their_kind() -> None:
    reply = samv.SamvReply(0, 0, 0x90, personas.load(FOLDER, "liu").chip.text)
    assert "data" not in repr(reply)
