"""Does `devices read-ss` say what the card says, and nothing more of its holder than it should?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from drivers.commands import Exit, read_ss, run
from drivers.simulated.ss_card import Fault, SimulatedSsCard
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard
from tests.drivers.devices.ss_card_contract import READS, card, image
from tests.drivers.pcsc_client import PRESENT, PcscClient
from tests.drivers.pcscd import PrivatePcscd
from tests.drivers.vectors import ALL
from tests.drivers.vendor_library.library import TEXT, VendorLibrary

ROOT = Path(__file__).parents[3]


def read(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any], str]:
    code = run(["read-ss", *arguments])
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


def test_numbers_are_masked(pcsc: PrivatePcscd, capsys) -> None:
    pcsc.insert(card("D21"))
    code, told, _ = read(capsys, "--url", "pcsc://")
    assert code == Exit.READ
    assert (told["ssn"], told["card_number"]) == ("341***********9177", "*******13")
    assert told["name"] == "测试甲"


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
    pulled.fault(Fault.PULLED, after=7)
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
    [(), ("--url",), ("--url", "pcsc://", "--wait", "x"), ("--url", "pcsc://", "--pin", "1")],
)
def test_wrong_usage_of_options(arguments: tuple[str, ...], capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        read(capsys, *arguments)
    assert caught.value.code == Exit.USAGE


@pytest.mark.parametrize(
    "arguments", [("--url", "/dev/ttyUSB0"), ("--url", "lib:x.so", "--pin-stdin")]
)
def test_wrong_usage(arguments: tuple[str, ...], capsys) -> None:
    code, told, cure = read(capsys, *arguments)
    assert (code, told) == (Exit.USAGE, {})
    assert cure


@pytest.mark.parametrize(
    ("typed", "accepted", "left", "tries"),
    [(b"123450\n", True, None, 3), (b"654321\n", False, 2, 2), (b"12345\n", False, None, 3)],
)
def test_a_pin_that_its_holder_types(
    pcsc: PrivatePcscd, typed: bytes, accepted: bool, left: int | None, tries: int
) -> None:
    held = card("D24")
    pcsc.insert(held)
    done = in_a_process(pcsc, "--url", "pcsc://", "--pin-stdin", typed=typed)
    assert done.returncode == Exit.READ
    assert json.loads(done.stdout)["pin"] == {"accepted": accepted, "tries_left": left}
    assert held.tries_left == tries
    shown = (done.stdout + done.stderr).decode()
    assert bool(done.stderr) == (not accepted)
    secrets = ("341600196307079139", "Z00000048", "123450", "654321")
    assert not [secret for secret in secrets if secret in shown]


@pytest.mark.parametrize(
    ("pieces", "pin"),
    [
        ([b"123450"], b"123450"),
        ([b"123450\r\n"], b"123450"),
        ([b"123", b"450\n"], b"123450"),
        ([b"123450", b"0\n"], b"1234500"),
        ([b"123450123450\n"], b"12345012"),
        ([b"\n"], b""),
        ([], b""),
    ],
)
def test_one_line_is_the_pin(pieces: list[bytes], pin: bytes, monkeypatch) -> None:
    near, far = os.pipe()
    for piece in pieces:
        os.write(far, piece)
    os.close(far)
    with os.fdopen(near) as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        assert read_ss._typed_pin() == pin


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
    assert set(ours) <= set(read_ss.CURES)


def test_only_what_was_read_is_told() -> None:
    assert read_ss.describe(SsCard(denied=("EF06/08:6982",)), show=False) == {
        "denied": ["EF06/08:6982"],
        "flags": [],
    }
