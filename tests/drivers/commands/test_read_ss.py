"""`devices read-ss` prints what the card says, and no more of its holder than it should."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import main
from drivers.commands import Exit, read_ss, typed_pin
from drivers.devices.ss_card_reader import SlotSsCardReader
from drivers.simulated.cards.ss_card import SimulatedSsCard, SsCardFault
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from kiosk.ports import PinVerdict
from tests.drivers.devices.ss_card.ss_card_contract import READS, card, image
from tests.drivers.pcsc_client import PRESENT, PcscClient
from tests.drivers.pcscd import PrivatePcscd
from tests.drivers.vectors import ALL
from tests.drivers.vendor_library.library import TEXT, VendorLibrary

ROOT = Path(__file__).parents[3]


def read(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any], str]:
    code = main.main(["devices", "read-ss", *arguments])
    said, cure = capsys.readouterr()
    return code, json.loads(said) if said else {}, cure


def in_a_process(pcsc: PrivatePcscd, *arguments: str, typed: bytes = b"", **changed: str):
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "devices", "read-ss", *arguments],
        input=typed,
        capture_output=True,
        env={**pcsc.environment, **changed},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", READS)
def test_the_vectors_as_they_are(name: str, pcsc: PrivatePcscd, capsys) -> None:
    pcsc.insert(card(name))
    code, told, cure = read(capsys, "--url", f"pcsc://{quote(pcsc.reader_name)}", "--show")
    flags = told.pop("flags")
    assert (code, told, cure) == (Exit.READ, ALL[name]["expect"], "")
    assert set(flags) <= {"expired"}


def test_nobody_is_known_by_it_unless_asked_for(pcsc: PrivatePcscd, capsys) -> None:
    pcsc.insert(card("D21"))
    code, told, _ = read(capsys, "--url", "pcsc://")
    assert code == Exit.READ
    expect = ALL["D21"]["expect"]
    private = {"ssn", "card_number", "card_identifier", "name", "birth_date", "birth_place"}
    assert {item: told[item] for item in private} == {
        "ssn": "341***********9177",
        "card_number": "*******13",
        "card_identifier": "*" * 30 + "FF",
        "name": "测**",
        "birth_date": "1962****",
        "birth_place": "34****",
    }
    assert {item: told[item] for item in set(expect) - private} == {
        item: expect[item] for item in set(expect) - private
    }


def test_a_card_that_another_program_holds(pcsc: PrivatePcscd, capsys) -> None:
    """Less time than an outage may take must not turn it into a missing card."""
    pcsc.insert(card("D21"))
    with PcscClient() as other:
        other.wait_for(pcsc.reader_name, PRESENT)
        other.connect(pcsc.reader_name)
        code, told, cure = read(capsys, "--url", "pcsc://", "--wait", "0.3")
        other.disconnect()
    assert (code, told) == (Exit.DEVICE_FAULT, {})
    assert "别的程序" in cure


def test_there_is_always_time_for_one_look(pcsc: PrivatePcscd, capsys) -> None:
    pcsc.insert(card("D21"))
    with PcscClient() as client:
        client.wait_for(pcsc.reader_name, PRESENT)
    assert read(capsys, "--url", "pcsc://", "--wait", "0")[0] == Exit.READ


def test_no_card(pcsc: PrivatePcscd, capsys) -> None:
    code, told, cure = read(capsys, "--url", "pcsc://", "--wait", "0.3")
    assert (code, told) == (Exit.NO_CARD, {})
    assert "插到底" in cure


def test_another_card(pcsc: PrivatePcscd, capsys) -> None:
    pcsc.insert(SimulatedSsCard(replace(image("D21"), aid=b"1PAY.SYS.DDF01")))
    code, told, cure = read(capsys, "--url", "pcsc://")
    assert (code, told) == (Exit.NOT_READABLE, {})
    assert "社保应用" in cure


def test_a_pulled_card(pcsc: PrivatePcscd, capsys) -> None:
    pulled = card("D21")
    pulled.fault(SsCardFault.PULLED, after=7)
    pcsc.insert(pulled)
    assert read(capsys, "--url", "pcsc://")[:2] == (Exit.NOT_READABLE, {})


def test_a_reader_that_is_not_there(pcsc: PrivatePcscd, capsys) -> None:
    code, told, cure = read(capsys, "--url", "pcsc://No%20Such%20Reader")
    assert (code, told) == (Exit.DEVICE_FAULT, {})
    assert "pcsc_scan" in cure


@pytest.mark.parametrize("wait", ["0", "0.5"])
def test_a_pcscd_that_is_not_there(pcsc: PrivatePcscd, tmp_path: Path, wait: str) -> None:
    done = in_a_process(
        pcsc, "--url", "pcsc://", "--wait", wait, PCSCLITE_CSOCK_NAME=str(tmp_path / "none")
    )
    assert (done.returncode, done.stdout) == (Exit.DEVICE_FAULT, b"")
    assert "pcscd" in done.stderr.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--url",),
        ("--url", "pcsc://", "--wait", "x"),
        ("--url", "pcsc://", "--wait", "nan"),
        ("--url", "pcsc://", "--wait=-1"),
        ("--url", "pcsc://", "--pin", "1"),
    ],
)
def test_wrong_usage_of_options(arguments: tuple[str, ...], capsys) -> None:
    assert read(capsys, *arguments)[0] == Exit.USAGE


@pytest.mark.parametrize(
    "arguments", [("--url", "/dev/ttyUSB0"), ("--url", "lib:x.so", "--pin-stdin")]
)
def test_wrong_usage(arguments: tuple[str, ...], capsys) -> None:
    code, told, cure = read(capsys, *arguments)
    assert (code, told) == (Exit.USAGE, {})
    assert cure


@pytest.mark.parametrize(
    ("typed", "accepted", "left", "tries"),
    [
        (b"123450\n", True, None, 3),
        (b"654321\n", False, 2, 2),
        (b"12345\n", False, None, 3),
        (b"", False, None, 3),
    ],
)
def test_a_pin_that_its_holder_types(
    pcsc: PrivatePcscd, typed: bytes, accepted: bool, left: int | None, tries: int
) -> None:
    held = card("D24")
    pcsc.insert(held)
    done = in_a_process(pcsc, "--url", "pcsc://", "--pin-stdin", typed=typed)
    assert done.returncode == (Exit.READ if accepted else Exit.NOT_READABLE)
    assert json.loads(done.stdout)["pin"] == {"accepted": accepted, "tries_left": left}
    assert held.tries_left == tries
    shown = (done.stdout + done.stderr).decode()
    assert bool(done.stderr) == (not accepted)
    assert ("还能试 2 次" in shown) == (left == 2)
    secrets = ("341600196307079139", "Z00000048", "123450", "654321")
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize("tries_left", [1, 0])
def test_a_pin_that_is_blocked(pcsc: PrivatePcscd, tries_left: int) -> None:
    pcsc.insert(SimulatedSsCard(replace(image("D24"), pin_left=tries_left)))
    done = in_a_process(pcsc, "--url", "pcsc://", "--pin-stdin", typed=b"654321\n")
    assert done.returncode == Exit.NOT_READABLE
    assert json.loads(done.stdout)["pin"] == {"accepted": False, "tries_left": 0}
    assert "人社窗口" in done.stderr.decode()


def test_a_service_that_stops_before_the_pin(monkeypatch, capsys) -> None:
    found, verdict = SsCard(name="测试甲"), PinVerdict(Failure.PCSC_STOPPED)
    monkeypatch.setattr(SlotSsCardReader, "read", lambda *_: found)
    monkeypatch.setattr(SlotSsCardReader, "verify_pin", lambda *_: verdict)
    monkeypatch.setattr(typed_pin, "read", bytearray)
    code, told, cure = read(capsys, "--url", "pcsc://", "--pin-stdin")
    assert code == Exit.DEVICE_FAULT
    assert told["pin"] == {"accepted": False, "tries_left": None}
    assert "pcscd" in cure


def test_a_vendors_library(vendor_library: VendorLibrary, capsys) -> None:
    code, told, _ = read(capsys, "--url", f"lib:{vendor_library.path}", "--show")
    assert code == Exit.READ
    assert told["ssn"] == "341600196203159177"
    vendor_library.play("iReadCardBas return -1 未找到卡片")
    assert read(capsys, "--url", f"lib:{vendor_library.path}", "--wait", "0.1")[0] == Exit.NO_CARD
    vendor_library.play("iReadCardBas return -2201", f"iReadCardBas_HSM_Step1 return 0 {TEXT}")
    code, _, cure = read(capsys, "--url", f"lib:{vendor_library.path}")
    assert code == Exit.DEVICE_FAULT
    assert "PSAM" in cure


def test_every_failure_of_these_devices_has_a_cure() -> None:
    ours = [one for one in Failure if one.startswith(("ss_card", "pcsc", "vendor", "pin_"))]
    assert len(ours) > 10
    # Whose card it is, only a visit asks.
    asked = {Failure.SS_CARD_OF_ANOTHER, Failure.SS_CARD_UNREADABLE_HOLDER}
    assert set(ours) - asked <= set(read_ss.known_ss_card_cures())


def test_only_what_was_read_is_told() -> None:
    assert read_ss.describe(SsCard(denied=("EF06/08:6982",)), show=False) == {
        "denied": ["EF06/08:6982"],
        "flags": [],
    }
