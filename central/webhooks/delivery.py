"""Sends events to the offices' systems, each until it is taken or failed for too long."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from threading import Event, Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.offices.adapter import OfficeTrouble
from central.offices.http_exchange import HttpAnswer, HttpCall, HttpLimits, exchange
from central.store.web.webhooks import (
    WebhookBatch,
    WebhookFailure,
    WebhookMessage,
    Webhooks,
)
from central.webhooks.addresses import AddressTrouble, NameResolver, address_to_call
from central.webhooks.policy import WebhookPolicy
from central.webhooks.signing import body_of, message_id, signed_headers

LOG = logging.getLogger(__name__)
LONGEST_ANSWER = 4096
"""Bytes; nothing of an answer but its status counts."""
THREADS = 4
"""Clients that are sent to at the same time."""
REDIRECTIONS, SUCCESSES = range(300, 400), range(200, 300)


class WebhookTrouble(StrEnum):
    """Why an event was not taken, besides `AddressTrouble`."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    OVERLOADED = "overloaded"  # 429 or 5xx: none of its events is taken now
    REDIRECTED = "redirected"
    REFUSED = "refused"  # this event; others may be taken


OF_THE_WHOLE_CLIENT = frozenset(
    {
        *AddressTrouble,
        WebhookTrouble.UNREACHABLE,
        WebhookTrouble.SLOW,
        WebhookTrouble.OVERLOADED,
        WebhookTrouble.REDIRECTED,
    }
)
"""Troubles after which no other event is tried before the pause is over."""


@dataclass(frozen=True)
class WebhookSender:
    """Makes one call: `tls` verifies the receiver, `resolve` finds the addresses of its host."""

    key: Ed25519PrivateKey
    policy: WebhookPolicy
    tls: ssl.SSLContext
    resolve: NameResolver

    def send(
        self, url: str, message: WebhookMessage, now: datetime
    ) -> WebhookTrouble | AddressTrouble | None:
        """Send an event to `url`; return why it was not taken, None for one that was."""
        return self.post(url, message_id(message), body_of(message), now)

    def post(
        self, url: str, name: str, body: bytes, now: datetime
    ) -> WebhookTrouble | AddressTrouble | None:
        """Do the same with the event `body`, whose id is `name`, to `url`."""
        address = address_to_call(url, self.policy.networks, self.resolve)
        if isinstance(address, AddressTrouble):
            return address
        call = HttpCall("POST", url, signed_headers(name, body, now, self.key), body)
        limits = HttpLimits(self.policy.timeout_seconds, LONGEST_ANSWER)
        return _trouble_of(exchange(call, limits, self.tls, address))


def _trouble_of(answer: HttpAnswer | OfficeTrouble) -> WebhookTrouble | None:
    if isinstance(answer, OfficeTrouble):
        if answer is OfficeTrouble.TOO_LONG:  # taken, with more to say than anybody reads
            return None
        return WebhookTrouble.SLOW if answer is OfficeTrouble.SLOW else WebhookTrouble.UNREACHABLE
    if answer.status in SUCCESSES:
        return None
    if answer.status in REDIRECTIONS:
        return WebhookTrouble.REDIRECTED
    too_much = answer.status == HTTPStatus.TOO_MANY_REQUESTS
    if too_much or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return WebhookTrouble.OVERLOADED
    return WebhookTrouble.REFUSED


@dataclass(frozen=True)
class WebhookDelivery:
    """Sends what is due; `new_lease` makes a name that no other process has."""

    store: Webhooks
    sender: WebhookSender
    now: Callable[[], datetime]
    new_lease: Callable[[], str]

    def work(self) -> int:
        """Send what is due to one client; return how many events it took."""
        policy = self.sender.policy
        lease = timedelta(seconds=policy.lease_seconds)
        batch = self.store.claim(self.new_lease(), self.now(), lease, policy.batch)
        return 0 if batch is None else self._deliver(batch)

    def _deliver(self, batch: WebhookBatch) -> int:
        taken = 0
        try:
            for message in batch.messages:
                trouble = self.sender.send(batch.url, message, self.now())
                if trouble is None:
                    at = self.now().isoformat(timespec="seconds")
                    self.store.take_out(batch, message.number, at)
                    taken += 1
                    continue
                LOG.warning("events for %s: %s", batch.client, trouble.value)
                if trouble in OF_THE_WHOLE_CLIENT:
                    failures = 1 if taken else batch.failures + 1
                    self.store.fail_all(batch, self._failure(trouble.value, failures))
                    break
                failure = self._failure(trouble.value, message.tries + 1)
                self.store.fail(batch, message.number, failure)
        finally:
            self.store.release(batch)
        return taken

    def _failure(self, trouble: str, failures: int) -> WebhookFailure:
        policy = self.sender.policy
        pause = timedelta(seconds=policy.pause(failures))
        return WebhookFailure(trouble, self.now(), pause, timedelta(hours=policy.give_up_hours))


class WebhookRounds:
    """Runs a `WebhookDelivery` on threads of its own from `open` to `close`.

    Each thread serves one client at a time, so that a slow one holds up no other.
    """

    def __init__(self, delivery: WebhookDelivery) -> None:
        self._delivery = delivery
        self._over = Event()
        names = (f"webhooks-{number}" for number in range(THREADS))
        self._threads = [Thread(target=self._run, name=name, daemon=True) for name in names]

    def open(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop the threads after the calls in progress."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        pause = self._delivery.sender.policy.round_seconds
        while not self._over.wait(pause):
            try:
                while not self._over.is_set() and self._delivery.work():
                    pass
            except Exception:
                LOG.exception("the round of webhooks ended early; the next one begins as usual")
