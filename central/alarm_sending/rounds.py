"""Sends what is due by each way, on a thread of its own each, so that none holds up another."""

from __future__ import annotations

import logging
import os
import ssl
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from central.alarm_sending.hook import HookSender
from central.alarm_sending.mail import MailSender, MailWords
from central.alarm_sending.routes import read_alarm_routes, read_mailbox, read_sending_policy
from central.office_desk.texts import read_web_texts
from central.store.alarm_sending.alarm_sending import AlarmWay
from central.webhooks.addresses import resolve_name
from central.webhooks.delivery import WebhookSender
from central.webhooks.policy import read_webhook_policy
from central.webhooks.signing import open_webhook_key

if TYPE_CHECKING:
    from enum import StrEnum

    from central.alarm_sending.routes import SendingPolicy
    from central.app_context import AppContext
    from central.store.alarm_sending.alarm_sending import AlarmSending, UnsentAlarm

LOG = logging.getLogger(__name__)
Send = Callable[[Sequence["UnsentAlarm"], datetime], "StrEnum | None"]
"""Sends alarms at a time; returns why they were not taken, None when they were."""


@dataclass(frozen=True)
class AlarmDelivery:
    """Sends what is due by one way; `new_lease` makes a name that no other process has."""

    way: AlarmWay
    store: AlarmSending
    send: Send
    policy: SendingPolicy
    now: Callable[[], datetime]
    new_lease: Callable[[], str]

    def begin(self) -> None:
        """Note that alarms are sent from now on, unless they were before."""
        self.store.begin(self.way)

    def work(self) -> int:
        """Send what is due; return how many alarms were taken."""
        now, policy = self.now(), self.policy
        since = now - timedelta(hours=policy.oldest_hours)
        lease = timedelta(seconds=policy.lease_seconds)
        held = self.store.claim(self.way, self.new_lease(), now, lease)
        if held is None:
            return 0
        try:
            due = self.store.due(self.way, now, since, policy.batch)
            if not due:
                return 0
            trouble = self.send(due, now)
            if trouble is None:
                self.store.take(self.way, [one.number for one in due], now)
                return len(due)
            LOG.warning("alarms by %s: %s", self.way.value, trouble.value)
            pause = timedelta(seconds=policy.pause(held.failures + 1))
            is_alarm = held.failures + 1 >= policy.alarm_after
            self.store.fail(self.way, trouble.value, now, pause, is_alarm=is_alarm)
            return 0
        finally:
            self.store.release(self.way, held.lease)


class AlarmRounds:
    """Runs deliveries, each on a thread, from `open` to `close`."""

    def __init__(self, deliveries: Sequence[AlarmDelivery]) -> None:
        self._over = Event()
        self._deliveries = deliveries
        self._threads = [
            Thread(target=self._run, args=(one,), name=f"alarms-{one.way.value}", daemon=True)
            for one in deliveries
        ]

    def open(self) -> None:
        """Start the threads."""
        for one in self._deliveries:
            one.begin()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop the threads after the connections in progress."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, delivery: AlarmDelivery) -> None:
        while not self._over.wait(delivery.policy.round_seconds):
            try:
                while not self._over.is_set() and delivery.work():
                    pass
            except Exception:
                LOG.exception("the round of alarms ended early; the next one begins as usual")


def open_alarm_rounds(context: AppContext, file: Path, data: Path, config: Path) -> AlarmRounds:
    """Return what sends alarms by the ways of the operator's `file`, not started.

    `data`: the service's folder, with the webhooks' key; `config`: the folder of rules. Servers are
    verified by the authorities that the machine trusts. Raises kiosk.config.schema.ConfigError.
    """
    hooks = read_webhook_policy(config)
    routes, policy = read_alarm_routes(file, hooks.networks), read_sending_policy(config)
    store, tls = context.store.alarm_sending, ssl.create_default_context()
    ways: dict[AlarmWay, Send] = {}
    if routes.email is not None:
        mailbox = read_mailbox(file, routes.email)
        words, name = read_mail_words(config), context.points.name_of
        ways[AlarmWay.EMAIL] = MailSender(
            mailbox, policy.timeout_seconds, tls, words, lambda code: name(code) or code
        ).send
    if routes.webhook is not None:
        sender = WebhookSender(open_webhook_key(data, os.urandom), hooks, tls, resolve_name)

        def took(number: int) -> None:
            store.take(AlarmWay.WEBHOOK, [number], context.now())

        ways[AlarmWay.WEBHOOK] = HookSender(routes.webhook.url, sender, took).send
    return AlarmRounds(
        [
            AlarmDelivery(way, store, send, policy, context.now, lambda: str(uuid.uuid4()))
            for way, send in ways.items()
        ]
    )


def read_mail_words(config: Path) -> MailWords:
    """Return the words of the mail in the folder `config`; raises ConfigError."""
    texts = read_web_texts(config)
    said = texts["alarm_mail"]
    return MailWords(said["subject"], said["line"], said["foot"], texts["fleet"]["kinds"])
