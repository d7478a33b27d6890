"""A company hands in pages of the personnel file: sealed at once, each bad file with its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from central.terminals.phones.employer_pages import PagesState
from kiosk.crypto.envelope import open_sealed
from kiosk.ports import Trouble
from phone.employer.page_values import PageTrouble
from phone.steps import read_phone_texts
from tests.kiosk.invented_people import CONFIG
from tests.phone.page_files import made_pdf, photograph, saved, scan, sheet
from tests.phone.phone_house import KEYS, REFERENCE, PhoneHouse
from tests.phone.shown import BrowserPage
from tests.phone.test_employer_page import log_in

PATH = f"/employer/papers/{REFERENCE}/P1"
NAME = "王秀英的档案.jpg"


def send(
    house: PhoneHouse, *files: tuple[str, bytes], act: str = "add", path: str = PATH, **changes: str
) -> Any:
    shown = BrowserPage(house.browser.get(PATH).text)
    data = {"token": shown.fields.get("token", ""), "act": act} | changes
    posted = [("files", one) for one in files] or [("files", ("", b""))]
    return house.browser.post(path, data=data, files=posted)


def words_of(answer: Any) -> str:
    return " ".join(BrowserPage(answer.text).words)


def test_pages_are_sealed_and_sent_before_anything_is_said(tmp_path: Path) -> None:
    house = PhoneHouse()
    shown = log_in(house)
    assert shown.links[PATH] == "传王秀英的人事档案"
    assert "已经收好" not in words_of(house.browser.get(PATH))
    photo = photograph("the first page")
    answer = send(house, (NAME, photo), ("扫描.pdf", scan("two", "three")))
    said = words_of(answer)
    assert "收好 3 页。" in said
    assert "已经收好 3 页" in said
    assert "没收" not in said
    assert len(house.central.pages) == len(house.central.blobs) == 3
    for page in house.central.pages:
        sealed = house.central.blobs[page["blob"]]
        assert b"\xff\xd8\xff" not in sealed[:200]
        opened = open_sealed(sealed, KEYS, page["sealed_for"], page["digest"])
        assert opened.startswith(b"\xff\xd8\xff")
    named = next(said for path, said in house.central.asked[::-1] if path.endswith("pages"))
    assert (named["reference"], named["paper"], named["act"]) == (REFERENCE, "P1", "add")
    home = words_of(house.browser.get("/employer"))
    assert "人事档案传了 3 页" in home
    assert "还缺" not in home


def test_each_bad_file_has_its_words_and_the_good_ones_are_kept() -> None:
    house = PhoneHouse()
    log_in(house)
    files = {
        "好.jpg": (photograph(), ""),
        "空.jpg": (b"", "空的"),
        "名单.csv": (b"a,b", "JPEG、PNG"),
        "小.png": (saved(sheet(size=(300, 200)), "PNG"), "字看不清"),
        "坏.jpg": (photograph()[:4000], "打不开"),
        "字.pdf": (made_pdf(photograph(), resources="/Font<</F 2 0 R>>"), "一页一张照片"),
    }
    answer = send(house, *((name, content) for name, (content, _) in files.items()))
    shown = BrowserPage(answer.text)
    assert "有 5 个文件没收" in shown.words
    assert len(house.central.pages) == 1
    for name, (_, words) in files.items():
        if words:
            assert words in shown.words[shown.words.index(name) + 1]


def test_words_stand_for_every_trouble_and_state() -> None:
    site = read_phone_texts(CONFIG).site["employer_pages"]
    assert set(site["troubles"]) == {one.value for one in PageTrouble}
    assert set(site["states"]) == {*(one.value for one in PagesState), "unreached"}


def test_nothing_is_chosen_or_too_many_or_too_much() -> None:
    house = PhoneHouse()
    log_in(house)
    assert "还没有选文件" in words_of(send(house))
    many = send(house, *((f"{number}.jpg", b"") for number in range(62)))
    assert words_of(many).count("一次最多 60 个文件，这个请下次传") == 2
    whole = send(house, ("x.jpg", b"x" * (house.policy.pages.together_bytes + 10_000)))
    assert whole.status_code == 413
    assert "一次传不了这么多" in whole.text


def test_a_line_that_breaks_is_told_for_each_file_and_old_pages_stay() -> None:
    house = PhoneHouse()
    log_in(house)
    send(house, ("a.jpg", photograph()))
    people = house.central.call("POST", "/v1/employers/people")
    house.central.trouble = Trouble.UNREACHABLE
    assert "以前传好的都还在" in house.browser.get(PATH).text
    assert len(house.central.pages) == 1
    house.central.trouble = None

    def away_for_blobs(method: str, path: str, *rest: Any) -> Any:
        if path == "/v1/employers/people":
            return people
        return type(people)(trouble=Trouble.TIMEOUT)

    house.central.call = away_for_blobs  # type: ignore[method-assign]
    said = words_of(send(house, ("b.jpg", photograph()), ("c.jpg", photograph())))
    assert said.count("没送到中心，请过一会儿再传这个文件") == 2
    assert len(house.central.pages) == 1


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("not-begun", "已经不在了"),
        ("full", "页数太多了"),
        ("again", "同时有人在传"),
        ("absent", "没有收好"),
        ("made-up", "没送到中心"),
    ],
)
def test_what_the_service_does_not_take_is_told(state: str, words: str) -> None:
    house = PhoneHouse()
    log_in(house)
    house.central.pages_state = state
    assert words in words_of(send(house, ("a.jpg", photograph())))


def test_pages_can_be_handed_in_anew() -> None:
    house = PhoneHouse()
    log_in(house)
    send(house, ("a.jpg", photograph("a")))
    assert "replace" in BrowserPage(house.browser.get(PATH).text).buttons
    send(house, ("b.jpg", photograph("b")), act="replace")
    assert len(house.central.pages) == 1
    send(house, ("c.txt", b"no page"), act="replace")
    assert len(house.central.pages) == 1, "a bad file replaces nothing"


def test_nobody_else_hands_in_anything() -> None:
    house = PhoneHouse()
    assert house.browser.get(PATH).headers["location"] == "/employer"
    assert "您离开太久了" in send(house, ("a.jpg", photograph())).text
    log_in(house)
    assert send(house, ("a.jpg", photograph()), token="0" * 64).status_code == 403
    for path in (PATH.replace("0", "1"), PATH.replace("P1", "A1")):
        assert house.browser.get(path).headers["location"] == "/employer"
        assert send(house, ("a.jpg", photograph()), path=path).status_code == 303
    house.browser = house.new_browser()
    assert "您离开太久了" in send(house, ("a.jpg", photograph())).text
    assert house.central.blobs == {}


def test_a_company_that_sends_without_end_has_to_wait() -> None:
    house = PhoneHouse()
    log_in(house)
    answers = [send(house).status_code for _ in range(house.policy.pages.check.burst + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {200}
