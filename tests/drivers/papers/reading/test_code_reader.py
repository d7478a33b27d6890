"""QR and bar codes are read off photographed papers, and nothing of them counts as checked."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp

from drivers.papers.quarter_turns import turned
from drivers.papers.reading.code_reader import LONGEST, read_codes
from drivers.simulated.scenes.paper_kinds import PaperKind
from kiosk.paper_text import ReadField
from script.benches.papers.coded_papers import coded, qr_picture
from script.benches.papers.photographs import drawn
from tests.drivers.papers.reading.paper_photographs import photographed

URL = "https://centre.example/check/0192f0c1-0000-7000-8000-000000000001"
OF_URL = ReadField("qr_code", URL, is_checked=False)


def bar_picture(text: str) -> Any:
    """Return a bar code (Code 128) with its quiet zone."""
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    bars = np.array(made.to_image(scale=3, add_quiet_zones=True))
    return cv2.cvtColor(bars, cv2.COLOR_GRAY2BGR)


@pytest.mark.parametrize("disturbance", ["tilted", "hard_light"])
def test_a_code_is_read_off_a_photographed_paper_whichever_way_it_lies(disturbance: str) -> None:
    paper = coded(drawn(PaperKind.A4), qr_picture(URL))
    sheet = photographed(PaperKind.A4, disturbance, paper)
    for turns in range(4):
        assert read_codes(turned(sheet, turns)) == (OF_URL,)


def test_a_bar_code_is_told_from_a_qr_code() -> None:
    both = coded(drawn(PaperKind.A4), qr_picture(URL))
    bars = bar_picture("3416000042")
    both.picture[40 : 40 + bars.shape[0], 40 : 40 + bars.shape[1]] = bars
    codes = read_codes(photographed(PaperKind.A4, paper=both))
    assert codes == (OF_URL, ReadField("bar_code", "3416000042", is_checked=False))


@pytest.mark.parametrize("kind", [PaperKind.REGISTER, PaperKind.BANK_CARD])
def test_no_code_is_read_where_none_is(kind: PaperKind) -> None:
    assert read_codes(photographed(kind)) == ()


@pytest.mark.parametrize("text", ["x" * (LONGEST + 1), "\u202e txt", " \n "])
def test_what_no_page_can_show_is_left_out(text: str) -> None:
    assert read_codes(qr_picture_of_size(text)) == ()


def test_lines_of_a_code_stand_in_one() -> None:
    assert read_codes(qr_picture_of_size("a\r\n b\tc"))[0].value == "a b c"


def qr_picture_of_size(text: str) -> Any:
    """Return a QR code large enough for a long text."""
    return cv2.resize(qr_picture(text), (1200, 1200), interpolation=cv2.INTER_NEAREST)
