"""Offices' systems are told what happens to their tasks, whatever becomes of the receiver."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from central.alarms import AlarmKind
from central.store.web.webhooks import WebhookBatch, Webhooks
from central.store.webhook_tables import OfficeWebhookRow, WebhookMessageRow
from central.tasks import TaskMove, TaskState
from central.webhooks.delivery import WebhookRounds
from central.webhooks.signing import open_webhook_key
from tests.central.standing import LIU, WANG, Standing, numbered, standing
from tests.central.webhooks.told_office import SYSTEM, ToldOffice, telling

DAY = 24 * 3600


def kinds(told: ToldOffice) -> list[str]:
    return [one.said["type"] for one in told.receiver.taken]


def test_each_thing_that_happens_to_a_task_is_told(told: ToldOffice) -> None:
    told.add()
    told.file()
    assert told.work() == 1
    assert [one.short for one in told.receiver.taken] == [("task.assigned", 1, "R01")]
    told.move("R01", TaskState.CORRECTION)
    told.move("R01", TaskState.SUSPENDED)
    told.move("R01", TaskState.RESUMED)
    told.move("R01", TaskState.DONE)
    told.move("R06", TaskState.REFUSED)  # so R07 is, which the office never saw
    told.work()
    assert kinds(told)[1:] == [
        "task.asked",
        "task.paused",
        "task.resumed",
        "task.finished",
        "task.assigned",
        "task.refused",
    ]
    assert {one.short[2] for one in told.receiver.taken} == {"R01", "R06"}
    assert all(one.is_signed for one in told.receiver.taken)
    assert len({one.id for one in told.receiver.taken}) == len(told.receiver.taken)
    assert told.waiting() == []


def test_what_a_person_withdraws_is_told_and_what_no_office_had_is_not(told: ToldOffice) -> None:
    told.add()
    told.file()
    told.work()
    told.move("R01", TaskState.ENDED)  # what waited for it is refused unseen
    told.work()
    assert [one.short for one in told.receiver.taken] == [
        ("task.assigned", 1, "R01"),
        ("task.withdrawn", 1, "R01"),
    ]


def test_another_office_is_told_nothing_and_one_without_a_webhook_costs_nothing(
    told: ToldOffice,
) -> None:
    told.file()
    assert told.waiting() == []
    told.add("SYS-9", "SJ")
    told.add()
    told.file(2, WANG)
    assert {(client, service) for client, _, service in told.waiting()} == {
        (SYSTEM, "R01"),
        ("SYS-9", "R17"),
    }


def test_an_event_is_written_with_what_it_tells_or_not_at_all(told: ToldOffice) -> None:
    told.add()
    told.file()
    before = told.waiting()
    store = told.central.office.store

    def fail_late(session: object) -> None:
        moved = TaskMove(TaskState.SUSPENDED)
        assert store.work.settle_within(session, (numbered(1), "R01"), moved, "now")  # type: ignore[arg-type]
        raise LookupError

    with pytest.raises(LookupError):
        store.database.write(fail_late)
    assert told.waiting() == before


def test_nothing_of_the_person_leaves(told: ToldOffice) -> None:
    told.add()
    told.file()
    told.move("R01", TaskState.CORRECTION)
    told.work()
    card = LIU
    for one in told.receiver.came:
        for secret in (card, "刘长青", "为什么", numbered(1)):
            assert secret.encode() not in one.head + one.body
        assert sorted(one.said) == ["data", "timestamp", "type"]
        assert sorted(one.said["data"]) == ["case", "service"]


def gone_for(told: ToldOffice, seconds: float) -> int:
    """Let time pass while nobody takes anything; return the number of tries."""
    end, tries = told.central.clock[0] + timedelta(seconds=seconds), 0
    while told.next_try() < end and told.listed().waiting:
        told.central.clock[0] = max(told.central.clock[0], told.next_try().astimezone())
        assert told.work() == 0
        tries += 1
    told.central.clock[0] = end
    return tries


def test_a_receiver_that_is_gone_for_a_day_misses_nothing(told: ToldOffice) -> None:
    """Its machine is off for a day, while the office's tasks go on."""
    told.add(url="https://localhost:9/events")
    told.file()
    assert told.work() == 0
    assert gone_for(told, DAY / 2) > 5
    told.move("R01", TaskState.CORRECTION)
    told.move("R01", TaskState.DONE)
    assert gone_for(told, DAY / 2) < 20, "ever more rarely"
    assert (told.listed().dead, told.listed().waiting) == (0, 4)
    store = told.central.office.store
    store.database.write(
        lambda session: setattr(session.get(OfficeWebhookRow, SYSTEM), "url", told.url)
    )
    told.wait(hours=4)
    assert told.work() == 4
    assert [one.short for one in told.receiver.taken] == [
        ("task.assigned", 1, "R01"),
        ("task.asked", 1, "R01"),
        ("task.finished", 1, "R01"),
        ("task.assigned", 1, "R06"),
    ]
    assert all(one.is_signed for one in told.receiver.taken)
    assert {one.tried_at for one in told.receiver.taken} == {
        int(told.central.clock[0].timestamp())
    }, "signed anew: a receiver refuses an old time"
    assert (told.listed().failures, told.listed().waiting) == (0, 0)
    assert store.alarms.all() == ()


def test_after_days_it_is_laid_aside_with_an_alarm_until_somebody_says_again(
    told: ToldOffice,
) -> None:
    told.add()
    told.receiver.everywhere = 503
    told.file()
    told.work()
    gone_for(told, 4 * DAY - 60)
    store = told.central.office.store
    assert (told.listed().dead, store.alarms.all()) == (0, ())
    gone_for(told, 5 * 3600)
    assert (told.listed().dead, told.listed().waiting) == (1, 0)
    (alarm,) = store.alarms.all()
    assert (alarm.kind, alarm.detail, alarm.is_open) == (AlarmKind.WEBHOOK_FAILED, SYSTEM, True)
    told.receiver.everywhere = 0
    told.wait(days=30)
    assert told.work() == 0, "nobody tries any more"
    told.move("R01", TaskState.CORRECTION)
    assert told.work() == 1, "what happens then is told"
    assert store.alarms.all()[0].is_open
    assert store.webhooks.retry(SYSTEM) == 1
    assert told.work() == 1
    assert kinds(told) == ["task.asked", "task.assigned"]
    assert not store.alarms.all()[0].is_open


def test_one_event_that_is_refused_holds_up_no_other(told: ToldOffice) -> None:
    told.add()
    told.receiver.statuses = {"task.assigned": 400}
    told.file()
    told.move("R01", TaskState.CORRECTION)
    assert told.work() == 1
    assert kinds(told) == ["task.asked"]
    assert told.listed().trouble == "refused"
    assert told.listed().failures == 0
    told.receiver.statuses = {}
    assert told.work() == 0, "not before the pause is over"
    told.wait(seconds=5)
    assert told.work() == 1
    refused, _, again = told.receiver.came
    assert again.id == refused.id, "a receiver knows by it what it took before"


@pytest.mark.parametrize("status", [429, 500, 503, 302, 307])
def test_a_receiver_that_takes_nothing_now_is_left_alone(told: ToldOffice, status: int) -> None:
    """A redirect is one of them: it is not followed."""
    told.add()
    told.receiver.everywhere = status
    told.file()
    told.move("R01", TaskState.CORRECTION)
    told.work()
    assert len(told.receiver.came) == 1, "one call, not one for each event"
    told.wait(seconds=4)
    told.work()
    assert len(told.receiver.came) == 1
    told.wait(seconds=1)
    told.work()
    assert len(told.receiver.came) == 2
    told.receiver.everywhere = 0
    told.wait(seconds=10)
    assert told.work() == 2


def test_a_receiver_that_never_answers_is_cut_off(central: Standing) -> None:
    with telling(central, first_seconds=1.0) as found:
        sender = replace(
            found.delivery.sender, policy=replace(found.delivery.sender.policy, timeout_seconds=0.2)
        )
        told = replace(found, delivery=replace(found.delivery, sender=sender))
        told.add()
        told.receiver.silent = threading.Event()
        told.file()
        assert told.work() == 0
        assert told.listed().trouble == "slow"
        told.receiver.silent.set()
        told.receiver.silent = None
        told.wait(seconds=1)
        assert told.work() == 1


def test_a_receiver_that_says_much_has_taken_it(told: ToldOffice) -> None:
    told.add()
    told.receiver.everywhere, told.receiver.answer = 200, bytes(1_000_000)
    told.file()
    assert told.work() == 1


def test_what_was_looked_at_is_what_is_connected_to(told: ToldOffice) -> None:
    """The name leads elsewhere, where a receiver with a good certificate listens."""
    sender = replace(told.delivery.sender, resolve=lambda _host, _port: ("127.0.0.2",))
    told.delivery = replace(told.delivery, sender=sender)
    told.add()
    told.file()
    assert told.work() == 0
    assert told.receiver.came == []
    assert told.listed().trouble == "unreachable"


def test_another_certificate_gets_nothing(told: ToldOffice, tmp_path: Path) -> None:
    elsewhere = tmp_path / "other"
    elsewhere.mkdir()
    with standing(elsewhere) as other, telling(other) as stranger:
        told.add(url=stranger.url)
        told.file()
        assert told.work() == 0
        assert stranger.receiver.came == []
    assert told.listed().trouble == "unreachable"


def test_an_event_whose_answer_was_lost_comes_again_under_its_id(
    told: ToldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.add()
    told.file()

    def lost(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(Webhooks, "take_out", lost)
        with pytest.raises(ConnectionError):
            told.work()
    assert told.work() == 1
    first, second = told.receiver.came
    assert (first.id, first.body) == (second.id, second.body)


def test_only_one_process_sends_to_a_client(told: ToldOffice) -> None:
    told.add()
    told.file()
    store, now = told.central.office.store.webhooks, told.central.clock[0]
    lease = timedelta(minutes=5)
    held = store.claim("first", now, lease, 10)
    assert isinstance(held, WebhookBatch)
    assert store.claim("second", now, lease, 10) is None
    assert store.claim("second", now + lease, lease, 10) is not None, "whoever died"
    store.release(held)
    assert store.claim("third", now + lease, lease, 10) is None, "the second one's now"


def test_a_disabled_account_is_told_nothing(told: ToldOffice) -> None:
    told.add()
    told.file()
    assert told.central.office.store.office_clients.disable(SYSTEM, told.event())
    assert told.work() == 0
    assert told.receiver.came == []


def test_a_webhook_that_is_dropped_forgets_what_waits(told: ToldOffice) -> None:
    told.add()
    told.receiver.everywhere = 500
    told.file()
    told.work()
    gone_for(told, 5 * DAY)
    store = told.central.office.store
    assert store.alarms.all()[0].is_open
    assert store.webhooks.drop(SYSTEM, told.event())
    assert not store.alarms.all()[0].is_open
    assert told.central.rows((WebhookMessageRow.number,)) == []
    assert not store.webhooks.drop(SYSTEM, told.event())


def test_the_rounds_send_by_themselves(told: ToldOffice) -> None:
    arrived = threading.Event()
    told.add()
    told.file()
    sender = told.delivery.sender
    quick = replace(sender, policy=replace(sender.policy, round_seconds=0.01))
    take = told.receiver.take
    told.receiver.take = lambda *said: (take(*said), arrived.set())[0]  # type: ignore[method-assign]
    rounds = WebhookRounds(replace(told.delivery, sender=quick))
    rounds.open()
    assert arrived.wait(30)
    rounds.close()
    assert kinds(told) == ["task.assigned"]


def test_the_key_stays_the_same(told: ToldOffice) -> None:
    folder = told.central.keys.folder

    def never(_: int) -> bytes:
        raise AssertionError

    again = open_webhook_key(folder, never)
    assert again.private_bytes_raw() == told.delivery.sender.key.private_bytes_raw()
    assert (folder / "webhooks.key").stat().st_mode & 0o777 == 0o600


def test_the_receiver_of_these_tests_sees_a_forged_event(told: ToldOffice) -> None:
    """The control: another key's signature, or another body, is none."""
    told.add()
    told.file()
    told.receiver.public_key = "whpk_" + "A" * 43 + "="
    told.work()
    assert not told.receiver.came[0].is_signed
