"""Fate of confirmed applications behind a gateway that answers in the service's place.

A terminal with real sealed applications, the real service, and a gateway between them that answers
by itself, kind after kind. Nothing may be set aside or lost, and all arrives once the gateway lets
it through. The control counts an unsigned refusal as the service's, as the terminal did before.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from random import Random

from drivers.central.client import CentralClient
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.delivery.outbox import UNSIGNED, Judgement, Outbox, Quarantine, Retry
from kiosk.delivery.submission import Sender, submit
from kiosk.ports import JSON, PROBLEM
from kiosk.storage.store import OutboxState, Store
from script.benches.applicants import invent
from script.benches.central.kills import Server
from script.benches.central.misrouted_gateway import (
    PATIENCE_SECONDS,
    GatewayAnswer,
    MisroutedGateway,
)
from script.benches.central.terminal_life import FILE, TERMINAL, now
from script.benches.storage.power_cut import open_terminal

REFUSING = (400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415, 421, 422, 426)
OTHERS = (200, 201, 204, 301, 302, 429, 451, 500, 501, 502, 503, 504)
BODIES = (
    b"",
    b"{}",
    b"null",
    b"\xff\xfe",
    b"<html>please log in</html>",
    b'{"type":"open-case","application_id":"b"}',
    b'{"version":1,"kind":"refusal","type":"malformed","signature":"00","key_id":"00"}',
    b"[" * 50_000,
)
MEDIA_TYPES = (PROBLEM, JSON, "text/html", "")
NO_BODY = (204, 304)


@dataclass(frozen=True)
class GatewayOutcome:
    """What a gateway's answers did to `expected` applications.

    `answered`: answers that were taken; `raised`: exceptions by kind; `set_aside`: while the
    gateway was misrouted; `arrived`: afterwards. `control_set_aside`: what one answer did where an
    unsigned refusal counts.
    """

    answered: int
    raised: Counter[str]
    set_aside: int
    arrived: int
    expected: int
    control_set_aside: int


@dataclass(frozen=True)
class TrustingOutbox(Outbox):
    """An outbox that takes an unsigned refusal for the service's own."""

    def record_judgement(self, parcel_id: str, tries: int, judgement: Judgement) -> None:
        """Record what an answer meant, an unsigned refusal as a signed one."""
        if isinstance(judgement, Retry) and judgement.trouble.startswith(UNSIGNED):
            judgement = Quarantine(judgement.trouble.removeprefix(f"{UNSIGNED}, "))
        super().record_judgement(parcel_id, tries, judgement)


def gateway_answers() -> Iterator[GatewayAnswer]:
    """Yield every kind of answer: status, body and media type."""
    kinds = itertools.product((*REFUSING, *OTHERS), BODIES, MEDIA_TYPES)
    for status, body, media_type in kinds:
        yield GatewayAnswer(status, b"" if status in NO_BODY else body, media_type)


def try_gateway(applications: int, every: int) -> GatewayOutcome:
    """Send applications through every `every`-th kind of answer, then to the service."""
    with tempfile.TemporaryDirectory(prefix="kiosk-gateway-") as name:
        folder, gateway = Path(name), MisroutedGateway()
        with gateway, Server(folder / "central", gateway):
            with _outbox(folder, TrustingOutbox, gateway, applications) as naive:
                gateway.answer = GatewayAnswer(HTTPStatus.NOT_FOUND, b"{}")
                _round(naive)
                control = naive.store.counts()[OutboxState.QUARANTINED]
            with _outbox(folder, Outbox, gateway, applications) as outbox:
                return _tried(outbox, gateway, every, control)


@contextmanager
def _outbox(
    folder: Path, kind: type[Outbox], gateway: MisroutedGateway, applications: int
) -> Iterator[Outbox]:
    """Make a terminal of its own with confirmed applications; yield its outbox."""
    store = open_terminal(folder / kind.__name__ / FILE)
    assert isinstance(store, Store), store
    with closing(store):
        keys = read_central_keys(folder / "central" / "keys.json")
        for number in range(applications):
            assert submit(store, Sender(TERMINAL, keys.sealing), invent(number), now()) is None
        key = TerminalKey(next((folder / "central" / "terminals").iterdir()).read_bytes())
        client = CentralClient(gateway.url, lambda: key, PATIENCE_SECONDS, time.monotonic, now)
        yield kind(store, client, keys.receipt, time.time, now, Random(applications))  # noqa: S311


def _tried(outbox: Outbox, gateway: MisroutedGateway, every: int, control: int) -> GatewayOutcome:
    answered, raised = 0, Counter[str]()
    expected = outbox.store.counts()[OutboxState.WAITING]
    for answer in itertools.islice(gateway_answers(), 0, None, every):
        gateway.answer = answer
        try:
            answered += _round(outbox)
        except Exception as error:  # noqa: BLE001 - what is counted here ends the program there
            raised[f"{answer.status}: {type(error).__name__}"] += 1
    set_aside = outbox.store.counts()[OutboxState.QUARANTINED]
    gateway.answer = None
    _round(outbox)
    arrived = outbox.store.counts()[OutboxState.DELIVERED]
    return GatewayOutcome(answered, raised, set_aside, arrived, expected, control)


def _round(outbox: Outbox) -> int:
    """Send everything that waits once; return the number of answers."""
    outbox.store.all_due()
    return sum(1 for _ in outbox.deliver_due())
