"""One run of a terminal between two kills: people confirm, the outbox sends.

`--naive` is the sender that a harness must catch: the content lies open on the disk, every try has
a new id, and any 2xx is delivery.
"""

from __future__ import annotations

import argparse
import os
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from random import SystemRandom

from drivers.central.client import CentralClient
from kiosk.application.document import Application
from kiosk.audit.audit_events import AuditEvent
from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import MEDIA_TYPE, Envelope, seal
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.delivery.delivery_thread import DeliveryThread
from kiosk.delivery.outbox import Delivered, Judgement, Outbox, Retry
from kiosk.delivery.submission import Sender, submit
from kiosk.failures import Failure
from kiosk.storage.store import OutboxRecord, OutboxState, Store, Waiting
from script.benches.applicants import SERVICES, invent, number_of
from script.benches.storage.power_cut import open_terminal

TERMINAL = "BZ-DEMO-0001"
FILE = "kiosk.db"
PEOPLE_PAUSE = 0.02
READY, CONFIRMED, EMPTY, TROUBLE = "ready", "confirmed", "empty", "trouble"
TWICE = 5  # every fifth person presses twice


def now() -> datetime:
    """Return the current time in Asia/Shanghai."""
    return civil_now()


@dataclass(frozen=True)
class SendingTerminal:
    """The store, the outbox that sends, and the sender that seals."""

    store: Store
    outbox: Outbox
    sender: Sender

    def keep(self, application: Application) -> Failure | None:
        """Store a confirmed application; None when it is durable."""
        return submit(self.store, self.sender, application, now())


@dataclass(frozen=True)
class NaiveOutbox(Outbox):
    """An outbox that seals under a new id for each try, and believes every 2xx.

    Each try names another service, because the central service refuses a part that is under way.
    """

    sender: Sender

    def deliver_due(self) -> Iterator[tuple[Waiting, Judgement]]:
        """Send every waiting record once; yield each with what the answer meant."""
        for parcel in self.store.due(self.now()):
            anew = uuid.uuid4()
            services = (SERVICES[anew.int % len(SERVICES)],)
            one = invent(number_of(parcel.body), str(anew), services)
            body = self._sealed(one, parcel.sequence)
            path, headers = f"/v1/applications/{body.id}", {"Content-Type": MEDIA_TYPE}
            answer = self.central.call("PUT", path, body.encode(), headers)
            if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
                self.store.delivered(parcel.id, "any 2xx", self.at().isoformat())
                yield parcel, Delivered("")
            else:
                yield parcel, Retry(f"status {answer.status}")

    def _sealed(self, one: Application, sequence: int) -> Envelope:
        key, terminal = self.sender.key, self.sender.terminal
        sealed = seal(one.content, key, one.id, one.digest)
        return Envelope(one.id, one.digest, key.id, terminal, sequence, sealed)


@dataclass(frozen=True)
class NaiveTerminal(SendingTerminal):
    """A terminal that stores the content unsealed."""

    def keep(self, application: Application) -> Failure | None:
        """Store a confirmed application unsealed; None when it is durable."""
        parcel = OutboxRecord(
            application.id, "", MEDIA_TYPE, application.digest, application.content
        )
        return self.store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, now().isoformat(), {})


def compose(options: argparse.Namespace) -> SendingTerminal:
    """Return a composed terminal, naive with `--naive`."""
    store = open_terminal(options.folder / FILE)
    assert isinstance(store, Store), store
    keys = read_central_keys(options.keys)
    key = TerminalKey(options.identity.read_bytes())
    central = CentralClient(options.url, lambda: key, options.patience, time.monotonic, now)
    sender = Sender(TERMINAL, keys.sealing)
    if options.naive:
        random = SystemRandom()
        naive = NaiveOutbox(store, central, keys.receipt, time.time, now, random, sender)
        return NaiveTerminal(store, naive, sender)
    outbox = Outbox(store, central, keys.receipt, time.time, now, SystemRandom())
    return SendingTerminal(store, outbox, sender)


def live(terminal: SendingTerminal, delivery_thread: DeliveryThread, first: int) -> None:
    """Confirm applications until the end; each is acknowledged once it is durable."""
    for number in range(first, first + 10_000):
        application = invent(number)
        for _ in range(2 if number % TWICE == 0 else 1):
            failure = terminal.keep(application)
            delivery_thread.wake()
        if failure is None:
            say(CONFIRMED, str(number), application.id, application.digest)
        else:
            say(TROUBLE, failure.value)
        time.sleep(PEOPLE_PAUSE)


def drain(store: Store, delivery_thread: DeliveryThread) -> None:
    """Wait until nothing waits, then stop."""
    while store.counts()[OutboxState.WAITING]:
        time.sleep(PEOPLE_PAUSE)
    delivery_thread.stop()
    say(EMPTY)


def say(*words: str) -> None:
    """Print a line in one system call, so that no line is half printed."""
    os.write(1, f"{' '.join(words)}\n".encode())


def end_with_parent() -> None:
    """End this process when standard input closes, as when the harness was killed."""
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> None:
    """Run as a process of its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--keys", type=Path, required=True)
    parser.add_argument("--identity", type=Path, required=True)
    parser.add_argument("--patience", type=float, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--drain", action="store_true")
    parser.add_argument("--naive", action="store_true")
    options = parser.parse_args()
    threading.Thread(target=end_with_parent, daemon=True).start()
    terminal = compose(options)
    delivery_thread = DeliveryThread(
        terminal.outbox,
        on_receipt=lambda _receipt: None,
        on_refusal=lambda _id, why: say(TROUBLE, "refused", why.trouble),
        on_stop=lambda trouble: say(TROUBLE, "stopped", trouble),
        on_bug=lambda bug: say(TROUBLE, "bug", repr(bug)),
    )
    delivery_thread.start()
    say(READY)
    if options.drain:
        drain(terminal.store, delivery_thread)
    else:
        live(terminal, delivery_thread, options.first)
    terminal.store.close()


if __name__ == "__main__":
    main()
