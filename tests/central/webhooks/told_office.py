"""An office whose system is told events at a real receiver."""

from __future__ import annotations

import itertools
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from central.keys.certificates import open_certificates
from central.store.web.webhooks import ListedWebhook
from central.store.webhook_tables import OfficeWebhookRow, WebhookMessageRow
from central.tasks import TaskMove, TaskState
from central.web_accounts import ClientCertificate, OfficeClient, WebEvent, WebEventKind
from central.webhooks.delivery import WebhookDelivery, WebhookSender
from central.webhooks.policy import WebhookPolicy, read_webhook_policy
from central.webhooks.signing import open_webhook_key, public_words
from tests.central.standing import CONFIG, LIU, Standing, numbered
from tests.central.webhooks.receiver import ReceiverState, receiving

SYSTEM, OFFICE = "SYS-1", "RS"
OF_OFFICE = ["R01", "R06", "R07"]  # each needs the one before
OF_OTHERS = ["R17"]
LOOPBACK = ("127.0.0.0/8",)


def policy(**changes: Any) -> WebhookPolicy:
    found = read_webhook_policy(CONFIG)
    return replace(found, **{"private_networks": LOOPBACK, "timeout_seconds": 5.0, **changes})


@dataclass
class ToldOffice:
    """The service, one webhook of the office RS, and its receiver."""

    central: Standing
    url: str
    receiver: ReceiverState
    delivery: WebhookDelivery
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def event(self, account: str = SYSTEM) -> WebEvent:
        at = self.central.clock[0].isoformat(timespec="seconds")
        return WebEvent(at, account, "", WebEventKind.WEBHOOK, self.url)

    def add(self, account: str = SYSTEM, office: str = OFFICE, url: str = "") -> None:
        clients = self.central.office.store.office_clients
        listed = ClientCertificate(f"thumb of {account}", 4e9)
        assert clients.add(OfficeClient(account, office), listed, self.event(account))
        assert self.central.office.store.webhooks.put(account, url or self.url, self.event(account))

    def file(self, number: int = 1, person: str = LIU) -> None:
        body = self.central.body(number, person, services=[*OF_OFFICE, *OF_OTHERS])
        path = f"/v1/applications/{numbered(number)}"
        with self.central.client() as client:
            answer = client.put(path, content=body, headers=self.central.headers())
        assert answer.is_success, answer.text

    def move(self, service: str, state: TaskState, number: int = 1) -> None:
        at = self.central.clock[0].isoformat(timespec="seconds")
        settle = self.central.office.store.work.settle
        assert settle(numbered(number), service, TaskMove(state, "为什么"), at)

    def work(self) -> int:
        """Send what is due, until nothing is; return how much was taken."""
        taken = 0
        while found := self.delivery.work():
            taken += found
        return taken

    def wait(self, **time: float) -> None:
        self.central.clock[0] += timedelta(**time)

    def listed(self) -> ListedWebhook:
        (found,) = self.central.office.store.webhooks.all()
        return found

    def next_try(self) -> datetime:
        (at,) = self.central.rows((OfficeWebhookRow.retry_at,))[0]
        return datetime.fromtimestamp(at, UTC)

    def waiting(self) -> list[tuple[str, str, str]]:
        row = WebhookMessageRow
        return [tuple(one) for one in self.central.rows((row.client, row.kind, row.service))]


@contextmanager
def telling(central: Standing, **changes: Any) -> Iterator[ToldOffice]:
    """Serve a receiver with a certificate of the service's authority, for localhost."""
    files = open_certificates(
        central.keys.folder, (), central.office.policy.certificates, datetime.now(UTC)
    )
    key = open_webhook_key(central.keys.folder, os.urandom)
    sender = WebhookSender(
        key=key,
        policy=policy(**changes),
        tls=ssl.create_default_context(cafile=str(files.authority)),
        resolve=lambda _host, _port: ("127.0.0.1",),
    )
    leases = (f"lease {number}" for number in itertools.count())
    delivery = WebhookDelivery(
        central.office.store.webhooks, sender, lambda: central.clock[0], lambda: next(leases)
    )
    with receiving(files.certificate, files.key) as (url, state):
        state.public_key = public_words(key)
        yield ToldOffice(central, url, state, delivery)
