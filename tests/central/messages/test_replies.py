"""Replies of principals to the messages that ask them, and faults of the provider."""

from __future__ import annotations

import pytest

from central.messages.simulated import ProviderFault
from tests.central.filing import (
    PHONE_OF_LIU,
    PHONE_OF_WANG,
    TYPED,
    FilingService,
)
from tests.central.standing import LIU, POINT, WANG
from tests.central.store.test_confirmations import HOUR, here

__all__ = ["here"]


def test_the_message_says_who_what_and_where_and_no_name(here: FilingService) -> None:
    here.put()
    here.work()
    (text,) = here.inbox()
    for said in ("王**（说是您的子女）", "示范社区便民服务点", "亳退 0000 0001", "回0", "30天"):
        assert said in text
    assert not any(word in text for word in ("王秀英", "刘长青", LIU, WANG, "13900007777"))
    assert here.provider.inbox(TYPED["mobile"]) == []
    assert here.sent() == [("confirm", "sent")]


def test_one_press_ends_it_and_everybody_is_told(here: FilingService) -> None:
    here.put()
    here.work()
    here.reply("0")
    assert here.state() == "refused"
    assert not here.progress()["open"]
    assert set(here.states().values()) == {"ended"}
    assert "没有让别人办" in here.progress()["services"][0]["reason"]
    assert "已经停下" in here.inbox()[-1]
    assert "本人说不办" in here.inbox(PHONE_OF_WANG)[-1]
    assert here.alarms() == ["filing-refused"]
    news = here.central.office.store.points.desk(POINT, here.central.clock[0].date())["items"]
    assert {item["state"] for item in news} >= {"ended"}


def test_the_code_confirms_and_the_day_of_filing_counts(here: FilingService) -> None:
    receipt = here.put().json()
    here.work()
    here.pass_days(29)
    here.reply(here.code())
    assert here.state() == "confirmed"
    progress = here.progress()
    assert (progress["received_at"], progress["due_on"]) == (
        receipt["received_at"],
        receipt["due_on"],
    )
    assert here.states()["R01"] == "ready"
    assert "已经开始办" in here.inbox()[-1]
    assert "本人同意了" in here.inbox(PHONE_OF_WANG)[-1]
    assert here.replies() == ["confirmed"]


@pytest.mark.parametrize("text", ["０", " 0。", "不", "n", "不是"])
def test_a_no_may_be_written_in_many_ways(here: FilingService, text: str) -> None:
    here.put()
    here.work()
    here.reply(text)
    assert here.state() == "refused"


def test_an_unclear_reply_is_answered_once(here: FilingService) -> None:
    here.put()
    here.work()
    for text in ("好的", "1", "谁呀\x00"):
        here.reply(text)
    assert (here.state(), here.replies()) == ("awaiting", ["unclear"] * 3)
    assert sum("没看懂" in text for text in here.inbox()) == 1


def test_a_reply_from_another_number_changes_nothing(here: FilingService) -> None:
    here.put()
    here.work()
    code = here.code()
    here.reply(code, PHONE_OF_WANG)
    here.reply("0", PHONE_OF_WANG)
    here.reply("0", "13900001111")
    assert here.state() == "awaiting"
    assert here.replies() == ["other-number", "unknown-number", "unknown-number"]
    assert here.alarms() == ["reply-elsewhere"]
    assert here.inbox(PHONE_OF_WANG) == []
    here.reply(code, f"+86{PHONE_OF_LIU}")
    assert here.state() == "confirmed"


def test_a_reply_that_comes_twice_counts_once(here: FilingService) -> None:
    here.put()
    here.work()
    code = here.code()
    here.reply(code)
    here.reply(code)
    assert (here.state(), here.replies()) == ("confirmed", ["confirmed", "again"])
    assert [name for name, _ in here.sent()].count("begun") == 1


def test_no_after_yes_stops_what_has_begun(here: FilingService) -> None:
    here.put()
    here.work()
    here.reply(here.code())
    here.reply("0")
    assert here.state() == "refused"
    assert set(here.states().values()) == {"ended"}


def test_a_no_stops_what_was_confirmed_before_anybody_was_asked(here: FilingService) -> None:
    here.put()
    here.decide("confirm")
    here.work()
    assert [text for text in here.inbox() if "回0" in text] == here.inbox()
    here.reply("0")
    assert here.state() == "refused"


def test_after_the_end_a_reply_is_told_that_it_is_over(here: FilingService) -> None:
    here.put()
    here.work()
    code = here.code()
    assert here.withdraw().json()["state"] == "withdrawn"
    here.work()
    assert "由他撤回" in here.inbox()[-1]
    here.reply(code)
    assert (here.state(), here.replies()) == ("withdrawn", ["too-late"])
    assert "已经结束" in here.inbox()[-1]


def test_a_no_means_the_filing_that_was_asked_last(here: FilingService) -> None:
    here.put(1)
    here.work()
    here.central.clock[0] = here.central.clock[0].replace(hour=13)
    here.put(2)
    here.work()
    here.reply("0")
    assert (here.state(1), here.state(2)) == ("awaiting", "refused")
    here.reply("0")
    assert (here.state(1), here.state(2)) == ("refused", "refused")


@pytest.mark.parametrize(
    "faults",
    [
        [ProviderFault.BUSY],
        [ProviderFault.DROPPED],
        [ProviderFault.LOST_ANSWER],
        [ProviderFault.GARBLED],
        [ProviderFault.BUSY, ProviderFault.LOST_ANSWER, ProviderFault.DROPPED],
    ],
)
def test_a_faulty_provider_delays_and_doubles_nothing(
    here: FilingService, faults: list[ProviderFault]
) -> None:
    here.put()
    for fault in faults:
        here.provider.faults += [
            ProviderFault.BUSY,
            fault,
        ]  # the first is for the question for replies
        here.work()
        here.central.clock[0] = here.central.clock[0] + HOUR
    here.work()
    assert len(here.inbox()) == 1
    assert here.sent() == [("confirm", "sent")]


def test_a_provider_that_never_takes_it_is_an_alarm(here: FilingService) -> None:
    here.put()
    here.provider.faults += [ProviderFault.BUSY, ProviderFault.REFUSED]
    here.work()
    assert (here.sent(), here.alarms()) == ([("confirm", "failed")], ["message-failed"])
    assert here.decide("confirm").json()["state"] == "confirmed"


def test_in_the_end_a_silent_provider_is_an_alarm(here: FilingService) -> None:
    here.put()
    for _ in range(here.central.office.policy.delivery.tries):
        here.provider.faults = [ProviderFault.DROPPED, ProviderFault.DROPPED]
        here.work()
        here.central.clock[0] = here.central.clock[0] + HOUR
    assert (here.sent(), here.alarms()) == ([("confirm", "failed")], ["message-failed"])


@pytest.mark.parametrize("fault", list(ProviderFault))
def test_a_reply_is_fetched_again_when_the_answer_was_none(
    here: FilingService, fault: ProviderFault
) -> None:
    here.put()
    here.work()
    here.provider.faults = [fault]
    here.reply("0")
    assert here.state() == "awaiting"
    here.work()
    assert here.state() == "refused"


def test_a_provider_that_does_not_know_us_takes_nothing(here: FilingService) -> None:
    here.provider.token = "another"
    here.put()
    here.work()
    assert here.sent() == [("confirm", "")]


def test_a_reply_counts_although_the_answer_to_the_text_was_lost(here: FilingService) -> None:
    here.put()
    here.provider.faults = [ProviderFault.BUSY, ProviderFault.LOST_ANSWER]
    here.work()
    assert here.sent() == [("confirm", "")]
    here.reply("0")
    assert here.state() == "refused"
