"""Wishes (老有所为): kept with consent, answered by message where kind and place fit, withdrawn."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response

from central.messages.rounds import Rounds
from central.ports import OutgoingText, SendOutcome
from central.store.wishes.tables import WishAnswerRow, WishRow
from central.store.wishes.wishes import WishOffer
from central.web_accounts import WebEvent, WebEventKind
from central.wishes.rounds import WishDelivery, open_wish_rounds
from kiosk.retirement.divisions import read_divisions
from tests.central.phone_proof.test_platform_login import LoginService, service
from tests.central.standing import CONFIG, LIU, OTHER_TERMINAL, WANG, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk

__all__ = ["desk", "service"]
TOWN, OTHER_TOWN, COUNTY = "341602001", "341602002", "341602"
MOBILE = "13900001234"
WISH = {"kinds": ["teach", "help"], "division": TOWN, "mobile": MOBILE, "consent": True}


@dataclass
class KeepingProvider:
    """A provider of messages that keeps what it took; `outcome` is its answer."""

    outcome: SendOutcome = SendOutcome.TAKEN
    sent: list[OutgoingText] = field(default_factory=list)
    asked: list[OutgoingText] = field(default_factory=list)

    def send(self, message: OutgoingText) -> SendOutcome:
        self.asked.append(message)
        if self.outcome is SendOutcome.TAKEN:
            self.sent.append(message)
        return self.outcome

    def replies_after(self, _number: int) -> tuple[()]:
        return ()


@dataclass
class WishHouse:
    """A person who logged in, and what answers wishes."""

    service: LoginService
    provider: KeepingProvider
    token: str
    leases: Iterator[int] = field(default_factory=itertools.count)

    @property
    def central(self) -> Standing:
        return self.service.central

    @property
    def delivery(self) -> WishDelivery:
        office = self.central.office
        return WishDelivery(
            office.store.wishes,
            office.vault.wish_mobile,
            self.provider,
            office.policy.wishes,
            lambda code: {TOWN: "花戏楼街道", COUNTY: "谯城区"}.get(code, code),
            lambda: self.central.clock[0],
            lambda: f"lease {next(self.leases)}",
        )

    def act(self, act: str, terminal: str = "", **said: Any) -> Response:
        whole = {"act": act, "token": self.token, "id_number": LIU, **said}
        return self.service.post("/v1/wishes", whole, *([terminal] if terminal else []))

    def offer(self, kind: str = "teach", division: str = TOWN, words: str = "教书法") -> None:
        at = self.central.clock[0].isoformat(timespec="seconds")
        event = WebEvent(at, "S-0001", "", WebEventKind.OFFERED)
        from central.store.wishes.offers import WishOffers

        made = WishOffer(0, "", "", "示范社区", kind, division, words, "0558-12345")
        WishOffers(self.central.office.store.database).add(made, event)

    def texts(self) -> list[str]:
        return [one.text for one in self.provider.sent]


@pytest.fixture
def house(service: LoginService) -> WishHouse:
    token = service.log_in(service.code()).json()["token"]
    return WishHouse(service, KeepingProvider(), token)


def test_a_wish_is_answered_once_where_kind_and_place_fit(house: WishHouse) -> None:
    assert house.act("look").json()["wish"] is None
    kept = house.act("keep", **WISH).json()
    assert (kept["wish"]["kinds"], kept["wish"]["division"]) == (["teach", "help"], TOWN)
    house.offer("garden")
    house.offer("teach", OTHER_TOWN)
    assert house.delivery.work() == 0
    house.offer("teach", words="教书法")
    house.offer("help", COUNTY, "陪老人")
    assert house.delivery.work() == 2
    assert house.delivery.work() == 0
    first, second = house.texts()
    for words in ("示范社区", "教书法", "花戏楼街道", "0558-12345", "撤回"):
        assert words in first
    assert "谯城区" in second
    assert {one.mobile for one in house.provider.sent} == {MOBILE}
    answers = house.act("look").json()["answers"]
    assert [one["words"] for one in answers] == ["陪老人", "教书法"]


def test_a_wish_that_comes_after_the_offer_is_answered_too(house: WishHouse) -> None:
    house.offer()
    assert house.delivery.work() == 0
    assert house.act("keep", **WISH).status_code == 200
    assert house.delivery.work() == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"consent": False}, "no-consent"),
        ({"kinds": []}, "malformed"),
        ({"kinds": ["gold"]}, "malformed"),
        ({"kinds": ["teach", "gold"]}, "malformed"),
        ({"division": ""}, "malformed"),
        ({"division": "110101001"}, "malformed"),
        ({"mobile": ""}, "malformed"),
        ({"mobile": "12345"}, "malformed"),
        ({"more": 1}, "malformed"),
    ],
)
def test_what_is_no_wish_or_without_consent_is_not_kept(
    house: WishHouse, changes: dict[str, Any], kind: str
) -> None:
    answer = house.act("keep", **(WISH | changes))
    assert (answer.status_code, answer.json()["type"]) == (422, kind)
    assert house.central.rows((WishRow.person,)) == []


def test_only_who_logged_in_here_and_just_now_acts(house: WishHouse) -> None:
    for said in ({"id_number": WANG}, {"token": "made-up"}):
        assert house.act("keep", **(WISH | said)).json()["type"] == "no-visit"
    assert house.act("look", OTHER_TERMINAL).json()["type"] == "no-visit"
    minutes = house.central.office.policy.visits.minutes
    house.central.clock[0] += timedelta(minutes=minutes, seconds=1)
    assert house.act("look").json()["type"] == "no-visit"


def test_one_press_deletes_everything_and_ends_the_messages(house: WishHouse) -> None:
    house.act("keep", **WISH)
    house.offer()
    assert house.delivery.work() == 1
    assert house.act("withdraw").json()["wish"] is None
    assert house.act("withdraw").status_code == 200
    assert house.central.rows((WishRow.person,)) == []
    assert house.central.rows((WishAnswerRow.person,)) == []
    house.offer("help")
    assert house.delivery.work() == 0
    assert len(house.provider.sent) == 1


def test_the_number_lies_sealed_and_nothing_else_of_the_person_does(house: WishHouse) -> None:
    house.act("keep", **WISH)
    database = house.central.office.store.database
    wanted = sa.select(*WishRow.__table__.columns)
    (row,) = database.read(lambda session: session.execute(wanted).all())
    said = repr(tuple(row)).encode() + bytes(row.sealed)
    for secret in (MOBILE, LIU, "刘长青"):
        assert secret.encode() not in said
    assert house.central.office.vault.wish_mobile(row.sealed) == MOBILE
    assert house.central.office.vault.wish_mobile(b"{}") == ""
    other = replace(house.delivery, mobile_of=lambda _sealed: "")
    house.offer()
    assert other.work() == 0
    assert house.provider.asked == []


def test_nobody_gets_more_than_a_few_messages_a_month(house: WishHouse) -> None:
    house.act("keep", **WISH)
    policy = house.central.office.policy.wishes
    for number in range(policy.most_answers + 2):
        house.offer(words=f"教第 {number} 班")
    assert house.delivery.work() == policy.most_answers
    house.central.clock[0] += timedelta(days=policy.answer_days + 1)
    assert house.delivery.work() == 2


def test_a_message_that_is_not_taken_comes_again_and_ends(house: WishHouse) -> None:
    house.act("keep", **WISH)
    house.offer()
    policy = house.central.office.policy.wishes
    house.provider.outcome = SendOutcome.UNREACHABLE
    for number in range(policy.tries):
        assert house.delivery.work() == 0
        assert len(house.provider.asked) == number + 1
        assert house.delivery.work() == 0
        assert len(house.provider.asked) == number + 1
        house.central.clock[0] += timedelta(minutes=policy.retry_minutes * 2.0**number)
    house.provider.outcome = SendOutcome.TAKEN
    assert house.delivery.work() == 0
    assert len({one.reference for one in house.provider.asked}) == 1
    house.offer("help")
    house.provider.outcome = SendOutcome.REFUSED
    assert house.delivery.work() == 0
    house.provider.outcome = SendOutcome.TAKEN
    assert house.delivery.work() == 0


def test_two_processes_tell_an_offer_once(house: WishHouse) -> None:
    house.act("keep", **WISH)
    house.offer()
    second, seen = house.delivery, []

    def send(message: OutgoingText) -> SendOutcome:
        seen.append(second.work())
        return house.provider.send(message)

    gateway = KeepingProvider()
    gateway.send = send  # type: ignore[method-assign]
    assert replace(house.delivery, gateway=gateway).work() == 1
    assert (seen, len(house.provider.sent)) == ([0], 1)


def test_a_wish_that_nobody_renews_is_deleted(house: WishHouse) -> None:
    house.act("keep", **WISH)
    days = house.central.office.policy.wishes.keep_days
    house.central.clock[0] += timedelta(days=days - 1)
    house.delivery.work()
    assert len(house.central.rows((WishRow.person,))) == 1
    house.central.clock[0] += timedelta(days=2)
    house.delivery.work()
    assert house.central.rows((WishRow.person,)) == []


def test_rounds_go_on_after_an_error(house: WishHouse) -> None:
    house.act("keep", **WISH)
    house.offer()
    sent, calls = threading.Event(), itertools.count()

    def send(message: OutgoingText) -> SendOutcome:
        if next(calls) == 0:
            raise ZeroDivisionError
        sent.set()
        return SendOutcome.TAKEN

    gateway = KeepingProvider()
    gateway.send = send  # type: ignore[method-assign]
    policy = replace(house.delivery.policy, round_seconds=0.01, lease_seconds=0.0)
    delivery = replace(house.delivery, gateway=gateway, policy=policy)
    rounds = Rounds("wishes", delivery.work, policy.round_seconds)
    rounds.open()
    try:
        assert sent.wait(30)
    finally:
        rounds.close()
    opened = open_wish_rounds(
        house.central.office, gateway, read_divisions(CONFIG / "divisions.csv")
    )
    opened.open()
    opened.close()


# the page of the city's people


def post(desk: WebDesk, **changes: str) -> Response:
    form = {"body": "示范社区", "kind": "teach", "division": TOWN, "words": "教书法"}
    browser = desk.logged_in(f"S-{len(desk.events()) + 1:04}")
    return browser.post("/talents", form | {"phone": "0558-12345"} | changes, "/talents")


def test_an_offer_is_written_down_counted_and_ended(desk: WebDesk, central: Standing) -> None:
    assert post(desk).headers["location"] == "/talents?done=added"
    browser = desk.logged_in("S-0901")
    page = browser.get("/talents?done=added").text
    for words in ("写上了", "示范社区", "教书法", "花戏楼"):
        assert words in page
    assert "0 个人想做点事，1 处正在请人，告诉过 0 人次" in browser.get("/city").text
    assert browser.post("/talents/1/end", {}, "/talents").status_code == 303
    for number in (1, 2, 2**31):
        assert browser.post(f"/talents/{number}/end", {}, "/talents").status_code == 404
    assert "停了" in browser.get("/talents").text
    told = [detail for _, kind, detail in desk.events() if kind == "offered"]
    assert told == [f"teach {TOWN}", "end of 1"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "gold"}, "请选哪一类"),
        ({"division": "11"}, "请选哪里的人"),
        ({"division": ""}, "请选哪里的人"),
        ({"body": ""}, "请写谁请人"),
        ({"words": "长" * 61}, "请写谁请人"),
        ({"words": "打 13900001234"}, "像有身份证号"),
        ({"words": "教\u200b书法"}, "看不见的字符"),
        ({"phone": "打我"}, "电话只写数字"),
    ],
)
def test_a_wrong_offer_gets_words_and_stays(
    desk: WebDesk, changes: dict[str, str], words: str
) -> None:
    answer = post(desk, **changes)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert desk.context.city.offers.all(9) == ()


def test_the_counts_name_nobody(house: WishHouse, desk: WebDesk) -> None:
    house.act("keep", **WISH)
    counts = desk.context.city.offers.counts()
    assert (counts.wishes, dict(counts.kinds)) == (1, {"teach": 1, "help": 1})
    page = desk.logged_in("S-0001").get("/talents").text
    for secret in (MOBILE, LIU, "刘长青"):
        assert secret not in page
