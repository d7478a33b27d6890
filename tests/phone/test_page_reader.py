"""Uploaded files become pictures in a process of their own, or a reason with words."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.config.schema import load
from phone.employer import page_process, page_reader, scanned_pdf
from phone.employer.page_process import UnfitFileError, pages_of
from phone.employer.page_reader import PageReader
from phone.employer.page_values import PageTrouble
from phone.policy import PhonePolicy
from tests.kiosk.invented_people import CONFIG
from tests.phone.page_files import A4, SECRET_PLACE, made_pdf, photograph, saved, scan, sheet

POLICY = load(PhonePolicy, CONFIG / "phone.toml").pages
LIMITS = vars(POLICY.limits)


def reader(**changes: int) -> PageReader:
    return PageReader(replace(POLICY.check, **changes), POLICY.limits)


def test_a_photograph_is_drawn_anew_upright_and_says_nothing_of_its_place() -> None:
    photo = photograph(turned=6)
    assert SECRET_PLACE in photo
    found = reader().read(photo)
    assert isinstance(found, tuple)
    (page,) = found
    assert SECRET_PLACE not in page
    with Image.open(io.BytesIO(page)) as shown:
        assert shown.size == A4[::-1]
        assert not shown.getexif()


def test_each_page_of_a_scan_is_a_picture() -> None:
    found = reader().read(scan("one", "two", "three"))
    assert isinstance(found, tuple)
    assert len(set(found)) == 3


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16"])
def test_every_kind_of_png_is_drawn_on_white(mode: str) -> None:
    picture = sheet() if mode == "I;16" else sheet().convert(mode)
    if mode in ("RGBA", "LA"):
        picture.putalpha(Image.new("L", A4, 0))
    (page,) = pages_of(saved(picture.convert(mode), "PNG"), LIMITS)
    with Image.open(io.BytesIO(page)) as shown:
        if mode != "I;16":
            assert shown.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_a_large_picture_is_made_as_large_as_can_be_read() -> None:
    (page,) = pages_of(saved(sheet(size=(7000, 5000)), "JPEG"), LIMITS)
    with Image.open(io.BytesIO(page)) as shown:
        assert max(shown.size) == POLICY.limits.longest_side


@pytest.mark.parametrize(("turned", "size"), [(90, A4[::-1]), (180, A4)])
def test_a_page_that_a_scanner_turned_is_shown_upright(turned: int, size: tuple[int, int]) -> None:
    (page,) = pages_of(made_pdf(photograph(), page=f"/Rotate {turned}"), LIMITS)
    with Image.open(io.BytesIO(page)) as shown:
        assert shown.size == size


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", PageTrouble.EMPTY),
        (b"GIF89a and so on", PageTrouble.KIND),
        ("姓名,号码".encode(), PageTrouble.KIND),
        (b"x" * (POLICY.check.longest_bytes + 1), PageTrouble.LARGE),
        (photograph()[:4000], PageTrouble.DAMAGED),
        (b"\xff\xd8\xff and no more", PageTrouble.KIND),
        (b"%PDF-1.7 and no more", PageTrouble.DAMAGED),
        (saved(sheet(size=(700, 500)), "JPEG"), PageTrouble.SMALL),
        (saved(Image.new("1", (9000, 9000)), "PNG"), PageTrouble.PIXELS),
        (made_pdf(photograph(), picture="/Filter/JPXDecode"), PageTrouble.NO_SCAN),
        (made_pdf(photograph(), resources="/Font<</F 2 0 R>>"), PageTrouble.NO_SCAN),
        (made_pdf(photograph(), picture="/Filter/DCTDecode/SMask 3 0 R"), PageTrouble.NO_SCAN),
        (made_pdf(photograph(), page="/Rotate 45"), PageTrouble.NO_SCAN),
        (made_pdf(photograph(), page="/Annots[1]"), PageTrouble.NO_SCAN),
    ],
    ids=[
        "empty",
        "gif",
        "list",
        "large",
        "cut",
        "jpeg-head",
        "pdf-head",
        "small",
        "pixels",
        "jpeg2000",
        "text",
        "masked",
        "askew",
        "notes",
    ],
)
def test_a_file_that_is_no_page_is_told_with_its_reason(
    content: bytes, trouble: PageTrouble
) -> None:
    assert reader().read(content) is trouble


def test_a_pdf_of_more_pages_than_are_taken_or_with_a_script_is_refused() -> None:
    with pytest.raises(UnfitFileError, match=PageTrouble.PAGES.value):
        pages_of(scan("a", "b", "c"), {**LIMITS, "most_pages": 2})
    active = made_pdf(photograph(), catalog="/OpenAction<</S/JavaScript/JS(x)>>")
    with pytest.raises(UnfitFileError, match=PageTrouble.ACTIVE.value):
        pages_of(active, LIMITS)


def test_a_file_that_needs_too_much_memory_or_time_ends_its_process_alone() -> None:
    assert reader(memory_bytes=60_000_000).read(photograph()) is PageTrouble.DAMAGED
    assert reader(seconds=0.01).read(photograph()) is PageTrouble.SLOW  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"{}",
        b'{"trouble": "made-up", "lengths": []}\n',
        b'{"trouble": "", "lengths": []}\n',
        b'{"trouble": "", "lengths": [4]}\n\xff\xd8\xff',
        b'{"trouble": "", "lengths": [2]}\n\xff\xd8\xff',
        b'{"trouble": "", "lengths": [true]}\n\xff',
        b'{"trouble": "", "lengths": [4]}\nPDF!',
    ],
)
def test_a_process_that_was_taken_over_may_answer_anything(
    told: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_reader, "run_apart", lambda *_a: told)
    assert reader().read(photograph()) is PageTrouble.DAMAGED


def test_the_modules_of_the_process_lie_where_it_is_started_from() -> None:
    assert page_process.__name__ == page_reader.MODULE
    assert Path(scanned_pdf.__file__).parent == Path(page_process.__file__).parent
