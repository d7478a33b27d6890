"""The printer prints what the bytes say: hand-written ESC/POS streams."""

from __future__ import annotations

import socket
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.simulated.printer.escpos_stream import EscPosStream, Operation
from drivers.simulated.printer.paper import CUTTER_DOTS, MARGIN
from drivers.simulated.printer.printer_works import PrinterWorks
from drivers.simulated.printer.receipt_printer import SimulatedReceiptPrinter

QR = b"https://example.invalid/r/BZ-0001"
STORE_QR = b"\x1d(k" + (len(QR) + 3).to_bytes(2, "little") + b"1P0" + QR
PRINT_QR = (
    b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x08\x1d(k\x03\x001E1" + STORE_QR + b"\x1d(k\x03\x001Q0"
)
RASTER = b"\x1dv0\x00\x02\x00\x03\x00" + bytes([0xFF, 0x00, 0x80, 0x01, 0xFF, 0xFF])
SLIP = (
    b"\x1b@\x1c&\x1ba\x01\x1d!\x11\x1c!\x0c"
    + "退休一次办\n".encode("gb18030")
    + b"\x1d!\x00\x1c!\x00\x1ba\x00"
    + "编号 BZ-0001\r\n".encode("gb18030")
    + b"\x1ba\x01"
    + PRINT_QR
    + RASTER
    + b"\x1c.plain\n\x1bd\x02\x1dVB\x10"
)


@pytest.fixture
def works(font: Path, tmp_path: Path) -> PrinterWorks:
    return PrinterWorks(font, tmp_path)


def dots(path: Path) -> np.ndarray:
    """Return where the slip is dark."""
    return np.asarray(Image.open(path).convert("L")) < 128


def test_a_whole_slip(works: PrinterWorks) -> None:
    assert works.take(SLIP) == b""
    (slip,) = works.slips
    assert slip.texts == ("退休一次办", "编号 BZ-0001", "plain")
    assert slip.codes == (QR.decode(),)
    assert works.unknown == []
    assert slip.missing == ()
    picture = Image.open(slip.path)
    assert picture.width == 640
    flat = np.asarray(picture.convert("RGB"))
    assert cv2.QRCodeDetector().detectAndDecode(flat)[0] == QR.decode()


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, len(SLIP)), max_size=12))
def test_segments_may_be_cut_anywhere(cuts: list[int]) -> None:
    marks = [0, *sorted(cuts), len(SLIP)]
    stream = EscPosStream()
    pieces = [SLIP[a:b] for a, b in pairwise(marks)]
    whole: list[Operation] = list(EscPosStream().feed(SLIP))
    assert [operation for piece in pieces for operation in stream.feed(piece)] == whole


def test_single_bytes_give_the_same_operations() -> None:
    stream = EscPosStream()
    single = [operation for byte in SLIP for operation in stream.feed(bytes([byte]))]
    assert single == list(EscPosStream().feed(SLIP))


def test_a_raster_dot_is_a_black_dot(works: PrinterWorks) -> None:
    works.take(b"\x1b@" + RASTER + b"\x1dV\x00")
    black = dots(works.slips[0].path)[CUTTER_DOTS : CUTTER_DOTS + 3, MARGIN : MARGIN + 16]
    assert black[0].tolist() == [True] * 8 + [False] * 8
    assert black[1].tolist() == [True] + [False] * 14 + [True]
    assert black[2].all()


@pytest.mark.parametrize(("alignment", "left"), [(0, 0), (1, 280), (2, 560)])
def test_alignment(works: PrinterWorks, alignment: int, left: int) -> None:
    works.take(b"\x1b@\x1ba" + bytes([alignment]) + RASTER + b"\x1dV\x00")
    across = dots(works.slips[0].path)[CUTTER_DOTS + 2]
    assert int(np.argmax(across)) == MARGIN + left
    assert across.sum() == 16


def test_double_size_is_twice_as_wide(works: PrinterWorks) -> None:
    works.take(b"\x1b@HHHH\n\x1d!\x11HHHH\n\x1dV\x00")
    rows = dots(works.slips[0].path)[CUTTER_DOTS:]
    small, large = rows[:34].any(axis=0), rows[34:92].any(axis=0)

    def extent(line: np.ndarray) -> int:
        return int(np.ptp(np.flatnonzero(line))) + 1

    assert extent(large) == pytest.approx(2 * extent(small), abs=3)


def test_a_long_line_wraps_at_48_columns(works: PrinterWorks) -> None:
    works.take(b"\x1b@" + b"x" * 50 + b"\n\x1dV\x00")
    assert works.slips[0].texts == ("x" * 48, "xx")


def test_chinese_without_kanji_mode_is_not_understood(works: PrinterWorks) -> None:
    works.take(b"\x1b@" + "退".encode("gb18030") + b"\n\x1dV\x00")
    assert works.unknown == [0xCD, 0xCB]
    assert works.slips[0].texts == ("",)


def test_rare_characters_are_missing_in_the_rom(works: PrinterWorks) -> None:
    works.take(b"\x1b@\x1c&" + "㛃𠅤\n".encode("gb18030") + b"\x1dV\x00")
    assert works.slips[0].missing == ("㛃", "𠅤")
    assert works.slips[0].texts == ("□□",)


@pytest.mark.parametrize(
    "stream",
    [b"\x1b\xff", b"\x1dv1\x00\x01\x00\x01\x00", b"\x1d(A\x02\x00", b"\x07", b"\x1c&\x81\x20"],
)
def test_what_it_does_not_know_it_lists(works: PrinterWorks, stream: bytes) -> None:
    works.take(b"\x1b@" + stream)
    assert works.unknown


def test_an_empty_strip_is_not_cut(works: PrinterWorks) -> None:
    works.take(b"\x1b@\x1dV\x00\x1d(k\x03\x001C\x04" + b"\x1dv0\x00\x00\x00\x00\x00\x1dV\x00")
    assert works.slips == []


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        ({}, "12121212"),
        ({"paper_near_end": True}, "1212121e"),
        ({"paper_out": True}, "1a32127e"),
        ({"cover_open": True}, "1a161212"),
    ],
)
def test_status_bytes(works: PrinterWorks, condition: dict[str, bool], answers: str) -> None:
    for name, value in condition.items():
        setattr(works.condition, name, value)
    asked = b"".join(b"\x10\x04" + bytes([kind]) for kind in (1, 2, 3, 4, 9))
    assert works.take(asked).hex() == answers


def test_without_paper_everything_waits_and_status_is_still_answered(works: PrinterWorks) -> None:
    works.condition.paper_out = True
    assert works.take(SLIP[:40] + b"\x10\x04\x04" + SLIP[40:]) == b"\x7e"
    assert works.slips == []
    works.condition.paper_out = False
    works.take(b"")
    assert works.slips[0].texts[0] == "退休一次办"


def test_over_tcp(font: Path, tmp_path: Path) -> None:
    printer = SimulatedReceiptPrinter(font, tmp_path)
    host, port = printer.url.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        printer.change(cover_open=True)
        wire.sendall(SLIP + b"\x10\x04\x02")
        assert wire.recv(1) == b"\x16"
        printer.change(cover_open=False)
        wire.sendall(b"\x10\x04\x01")
        assert wire.recv(1) == b"\x12"
    assert printer.works.slips[0].codes == (QR.decode(),)
    printer.close()


COMMANDS = [
    b"\x1b",
    b"\x1c&",
    b"\x1d(k",
    b"\x03\x00",
    b"1Q0",
    b"1C",
    b"1E",
    b"1P0x",
    b"\x1dv0",
    b"\n",
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.lists(st.sampled_from(COMMANDS) | st.binary(max_size=6), max_size=14))
def test_no_byte_stream_stops_the_printer(works: PrinterWorks, pieces: list[bytes]) -> None:
    works.take(b"".join(pieces))


@pytest.mark.parametrize(
    "code", [b"1C\x00", b"1C\x11", b"1E\x00", b"1Q0", b"1P0" + b"x" * 1274, b"1Z0"]
)
def test_a_code_that_cannot_be_printed_is_listed(works: PrinterWorks, code: bytes) -> None:
    works.take(b"\x1b@\x1d(k" + len(code).to_bytes(2, "little") + code + b"\x1d(k\x03\x001Q0")
    assert works.unknown
    assert works._codes == []
