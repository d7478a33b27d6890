"""A photograph of the code on a form tells kind and day, and every other picture has its words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from httpx2 import Response
from PIL import Image, ImageFilter

from central.policy import read_policy
from central.seal import photo_reader
from central.seal.photo_reader import PhotoReader
from central.seal.values import PhotoTrouble
from kiosk.application.forms.check_code import grouped_code
from tests.central.intake.test_promised_dates import central, side
from tests.central.standing import CONFIG, Standing
from tests.central.test_form_commands import delivered
from tests.central.test_verification import MERGED, Files, files, sealing
from tests.central.web.desk import URL, Browser, WebDesk, desk_over
from tests.central.web.test_check_page import (
    BOUNDARY,
    WORDS,
    body,
    code_of,
    desk_of,
    marks,
    part,
    secrets_of,
)

__all__ = ["central", "delivered", "files", "sealing", "side"]  # fixtures
POLICY = read_policy(CONFIG / "central.toml")
READER = PhotoReader(POLICY.check, POLICY.check_photo)
CODE = "0123456789ABCDEFGHJK"
PLACE = "https://pages.example.invalid/c/"


@pytest.fixture
def desk(central: Standing) -> Iterator[WebDesk]:
    with desk_over(central) as found:
        yield desk_of(central, found)


def photograph(*texts: str, turned: float = 7.0, kind: str = "JPEG", side: int = 2000) -> bytes:
    """A sheet with these codes as a telephone takes it: askew, soft, grey."""
    sheet = Image.new("RGB", (side, round(side * 1.4)), (236, 232, 224))
    for place, text in enumerate(texts):
        code = io.BytesIO()
        segno.make(text, error="m").save(code, kind="png", scale=8, border=4)
        with Image.open(code) as drawn:
            sheet.paste(drawn.convert("RGB"), (150 + 700 * place, 200))
    taken = sheet.rotate(turned, fillcolor=(90, 80, 70), expand=True)
    out = io.BytesIO()
    taken.filter(ImageFilter.GaussianBlur(1.5)).save(out, kind)
    return out.getvalue()


def send(browser: Browser, photo: bytes) -> Response:
    named = part('name="file"; filename="photo.jpg"', photo)
    media = f"multipart/form-data; boundary={BOUNDARY}"
    headers = {"Origin": URL, "Content-Type": media}
    content = body(browser.token("/check"), named)
    return browser.client.post("/check/photo", content=content, headers=headers)


def test_a_photograph_tells_kind_and_day_and_nothing_else(
    files: Files, desk: WebDesk, tmp_path: Path
) -> None:
    photo = photograph(PLACE + code_of(files, MERGED))
    answer = send(desk.browser(), photo)
    assert answer.status_code == 200
    assert WORDS["known"]["title"] in answer.text
    day = files.document()["confirmed_at"][:10]
    assert marks(answer) == {WORDS["kind"]: WORDS["kinds"]["merged"], WORDS["day"]: day}
    for secret in (*secrets_of(files), "R07"):
        assert secret not in answer.text
    middle = photo[len(photo) // 2 :][:64]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if middle in path.read_bytes()], "it is in memory alone"


def test_a_code_of_no_form_is_unknown(files: Files, desk: WebDesk) -> None:
    answer = send(desk.browser(), photograph(PLACE + CODE))
    assert (answer.status_code, WORDS["unknown"]["title"] in answer.text) == (404, True)


@pytest.mark.parametrize("turned", [0, 90, 183, -20])
def test_a_code_is_read_however_the_sheet_lies(turned: float) -> None:
    assert READER.read(photograph(PLACE + CODE, turned=turned)) == CODE


def test_a_png_and_a_code_in_groups_are_read() -> None:
    assert READER.read(photograph(PLACE + CODE, kind="PNG", side=1400)) == CODE
    assert READER.read(photograph(PLACE + grouped_code(CODE))) == CODE


@pytest.mark.parametrize(
    ("photo", "trouble"),
    [
        (b"", PhotoTrouble.NOT_PICTURE),
        (b"%PDF-1.7 ", PhotoTrouble.NOT_PICTURE),
        (b"\xff\xd8\xff", PhotoTrouble.NOT_PICTURE),
        (photograph(PLACE + CODE)[:9000], PhotoTrouble.DAMAGED),
        (photograph(), PhotoTrouble.NO_CODE),
        (photograph(PLACE + CODE, PLACE + CODE[::-1]), PhotoTrouble.SEVERAL),
        (photograph("11111111-2222-4333-8444-555555555555"), PhotoTrouble.OTHER_CODE),
        (photograph("https://pages.example.invalid/x/" + CODE), PhotoTrouble.OTHER_CODE),
        (photograph(PLACE + CODE[:-1] + "U"), PhotoTrouble.OTHER_CODE),
        (photograph("javascript:alert(1)//c/" + CODE), PhotoTrouble.OTHER_CODE),
        (photograph("look at " + PLACE + CODE), PhotoTrouble.OTHER_CODE),
        (b"x" * (POLICY.check_photo.longest_bytes + 1), PhotoTrouble.TOO_LARGE),
    ],
    ids=[
        "empty",
        "pdf",
        "head-alone",
        "cut",
        "no-code",
        "two",
        "slip",
        "other-page",
        "other-letters",
        "script",
        "more-words",
        "large",
    ],
)
def test_every_other_picture_has_its_reason(photo: bytes, trouble: PhotoTrouble) -> None:
    assert READER.read(photo) is trouble


def test_the_same_code_twice_is_one() -> None:
    assert READER.read(photograph(PLACE + CODE, PLACE + CODE)) == CODE


def test_a_picture_of_too_many_points_or_too_slow_ends_its_process_alone() -> None:
    small = replace(POLICY.check_photo, most_pixels=1000)
    assert PhotoReader(POLICY.check, small).read(photograph()) is PhotoTrouble.PIXELS
    hasty = replace(POLICY.check, seconds=0.01)
    assert PhotoReader(hasty, POLICY.check_photo).read(photograph()) is PhotoTrouble.TOO_SLOW
    tight = replace(POLICY.check, memory_bytes=50_000_000)
    assert PhotoReader(tight, POLICY.check_photo).read(photograph()) is PhotoTrouble.DAMAGED


@pytest.mark.parametrize(
    "told", [{}, {"texts": "x"}, {"texts": [5]}, {"trouble": "x"}, {"trouble": 5}, {"texts": None}]
)
def test_a_process_that_was_taken_over_may_answer_anything(
    told: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_reader, "read_apart", lambda *_a: told)
    assert READER.read(photograph()) is PhotoTrouble.DAMAGED


def test_as_many_are_read_at_once_as_slots_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PhotoReader(replace(POLICY.check, at_once=1), POLICY.check_photo)
    inner: list[object] = []

    def read_apart(*_a: object) -> dict[str, object]:
        inner.append(reader.read(photograph()))
        return {"texts": []}

    monkeypatch.setattr(photo_reader, "read_apart", read_apart)
    assert reader.read(photograph()) is PhotoTrouble.NO_CODE
    assert inner == [PhotoTrouble.BUSY]
    assert reader.read(photograph()) is PhotoTrouble.NO_CODE, "the slot is free again"


def test_every_trouble_has_words_and_a_status(desk: WebDesk) -> None:
    assert {f"photo_{one.value}" for one in PhotoTrouble} <= set(WORDS["troubles"])
    browser = desk.browser()
    answer = send(browser, b"")
    assert (answer.status_code, WORDS["troubles"]["photo_empty"] in answer.text) == (422, True)
    answer = send(browser, b"no picture")
    assert WORDS["troubles"]["photo_not_picture"] in answer.text
    large = send(browser, b"x" * (POLICY.check_photo.longest_bytes + 20_000))
    assert (large.status_code, "12 MB" in large.text) == (413, True)


def test_photographs_count_with_all_other_checks_of_an_address(
    central: Standing, files: Files
) -> None:
    with desk_over(central) as found:
        browser = desk_of(central, found, burst=1, a_second=0.1).browser()
        browser.get(f"/c/{CODE}")
        answer = send(browser, b"no picture")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
