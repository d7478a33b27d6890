"""A whole visit in the browser of a phone, by the words and fields of its pages alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.ports import Trouble
from phone.headers import PHONE_HEADERS
from phone.posted import ink_of
from tests.kiosk.invented_people import receipt_for
from tests.phone.phone_house import PhoneHouse
from tests.phone.shown import BrowserPage

INK = "1.0-2.0-0.00_30.5-4.0-0.40*5.0-9.0-0.90_40.0-12.0-1.40"


def receipt_of(house: PhoneHouse) -> Receipt:
    return receipt_for(house.visit.visit)


def test_a_phone_goes_the_whole_way_to_the_receipt():
    house = PhoneHouse()
    first = house.look()
    assert first.title == "退休一次办"
    assert "start_self " in first.buttons
    assert "start_proxy " not in first.buttons
    shown = house.walk_to_review()
    assert shown.title == "看一遍，签个名"
    assert "刘长青" in shown.words
    waiting = house.press("signed ", ink=INK)
    (filed,) = house.filed
    text = filed.content.decode()
    assert '"method":"platform"' in text
    assert '"by":"finger"' in text
    assert waiting.refreshes
    receipt = receipt_of(house)
    house.visits.receive(receipt)
    shown = house.look()
    assert not shown.refreshes
    assert receipt.case_number in shown.words


def test_who_has_no_script_signs_by_a_press():
    house = PhoneHouse()
    house.walk_to_review()
    house.press("mark ")
    house.press("signed ")
    assert '"by":"key"' in house.filed[0].content.decode()


def test_nothing_is_filed_without_a_signature():
    house = PhoneHouse()
    house.walk_to_review()
    assert "签" in house.press("signed ", ink="1.0-x").sentence
    assert house.filed == []


@pytest.mark.parametrize("said", ["", "1", "1-2", "a-b-c", "1-2-3_", "1-2-3*x", "1.0-2.0-99999.0"])
def test_what_is_no_ink_is_none(said: str):
    assert ink_of(said) == ()


def test_losing_the_network_on_each_page_loses_and_doubles_nothing():
    """Each answer is lost once: the form is sent again as it was, and the page is looked at anew."""
    house = PhoneHouse()
    post = house.post

    def twice(press: str, shown: BrowserPage | None = None, **fields: str):
        page = shown or house.look()
        assert house.look().html == page.html  # a look changes nothing
        post(press, page, **fields)
        after = house.visit.visit if house.visits._visits else None
        answer = post(press, page, **fields)
        if house.visits._visits:
            assert house.visit.visit == after
        return answer

    house.post = twice  # type: ignore[method-assign]
    house.walk_to_review()
    house.press("signed ", ink=INK)
    assert len(house.filed) == 1


def test_the_central_service_is_away_and_back_again():
    house = PhoneHouse()
    house.press("start_self ")
    house.press("agree ")
    house.central.trouble = Trouble.UNREACHABLE
    shown = house.come_back(house.go_away())
    assert house.visit.visit.failure is Failure.PHONE_PLATFORM_AWAY
    assert shown.sentence
    house.central.trouble = None
    house.come_back(house.go_away())
    assert house.visit.visit.stage == "facts"


def test_an_answer_of_the_platform_counts_once_and_for_who_asked():
    house = PhoneHouse()
    house.press("start_self ")
    house.press("agree ")
    house.come_back({"code": "x", "state": "somebody else's"})
    assert house.visit.visit.stage == "card"
    state = house.go_away()
    house.come_back(state)
    assert house.visit.visit.stage == "facts"
    asked = len(house.central.asked)
    house.come_back(state)
    assert len(house.central.asked) == asked
    mine = house.browser
    house.browser = house.new_browser()
    house.come_back(state)
    assert house.look().title == "退休一次办"
    house.browser = mine
    assert house.visit.visit.stage == "facts"


def test_a_visit_is_forgotten_after_ten_minutes_and_goes_on_after_a_login():
    house = PhoneHouse()
    shown = house.log_in()
    while "pick same" not in shown.buttons:
        shown = house.answer(shown) if house.visit.visit.stage == "form" else house.press("next ")
    (sealed,) = house.drafts.kept.values()
    assert b"13900001234" in sealed  # it is sealed by the store, which is tested there
    house.seconds += 601
    answer = house.post("pick same", shown)
    assert "您离开太久了" in answer.text
    assert house.visits._visits == {}
    assert house.look().title == "退休一次办"
    shown = house.log_in()
    assert "resume " in shown.buttons


def test_leaving_forgets_everything():
    house = PhoneHouse()
    house.log_in()
    house.press("quit ")
    shown = house.press("quit_yes ")
    assert shown.title == "办好了，已经退出"
    assert house.visits._visits == {}
    assert "刘长青" not in house.look().html


@pytest.mark.parametrize(
    ("change", "headers"),
    [
        ({"token": "0" * 64}, {}),
        ({"token": ""}, {}),
        ({}, {"Origin": "https://elsewhere.test"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ],
    ids=["another-token", "no-token", "another-origin", "another-site"],
)
def test_a_form_of_another_site_changes_nothing(change, headers):
    house = PhoneHouse()
    shown = house.press("start_self ")
    before = house.visit.visit
    data = {**shown.fields, "press": "agree ", **change}
    answer = house.browser.post("/press", data=data, headers=headers)
    assert answer.status_code == 403
    assert house.visit.visit == before


def test_what_a_page_does_not_offer_is_not_pressed():
    house = PhoneHouse()
    shown = house.press("start_self ")
    before = replace(house.visit.visit)
    for press in ("staff ", "signed ", "rate 5", "nonsense", "agree x", ""):
        assert house.post(press, shown).status_code == 303
        assert house.visit.visit == before
        shown = house.look()


def test_every_answer_forbids_keeping_and_framing_and_foreign_scripts():
    house = PhoneHouse()
    shown = house.look()
    answers = [
        house.browser.get("/"),
        house.post("start_self ", shown),
        house.browser.get("/no-such-page"),
        house.browser.get("/picture/1"),
        house.browser.get("/drawings/../policy.py"),
        house.browser.get("/static/phone.css"),
        house.browser.post("/press", content=b"x" * 20_000, headers={"Content-Type": "x/y"}),
    ]
    assert [one.status_code for one in answers] == [200, 303, 404, 404, 404, 200, 415]
    for answer in answers:
        for name, value in PHONE_HEADERS.items():
            assert answer.headers[name] == value
    assert "script" not in house.look().html


def test_too_many_visits_and_too_many_presses_are_asked_to_wait():
    house = PhoneHouse(policy=replace(PhoneHouse().policy, most_visits=1, presses_at_once=3))
    house.press("start_self ")
    house.browser = house.new_browser()
    answer = house.post("start_self ")
    assert answer.status_code == 503
    assert "现在人多" in answer.text
    house.seconds -= 1  # no second passes
    codes = []
    for _ in range(4):
        shown = house.look()
        codes.append(house.browser.post("/press", data={**shown.fields, "press": "x"}).status_code)
    assert codes[-1] == 429


def test_a_full_store_says_so_and_keeps_what_was_filled_in():
    house = PhoneHouse()
    house.walk_to_review()
    house.full = Failure.DISK_FULL
    shown = house.press("signed ", ink=INK)
    assert house.visit.visit.stage == "review"
    assert house.visit.visit.answers
    assert shown.sentence


def test_a_draft_goes_to_a_kiosk_by_a_code():
    house = PhoneHouse()
    house.press("start_self ")
    shown = house.press("help ")
    assert house.browser.post("/continue", data=shown.fields).status_code == 303, "nothing is begun"
    house = PhoneHouse()
    house.walk_to_review()
    shown = house.press("help ")
    forged = {**shown.fields, "token": "x"}
    assert house.browser.post("/continue", data=forged).status_code == 403
    answer = house.browser.post("/continue", data=shown.fields)
    assert "ab" * 32 in answer.text
    path, said = house.central.asked[-1]
    assert path == "/v1/drafts"
    assert said["visit"]["proof"]["method"] == "platform"
    assert said["answers"]["mobile"] == "13900001234"
    house.central.trouble = Trouble.UNREACHABLE
    answer = house.browser.post("/continue", data=shown.fields)
    assert "现在拿不到码" in answer.text
    assert house.press("stay ").title == "看一遍，签个名"
