"""The page of wishes in a browser without scripts: consent, what is wrong, and one press back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kiosk.ports import Trouble
from tests.phone.phone_house import PhoneHouse
from tests.phone.shown import BrowserPage

TOWN = "341602001"
FORM = {"act": "keep", "kind-teach": "yes", "division": TOWN, "mobile": "13900001234"}
AGREED = {**FORM, "consent": "yes"}


def log_in(house: PhoneHouse) -> BrowserPage:
    away = house.browser.get("/wishes/login")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["acr_values"] == ["face"]
    back = {"code": "x", "state": asked["state"][0]}
    assert house.browser.get("/wishes/signed-in", params=back).status_code == 303
    return BrowserPage(house.browser.get("/wishes").text)


def send(house: PhoneHouse, shown: BrowserPage, form: dict[str, str]) -> Any:
    return house.browser.post("/wishes/act", data={"token": shown.fields["token"], **form})


def wishes_asked(house: PhoneHouse) -> list[str]:
    return [said["act"] for path, said in house.central.asked if path == "/v1/wishes"]


def test_a_wish_is_kept_shown_answered_and_withdrawn():
    house = PhoneHouse()
    assert "/wishes/login" in BrowserPage(house.browser.get("/wishes").text).links
    shown = log_in(house)
    assert "教教别人" in shown.words
    kept = BrowserPage(send(house, shown, AGREED).text)
    assert "记下了。有对得上的，会发短信给您。" in kept.words
    assert "撤回，都删掉" in kept.words
    said = house.central.asked[-1][1]
    assert (said["kinds"], said["division"], said["consent"]) == (["teach"], TOWN, True)
    assert "13900001234" not in kept.html
    offer = {"body": "示范社区", "words": "教书法", "phone": "0558-12345", "division": TOWN}
    house.central.answers.append(offer)
    again = house.browser.get("/wishes").text
    assert 'href="tel:0558-12345"' in again
    gone = BrowserPage(send(house, BrowserPage(again), {"act": "withdraw"}).text)
    assert "撤回了，都删掉了。不会再有短信。" in gone.words
    assert house.central.wish is None


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (FORM, "没有同意，就不记下"),
        ({**AGREED, "mobile": "123"}, "手机号码不对"),
        ({**AGREED, "division": ""}, "请选您住在哪里"),
        ({key: one for key, one in AGREED.items() if key != "kind-teach"}, "请至少选一样"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(form: dict[str, str], words: str):
    house = PhoneHouse()
    shown = log_in(house)
    answer = send(house, shown, form)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert wishes_asked(house) == ["look", "look"]
    if "mobile" in form and words != "手机号码不对":
        assert 'value="13900001234"' in answer.text


def test_nothing_is_lost_while_the_service_is_away():
    house = PhoneHouse()
    shown = log_in(house)
    house.central.trouble = Trouble.UNREACHABLE
    answer = send(house, shown, AGREED)
    assert (answer.status_code, "现在没送到" in answer.text) == (422, True)
    assert house.central.wish is None


def test_another_browser_or_a_forged_form_changes_nothing():
    house = PhoneHouse()
    shown = log_in(house)
    forged = BrowserPage(shown.html)
    forged.fields["token"] = "0" * 64
    assert send(house, forged, AGREED).status_code == 403
    house.browser = house.new_browser()
    assert send(house, shown, AGREED).status_code == 403
    assert house.central.wish is None
    house.browser.get("/wishes/signed-in", params={"code": "x", "state": "y"})
    assert "/wishes/login" in BrowserPage(house.browser.get("/wishes").text).links


def test_a_person_is_forgotten_after_ten_minutes():
    house = PhoneHouse()
    shown = log_in(house)
    house.seconds += 601
    assert "您离开太久了" in send(house, shown, AGREED).text


def test_a_body_that_is_no_form_is_refused():
    house = PhoneHouse()
    log_in(house)
    assert house.browser.post("/wishes/act", content=b"x" * 99_999).status_code == 415
