"""`devices read-id` prints what the card says, and ends as the reading went."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import main
from drivers.commands import Exit, cures
from drivers.commands.read_id import KINDS
from drivers.devices.id_card_reader import CardReader
from drivers.simulated.cards import chip_photo_codec
from drivers.simulated.cards.card_chip import CardChip, address_block
from drivers.simulated.cards.id_card_reader import IdReaderFault, SimulatedIdCardReader
from drivers.simulated.cards.samv import Delays, Samv
from drivers.transports.replay import Replay, read_recording
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from tests.drivers.devices.id_card.id_card_rigs import chip_of
from tests.drivers.devices.scripted import ScriptedTime
from tests.drivers.vectors import ALL, EXCHANGES

SAM_ID = "05.03-20990101-0001234567-0007654321"
CARDS = [v["id"] for v in EXCHANGES if "kind" in v["expect"]]
AT_ONCE = Delays(0, 0, 0, 0)


@contextmanager
def reader(where: Path | int = 0, samv: Samv | None = None) -> Iterator[SimulatedIdCardReader]:
    reader = SimulatedIdCardReader(where, samv or Samv(), AT_ONCE, sleep=lambda _: None)
    reader.plug()
    try:
        yield reader
    finally:
        reader.unplug()


def read_id(url: str, *more: str) -> int:
    return main.main(["devices", "read-id", "--url", url, *more])


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    told: dict[str, Any] = json.loads(out)
    return told


@pytest.mark.parametrize("name", CARDS)
def test_every_golden_card(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    expect = {k: v for k, v in ALL[name]["expect"].items() if k != "status"}
    more = ["--fingerprint"] if "fingerprint_len" in expect else []
    with reader() as simulated:
        simulated.place_card(chip_of(name))
        assert read_id(simulated.url, "--show", *more) == Exit.READ
    told = said(capsys)
    assert {key: told[key] for key in expect} == expect
    assert told["sam_id"] == SAM_ID
    assert told["flags"] == (["expired"] if name == "D11" else [])


@pytest.mark.parametrize("name", CARDS)
def test_nobody_is_known_by_it_unless_asked_for(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chip = chip_of(name)
    with reader() as simulated:
        newest = address_block("示例区新址路９号")
        simulated.place_card(CardChip(chip.text, chip.photo, chip.fingerprint, newest))
        assert read_id(simulated.url, "--fingerprint") == Exit.READ
    out, err = capsys.readouterr()
    expect, told = ALL[name]["expect"], json.loads(out)
    private = {"name", "name_cn", "name_en", "birth", "address", "id_number", "pass_number"}
    private |= {"photo_sha256", "fingerprint_sha256"}
    for item in private & set(expect):
        assert expect[item] not in out + err
        assert len(told[item]) == len(expect[item])
        assert "*" in told[item]
    assert "新址路" not in out
    for item in set(expect) - private - {"status", "fingerprint_len"}:
        assert told[item] == expect[item]


def test_a_newest_address_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    chip = chip_of("D07")
    with reader() as simulated:
        moved = CardChip(chip.text, chip.photo, b"", address_block("示例区新址路９号"))
        simulated.place_card(moved)
        assert read_id(simulated.url, "--show") == Exit.READ
    told = said(capsys)
    assert told["new_address"] == "示例区新址路９号"
    assert told["address"] == ALL["D07"]["expect"]["address"]


def test_on_a_pty_and_by_a_url_of_pyserial(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with reader(tmp_path / "idcard") as simulated:
        simulated.place_card(chip_of("D07"))
        assert read_id(simulated.url) == Exit.READ
    with reader() as simulated:
        simulated.place_card(chip_of("D07"))
        assert read_id(simulated.url.replace("tcp", "socket")) == Exit.READ
    assert capsys.readouterr().err == ""


def test_a_card_that_was_read_is_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    with reader() as simulated:
        simulated.place_card(chip_of("D07"))
        assert [read_id(simulated.url) for _ in range(2)] == [Exit.READ] * 2
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_photo_is_decoded_by_the_program_that_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    codec = Path(chip_photo_codec.__file__)
    with reader() as simulated:
        simulated.place_card(chip_of("D07"))  # its photo begins with FAKE-, too
        assert read_id(simulated.url, "--photo-decoder", str(codec)) == Exit.READ
        out, err = capsys.readouterr()
        assert json.loads(out)["photo_decoded"]
        assert "SHA-256 " in err
        assert read_id(simulated.url, "--photo-decoder", str(codec) + ".absent") == Exit.READ
        out, err = capsys.readouterr()
        assert json.loads(out)["flags"] == ["photo_not_decoded"]
        assert "missing" in err


def test_a_recording_can_be_replayed_and_names_nobody(tmp_path: Path) -> None:
    file = tmp_path / "wire.jsonl"
    with reader() as simulated:
        simulated.place_card(chip_of("D08"))
        assert read_id(simulated.url, "--record", str(file)) == Exit.READ
    assert file.stat().st_mode & 0o777 == 0o600
    kept = file.read_text()
    number = ALL["D08"]["expect"]["id_number"]
    assert number.encode("utf-16-le").hex().upper() not in kept
    clock = ScriptedTime()
    port = Replay(read_recording(kept.splitlines()), clock.monotonic, clock.sleep)
    again = CardReader(lambda: port, clock.monotonic, clock.sleep, lambda: date(2026, 11, 23))
    card = again.read(lambda: False)
    assert isinstance(card, IdCard)
    assert card.name == "测试甲"


@pytest.mark.parametrize("where", ["absent/wire.jsonl", "."])
def test_a_recording_that_can_not_be_written(
    where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with reader() as simulated:
        simulated.place_card(chip_of("D08"))
        assert read_id(simulated.url, "--record", str(tmp_path / where)) == Exit.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert "写不了记录文件" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wait", ["nan", "inf", "-1", "soon"])
def test_a_wait_that_is_no_time(wait: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_id("tcp://127.0.0.1:1", "--wait", wait) == Exit.USAGE
    assert "--wait" in capsys.readouterr().err


def test_without_a_card(capsys: pytest.CaptureFixture[str]) -> None:
    with reader() as simulated:
        assert read_id(simulated.url, "--wait", "0.1") == Exit.NO_CARD
    out, err = capsys.readouterr()
    assert out == ""
    assert "平放" in err


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (IdReaderFault.REFUSED, Failure.CARD_REFUSED),
        (IdReaderFault.NOT_IDENTITY, Failure.CARD_NOT_IDENTITY),
        (IdReaderFault.DAMAGED, Failure.CARD_DAMAGED),
    ],
)
def test_a_card_that_can_not_be_read(
    fault: IdReaderFault, failure: Failure, capsys: pytest.CaptureFixture[str]
) -> None:
    with reader() as simulated:
        simulated.place_card(chip_of("D07"))
        simulated.fault(fault)
        assert read_id(simulated.url) == Exit.NOT_READABLE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip() == cures.cure(failure)


def test_a_card_of_an_unknown_kind() -> None:
    chip = chip_of("D07")
    strange = CardChip(chip.text[:248] + b"Q\x00" + chip.text[250:], chip.photo)
    with reader() as simulated:
        simulated.place_card(strange)
        assert read_id(simulated.url) == Exit.NOT_READABLE


def test_a_reader_without_licence(capsys: pytest.CaptureFixture[str]) -> None:
    with reader() as simulated:
        simulated.license(valid=False)
        assert read_id(simulated.url) == Exit.DEVICE_FAULT
    assert "66" in capsys.readouterr().err


def test_no_reader_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        nobody = f"tcp://127.0.0.1:{bound.getsockname()[1]}"
        assert read_id(nobody) == Exit.DEVICE_FAULT
    assert read_id(str(tmp_path / "absent")) == Exit.DEVICE_FAULT
    assert "ModemManager" in capsys.readouterr().err


def test_a_port_that_another_program_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import fcntl

    with reader(tmp_path / "idcard") as simulated:
        other = os.open(simulated.link, os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.flock(other, fcntl.LOCK_EX)
            assert read_id(simulated.url) == Exit.DEVICE_FAULT
        finally:
            os.close(other)
    assert "别的程序" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["tcp://nowhere", "usb://12", "weird://x"])
def test_what_is_no_address(url: str) -> None:
    assert read_id(url) == Exit.USAGE


@pytest.mark.parametrize("arguments", [[], ["fly"]])
def test_what_is_no_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["devices", *arguments]) == Exit.USAGE
    assert "read-id" in capsys.readouterr().err


def test_options_that_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["devices", "read-id"]) == Exit.USAGE
    assert "--url" in capsys.readouterr().err


def test_every_failure_of_card_and_reader_has_a_cure() -> None:
    told_otherwise = {Failure.CARD_EXPIRED, Failure.CARD_NUMBER_WRONG}  # flags of a read card
    wanted = {one for one in Failure if one.name.startswith(("CARD_", "READER_"))} - told_otherwise
    assert {one for one in wanted if cures.cure(one) == one.value} == set()
    assert cures.cure(Failure.NOTHING_CHOSEN) == "nothing_chosen"


def test_every_kind_of_card_has_its_name() -> None:
    assert {ALL[name]["expect"]["kind"] for name in CARDS} == set(KINDS.values())
