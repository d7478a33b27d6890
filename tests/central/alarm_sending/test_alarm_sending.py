"""Alarms about terminals leave by e-mail and by webhook, whatever becomes of who takes them."""

from __future__ import annotations

import itertools
import os
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from central.alarm_sending.hook import HookSender
from central.alarm_sending.mail import MailSender, MailTrouble
from central.alarm_sending.rounds import (
    AlarmDelivery,
    AlarmRounds,
    read_mail_words,
)
from central.alarm_sending.routes import (
    Mailbox,
    MailRoute,
    MailSecurity,
    SendingPolicy,
    read_sending_policy,
)
from central.alarms import CONTROL_ROOM, Alarm, AlarmKind
from central.keys.certificates import open_certificates
from central.store.alarm_sending.alarm_sending import AlarmWay
from central.store.alarm_sending.tables import AlarmWayRow
from central.store.web.alarm_acts import AlarmActs
from central.store.web.alarm_desk import AlarmDesk
from central.web_accounts import WebEvent, WebEventKind
from central.webhooks.delivery import WebhookSender
from central.webhooks.signing import open_webhook_key, public_words
from tests.central.alarm_sending.mail_server import PASSWORD, USER, MailState, mail_server
from tests.central.standing import CONFIG, POINT, TERMINAL, Standing
from tests.central.webhooks.receiver import ReceiverState, receiving
from tests.central.webhooks.told_office import policy as hook_policy

POLICY = read_sending_policy(CONFIG)
SECRET = "13900001234 刘某某 detail"


@dataclass
class ToldTechnicians:
    """The service, its mail server, and what sends to it."""

    central: Standing
    server: MailState
    route: MailRoute
    tls: ssl.SSLContext
    leases: Iterator[int]

    def delivery(self, policy: SendingPolicy = POLICY, **route: object) -> AlarmDelivery:
        words = read_mail_words(CONFIG)
        sender = MailSender(
            Mailbox(replace(self.route, **route), PASSWORD),  # type: ignore[arg-type]
            policy.timeout_seconds,
            self.tls,
            words,
            lambda code: {POINT: "示范社区便民服务点"}.get(code, code),
        )
        made = AlarmDelivery(
            AlarmWay.EMAIL,
            self.central.office.store.alarm_sending,
            sender.send,
            policy,
            lambda: self.central.clock[0],
            lambda: f"lease {next(self.leases)}",
        )
        made.begin()
        return made

    def alarm(self, kind: AlarmKind = AlarmKind.SILENT, terminal: str = TERMINAL) -> None:
        at = self.central.clock[0].isoformat(timespec="seconds")
        self.central.office.store.alarms.raise_lasting(Alarm(at, terminal, kind, SECRET))

    def wait(self, **time: float) -> None:
        self.central.clock[0] += timedelta(**time)


@pytest.fixture
def told(central: Standing) -> Iterator[ToldTechnicians]:
    policy = central.office.policy.certificates
    files = open_certificates(central.keys.folder, (), policy, datetime.now(UTC))
    tls = ssl.create_default_context(cafile=str(files.authority))
    with mail_server(files.certificate, files.key) as (port, server):
        route = MailRoute(
            host="localhost",
            port=port,
            security=MailSecurity.STARTTLS,
            sender="kiosk@city.example",
            recipients=("room@city.example", "night@city.example"),
            user=USER,
        )
        yield ToldTechnicians(central, server, route, tls, itertools.count())


def test_a_mail_tells_what_where_and_when_and_nothing_of_anybody(told: ToldTechnicians) -> None:
    told.alarm()
    delivery = told.delivery()
    told.alarm(AlarmKind.DEVICE_UNUSABLE)
    told.alarm(AlarmKind.DISK_LOW, "BZ-UNKNOWN")
    told.alarm(AlarmKind.VOUCHED_ALONE)  # not the technicians'
    assert delivery.work() == 2
    assert delivery.work() == 0
    (mail,) = told.server.mails
    assert mail["Subject"] == "退休终端：2 条新警报"
    assert mail["To"] == "room@city.example, night@city.example"
    text = mail.get_content()
    for words in ("读卡器、镜头或打印机用不了", TERMINAL, "示范社区便民服务点", "（第 2 条）"):
        assert words in text
    assert "终端没声音了" not in text  # of before the way was begun
    for told_nothing in ("13900001234", "刘某某", "detail"):
        assert told_nothing not in text
        assert told_nothing.encode() not in told.server.raw[0]
    assert told.server.secured == [True]
    assert told.server.logins == [f"\0{USER}\0{PASSWORD}"]


@pytest.mark.parametrize(
    ("command", "said", "trouble"),
    [
        ("AUTH", "535 no", MailTrouble.LOGIN),
        ("MAIL", "550 no", MailTrouble.REFUSED),
        ("RCPT", "550 no", MailTrouble.REFUSED),
        ("DATA", "451 later", MailTrouble.REFUSED),
        (".", "452 full", MailTrouble.REFUSED),
        ("EHLO", "421 bye", MailTrouble.REFUSED),
    ],
)
def test_what_is_refused_comes_again_and_becomes_an_alarm(
    told: ToldTechnicians, command: str, said: str, trouble: MailTrouble
) -> None:
    delivery = told.delivery()
    told.alarm()
    told.server.refuse[command] = said
    for failure in range(1, POLICY.alarm_after + 1):
        assert delivery.work() == 0
        wanted = [] if failure < POLICY.alarm_after else [f"email: {trouble.value}"]
        found = [one for one in told.central.alarms() if one[0] == "sending-failed"]
        assert [detail for _, detail in found] == wanted
        assert delivery.work() == 0  # it is left alone for the pause
        told.wait(seconds=POLICY.pause(failure))
    assert told.server.mails == []
    told.server.refuse.clear()
    assert delivery.work() == 1
    assert "终端没声音了" in told.server.mails[0].get_content()
    every = told.central.office.store.alarms.all()
    failed = [one for one in every if one.kind is AlarmKind.SENDING_FAILED]
    assert [bool(one.ended_at) for one in failed] == [True]
    assert delivery.work() == 0


def test_a_mail_whose_answer_was_lost_comes_again_under_its_id(told: ToldTechnicians) -> None:
    delivery = told.delivery()
    told.alarm()
    first = delivery.send(
        told.central.office.store.alarm_sending.due(
            AlarmWay.EMAIL, told.central.clock[0], told.central.clock[0] - timedelta(1), 9
        ),
        told.central.clock[0],
    )
    assert first is None
    assert delivery.work() == 1
    one, other = told.server.mails
    assert one["Message-ID"] == other["Message-ID"] != ""


def test_a_server_that_drips_has_an_end(told: ToldTechnicians) -> None:
    told.server.drip = threading.Event()
    delivery = told.delivery(replace(POLICY, timeout_seconds=0.3))
    told.alarm()
    assert delivery.work() == 0
    assert trouble_of(told) == "slow"


@pytest.mark.parametrize(
    ("route", "trouble"),
    [
        ({"port": 1}, "unreachable"),
        ({"security": MailSecurity.TLS}, "untrusted"),
    ],
)
def test_a_server_that_is_not_there_or_speaks_otherwise(
    told: ToldTechnicians, route: dict[str, object], trouble: str
) -> None:
    delivery = told.delivery(POLICY, **route)
    told.alarm()
    assert delivery.work() == 0
    assert trouble_of(told) == trouble


def test_another_certificate_and_no_tls_get_neither_password_nor_mail(
    told: ToldTechnicians,
) -> None:
    told.alarm()
    delivery = told.delivery()
    told.alarm(AlarmKind.DISK_LOW)
    told.server.offers_tls = False
    assert delivery.work() == 0
    assert trouble_of(told) == "no-tls"
    told.server.offers_tls = True
    told.wait(hours=1)
    told.tls = ssl.create_default_context()
    assert told.delivery().work() == 0
    assert trouble_of(told) == "untrusted"
    assert (told.server.logins, told.server.mails) == ([], [])


def trouble_of(told: ToldTechnicians) -> str:
    ((found,),) = told.central.rows((AlarmWayRow.trouble,))
    return str(found)


def test_what_somebody_saw_muted_or_what_is_over_is_not_sent(told: ToldTechnicians) -> None:
    delivery = told.delivery()
    store, at = told.central.office.store, told.central.clock[0].isoformat(timespec="seconds")
    for kind in (AlarmKind.SILENT, AlarmKind.DISK_LOW, AlarmKind.CLOCK_OFF):
        told.alarm(kind)
    event = WebEvent(at, "T-0001", "", WebEventKind.MUTED)
    until = (told.central.clock[0] + timedelta(hours=1)).isoformat(timespec="seconds")
    assert AlarmActs(store.database, CONTROL_ROOM).mute(1, until, "等", event)
    AlarmDesk(store.database, CONTROL_ROOM).acknowledge(2, "看过", event)
    store.alarms.end_lasting(Alarm(at, TERMINAL, AlarmKind.CLOCK_OFF, SECRET))
    assert delivery.work() == 0
    told.wait(hours=2)
    assert delivery.work() == 1  # the mute is over, and it lasts
    told.alarm(AlarmKind.QUARANTINED)
    told.wait(hours=POLICY.oldest_hours + 1)
    assert delivery.work() == 0


def test_two_processes_send_an_alarm_once(told: ToldTechnicians) -> None:
    first, second = told.delivery(), told.delivery()
    told.alarm()
    seen: list[int] = []

    def slow(alarms: object, now: object) -> None:
        seen.append(second.work())
        first.send(alarms, now)  # type: ignore[arg-type]

    assert replace(first, send=slow).work() == 1
    assert (seen, len(told.server.mails)) == ([0], 1)
    told.alarm(AlarmKind.DISK_LOW)

    def killed(_alarms: object, _now: object) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        replace(first, send=killed).work()
    assert second.work() == 1


def test_a_storm_is_a_few_mails(told: ToldTechnicians) -> None:
    delivery = told.delivery()
    for number in range(POLICY.batch + 1):
        told.alarm(terminal=f"BZ-{number:04}")
    assert [delivery.work(), delivery.work(), delivery.work()] == [POLICY.batch, 1, 0]
    assert len(told.server.mails) == 2


@pytest.fixture
def hook(central: Standing) -> Iterator[tuple[AlarmDelivery, ReceiverState]]:
    policy = central.office.policy.certificates
    files = open_certificates(central.keys.folder, (), policy, datetime.now(UTC))
    key = open_webhook_key(central.keys.folder, os.urandom)
    tls = ssl.create_default_context(cafile=str(files.authority))
    store = central.office.store.alarm_sending
    with receiving(files.certificate, files.key) as (url, state):
        state.public_key = public_words(key)
        sender = WebhookSender(key, hook_policy(), tls, lambda _host, _port: ("127.0.0.1",))

        def took(number: int) -> None:
            store.take(AlarmWay.WEBHOOK, [number], central.clock[0])

        leases = itertools.count()
        send: Callable[..., object] = HookSender(url, sender, took).send
        made = AlarmDelivery(
            *(AlarmWay.WEBHOOK, store, send, POLICY),  # type: ignore[arg-type]
            lambda: central.clock[0],
            lambda: str(next(leases)),
        )
        made.begin()
        yield made, state


def test_a_webhook_gets_each_alarm_signed_once(
    hook: tuple[AlarmDelivery, ReceiverState], central: Standing
) -> None:
    delivery, receiver = hook
    at = central.clock[0].isoformat(timespec="seconds")
    for kind in (AlarmKind.SILENT, AlarmKind.DISK_LOW):
        central.office.store.alarms.raise_lasting(Alarm(at, TERMINAL, kind, SECRET))
    receiver.everywhere = 503
    assert delivery.work() == 0
    central.clock[0] += timedelta(minutes=1)
    receiver.everywhere = 0
    assert delivery.work() == 2
    assert [one.said["data"] for one in receiver.taken] == [
        {"number": 1, "kind": "silent", "terminal": TERMINAL, "point": POINT},
        {"number": 2, "kind": "disk-low", "terminal": TERMINAL, "point": POINT},
    ]
    assert all(one.is_signed for one in receiver.taken)
    assert receiver.came[0].id == receiver.taken[0].id
    for one in receiver.came:
        for nothing in ("13900001234", "刘某某", "detail"):
            assert nothing.encode() not in one.head + one.body


def test_what_was_taken_before_a_failure_is_not_sent_again(
    hook: tuple[AlarmDelivery, ReceiverState], central: Standing
) -> None:
    delivery, receiver = hook
    at = central.clock[0].isoformat(timespec="seconds")
    for kind in (AlarmKind.SILENT, AlarmKind.DISK_LOW):
        central.office.store.alarms.raise_lasting(Alarm(at, TERMINAL, kind, SECRET))
    taken = receiver.take

    def once(headers: object, body: bytes) -> int:
        receiver.everywhere = 500 if receiver.taken else 0
        return taken(headers, body)

    receiver.take = once  # type: ignore[method-assign]
    assert delivery.work() == 0
    central.clock[0] += timedelta(minutes=1)
    receiver.take = taken  # type: ignore[method-assign]
    receiver.everywhere = 0
    assert delivery.work() == 1
    assert [one.said["data"]["number"] for one in receiver.taken] == [1, 2]


def test_rounds_send_until_they_are_closed(told: ToldTechnicians) -> None:
    sent = threading.Event()
    delivery = told.delivery(replace(POLICY, round_seconds=0.01))
    told.alarm()
    calls = itertools.count()

    def send(alarms: object, now: object) -> None:
        if next(calls) == 0:
            raise ZeroDivisionError
        delivery.send(alarms, now)  # type: ignore[arg-type]
        sent.set()

    rounds = AlarmRounds([replace(delivery, send=send)])
    rounds.open()
    try:
        assert sent.wait(30)
    finally:
        rounds.close()
    assert len(told.server.mails) == 1
