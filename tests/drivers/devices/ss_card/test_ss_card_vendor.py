"""A vendor's card library can do nothing to the kiosk but give it a card."""

from __future__ import annotations

import multiprocessing
import pickle
from pathlib import Path

import pytest

from drivers.devices import ss_card_vendor_process
from drivers.devices.ss_card_vendor import VendorLimits, VendorSsCardReader
from drivers.devices.ss_card_vendor_process import (
    VendorAnswer,
    VendorCall,
    VendorProcess,
    answer,
    decode_answer,
    encode_answer,
    load,
)
from kiosk.failures import Failure
from tests.drivers.devices.ss_card.ss_card_vendor_contract import (
    CARD,
    CHALLENGES,
    TODAY,
    VendorCentre,
)
from tests.drivers.elf_bytes import set_stack_flags
from tests.drivers.vendor_library.compiler import build_library, refuses_executable_stacks
from tests.drivers.vendor_library.library import TEXT, VendorLibrary

STEP_2 = "11" * 16 + "|" + "EE" * 16 + "|"


class Slept:
    def __init__(self) -> None:
        self.times = 0

    def sleep(self, _seconds: float) -> None:
        self.times += 1

    def after(self, times: int):
        return lambda: self.times >= times


@pytest.fixture
def slept() -> Slept:
    return Slept()


def reader_of(library: Path, slept: Slept, centre: VendorCentre | None = None, call: float = 20.0):
    return VendorSsCardReader(
        VendorProcess(library),
        slept.sleep,
        lambda: TODAY,
        centre,
        VendorLimits(call=call),
    )


@pytest.fixture(autouse=True)
def _no_process_stays():
    others = set(multiprocessing.active_children())
    yield
    assert set(multiprocessing.active_children()) <= others


def test_a_card(vendor_library: VendorLibrary, slept: Slept) -> None:
    reader = reader_of(vendor_library.path, slept)
    assert reader.check() is None
    assert reader.read(slept.after(1)) == CARD
    assert vendor_library.calls() == ["iReadCardBas 3 0 "] * 2


def test_what_the_library_prints_is_heard_by_nobody(vendor_library, slept: Slept, capfd) -> None:
    assert reader_of(vendor_library.path, slept).read(slept.after(1)) == CARD
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("code", [-24, -2201, -2202, -2203, -27272])
def test_a_reader_without_psam_asks_the_centre(vendor_library, slept: Slept, code: int) -> None:
    vendor_library.play(
        f"iReadCardBas return {code} PSAM 不存在",
        f"iReadCardBas_HSM_Step1 return 0 {'|'.join(CHALLENGES)}|",
        f"iReadCardBas_HSM_Step2 expect {STEP_2} {TEXT}",
    )
    centre = VendorCentre()
    assert reader_of(vendor_library.path, slept, centre).read(slept.after(1)) == CARD
    assert [one.fields for one in centre.challenges] == [CHALLENGES]
    assert vendor_library.calls()[-1] == f"iReadCardBas_HSM_Step2 0 0 {STEP_2}"
    alone = reader_of(vendor_library.path, slept)
    assert alone.read(slept.after(1)) is Failure.SS_CARD_NEEDS_CENTRAL
    refusing = reader_of(vendor_library.path, slept, VendorCentre(Failure.CENTRAL_UNREACHABLE))
    assert refusing.read(slept.after(1)) is Failure.CENTRAL_UNREACHABLE


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        ("iReadCardBas_HSM_Step1 return -5 读卡失败", Failure.SS_CARD_NOT_SEATED),
        ("iReadCardBas_HSM_Step1 crash", Failure.VENDOR_LIBRARY_LOST),
        (f"iReadCardBas_HSM_Step1 return 0 {'|'.join(CHALLENGES)}|", Failure.SS_CARD_NOT_SEATED),
    ],
)
def test_a_step_that_fails(vendor_library, slept: Slept, step: str, failure: Failure) -> None:
    vendor_library.play(
        "iReadCardBas return -2201", step, "iReadCardBas_HSM_Step2 expect 00|00| nothing"
    )
    assert reader_of(vendor_library.path, slept, VendorCentre()).read(slept.after(1)) is failure


@pytest.mark.parametrize("how", ["crash", "exit"])
def test_a_crash_harms_nothing(vendor_library: VendorLibrary, slept: Slept, how: str) -> None:
    reader = reader_of(vendor_library.path, slept)
    vendor_library.play(f"iReadCardBas {how}")
    assert reader.read(slept.after(1)) is Failure.VENDOR_LIBRARY_LOST
    assert reader.check() is Failure.VENDOR_LIBRARY_LOST
    vendor_library.play(f"iReadCardBas return 0 {TEXT}")
    assert reader.read(slept.after(1)) == CARD
    reader.close()


def test_a_library_that_hangs_is_killed(vendor_library: VendorLibrary, slept: Slept) -> None:
    vendor_library.play("iReadCardBas hang", "iVerifyPIN hang")
    reader = reader_of(vendor_library.path, slept, call=0.3)
    assert reader.read(slept.after(1)) is Failure.VENDOR_LIBRARY_LOST
    assert reader.verify_on_pad() is Failure.VENDOR_LIBRARY_LOST


@pytest.mark.parametrize(
    "line", ["iReadCardBas cut 30 " + TEXT, "iReadCardBas fill 3000", "iReadCardBas return 0"]
)
def test_text_that_is_none(vendor_library: VendorLibrary, slept: Slept, line: str) -> None:
    vendor_library.play(line)
    assert reader_of(vendor_library.path, slept).read(slept.after(1)) is Failure.SS_CARD_DAMAGED


def test_a_card_is_gone_when_the_library_finds_none(vendor_library, slept: Slept) -> None:
    reader = reader_of(vendor_library.path, slept)
    assert not reader.wait_removed(slept.after(1))
    vendor_library.play("iReadCardBas return -2201")
    assert not reader.wait_removed(slept.after(2))
    vendor_library.play("iReadCardBas return -1 未找到卡片")
    assert reader.wait_removed(slept.after(9))
    assert len(vendor_library.calls()) == 4, "it must say so twice"
    assert reader.wait_removed(slept.after(9))
    assert len(vendor_library.calls()) == 6, "twice again"


@pytest.mark.parametrize("line", ["return -5 读卡失败", "return -2201 PSAM 无卡", "crash"])
def test_no_other_failure_means_that_the_card_is_gone(vendor_library, slept, line: str) -> None:
    vendor_library.play(f"iReadCardBas {line}")
    assert not reader_of(vendor_library.path, slept).wait_removed(slept.after(3))
    assert slept.times == 3


def test_a_failure_between_two_looks_begins_the_count_anew(vendor_library, slept: Slept) -> None:
    lines = ("-1 无卡", "-5 读卡失败", "-1 无卡", "-1 无卡")

    def cancelled() -> bool:
        if slept.times < len(lines):
            vendor_library.play(f"iReadCardBas return {lines[slept.times]}")
        return slept.times >= len(lines)

    assert reader_of(vendor_library.path, slept).wait_removed(cancelled)
    assert len(vendor_library.calls()) == len(lines)


def test_what_was_left_behind_is_not_read(vendor_library, slept: Slept) -> None:
    reader = reader_of(vendor_library.path, slept)
    assert reader.read(slept.after(1)) == CARD
    assert not reader.wait_removed(slept.after(1))
    assert reader.read(slept.after(2)) is Failure.SS_CARD_LEFT
    vendor_library.play("iReadCardBas crash")
    assert reader.read(slept.after(2)) is Failure.VENDOR_LIBRARY_LOST
    vendor_library.play(f"iReadCardBas return 0 {TEXT}")
    assert reader.read(slept.after(2)) is Failure.SS_CARD_LEFT
    vendor_library.play("iReadCardBas return -1 无卡")
    assert reader.read(slept.after(4)) is None
    vendor_library.play(f"iReadCardBas return 0 {TEXT}")
    assert reader.read(slept.after(5)) == CARD


def test_a_library_that_is_none(tmp_path: Path, slept: Slept) -> None:
    (tmp_path / "lib.so").write_text("no library")
    reader = reader_of(tmp_path / "lib.so", slept)
    assert reader.read(slept.after(1)) is Failure.VENDOR_LIBRARY_NOT_ELF
    assert reader_of(tmp_path / "none.so", slept).check() is Failure.VENDOR_LIBRARY_MISSING


def test_a_library_that_glibc_refuses_is_named(
    tmp_path: Path, slept: Slept, vendor_library
) -> None:
    if not refuses_executable_stacks(vendor_library.path, tmp_path):
        pytest.skip("the loader of this machine makes stacks executable")
    old = tmp_path / "old.so"
    old.write_bytes(set_stack_flags(vendor_library.path.read_bytes(), None))
    assert reader_of(old, slept).read(slept.after(1)) is Failure.VENDOR_LIBRARY_EXECUTABLE_STACK
    assert reader_of(old, slept).check() is Failure.VENDOR_LIBRARY_EXECUTABLE_STACK


def test_a_library_that_lacks_another_is_named(tmp_path: Path) -> None:
    """Its own headers are in order, and yet the loader refuses it."""
    usb, library, source = tmp_path / "libusb.so", tmp_path / "lib.so", tmp_path / "source.c"
    source.write_text("int port(void) { return 1; }")
    build_library(source, usb, "-nostdlib")
    source.write_text("int port(void); int iReadCardBas(void) { return port(); }")
    build_library(source, library, "-nostdlib", str(usb))
    usb.unlink()
    assert load(library) is Failure.VENDOR_LIBRARY_UNLOADABLE


def test_a_process_that_never_begins(monkeypatch, vendor_library, slept: Slept) -> None:
    monkeypatch.setattr(ss_card_vendor_process, "START_SECONDS", 0.0)
    reader = reader_of(vendor_library.path, slept)
    assert reader.read(slept.after(1)) is Failure.VENDOR_LIBRARY_LOST


class LibraryFunctions:
    """Functions as ctypes would give them."""

    def __init__(self, code: int, text: bytes) -> None:
        self.code, self.text = code, text

    @property
    def iReadCardBas(self):  # noqa: N802 - the vendors' name
        def function(_kind: int, out) -> int:
            out.value = self.text
            return self.code

        return function


@pytest.mark.parametrize(
    ("code", "meant"), [(0, 0), (-2201, -2201), (0xFFFFF767, -2201), (0x1FFFFF767, -2201)]
)
def test_an_int_may_come_where_a_long_is_promised(code: int, meant: int) -> None:
    call = VendorCall("iReadCardBas", (3,))
    assert answer(LibraryFunctions(code, b"text"), call) == VendorAnswer(meant, b"text")


def test_a_missing_symbol() -> None:
    assert (
        answer(LibraryFunctions(0, b""), VendorCall("iScan", ())) is Failure.VENDOR_LIBRARY_MISSING
    )
    refused = Failure.VENDOR_LIBRARY_OTHER_PROCESSOR
    assert answer(refused, VendorCall("iScan", ())) is refused


def test_reprs_show_nothing() -> None:
    shown = repr(VendorAnswer(0, TEXT.encode("gbk"))) + repr(VendorCall("iX", (b"0123456789",)))
    assert "3416" not in shown
    assert "0123" not in shown


@pytest.mark.parametrize(
    "said", [VendorAnswer(0, b""), VendorAnswer(-2201, "张".encode("gbk")), Failure.CARD_MOVED]
)
def test_answers_arrive_as_they_were(said):
    assert decode_answer(encode_answer(said)) == said


class Touching:
    """Pickled, it makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    "said", [b"", b"a", b"x0000", b"f0000nothing known", b"f0000\xff", None, 5000]
)
def test_a_library_that_took_its_process_over_is_lost_and_runs_nothing_here(said, tmp_path):
    """It may write to the wire whatever it likes."""
    if isinstance(said, int):
        said = bytes(said)
    process, (near, far) = VendorProcess(tmp_path / "none.so"), multiprocessing.Pipe()
    process._wire, process._process = near, multiprocessing.get_context("spawn").Process()
    process._process.start()
    far.send_bytes(pickle.dumps(Touching(tmp_path / "made")) if said is None else said)
    found = process.call(VendorCall("iReadCard", ()), 5.0)
    assert found is Failure.VENDOR_LIBRARY_LOST
    assert not (tmp_path / "made").exists()
    far.close()
