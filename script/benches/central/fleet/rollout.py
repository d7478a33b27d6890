"""Bench of a roll-out: cards for 1,436 terminals, and each from its card to its first heartbeat.

Every terminal is the real client: it binds its card's code to a key of its own, is confirmed,
fetches its keys and points, and signs a heartbeat, over TLS to one `serve` with its vault. People
are left out: how long somebody takes to read six digits aloud is not measured here.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from central.app_context import AppContext
from central.fleet.enrolment_cards import EnrolmentCard, PlannedTerminal
from central.open_service import ServiceOptions, open_context
from central.operator.enrol_card_commands import print_cards
from central.operator.enrol_commands import admit
from central.operator.own_vault import open_vault
from central.store.web.accounts import NewSecrets
from central.store.web.enrolment_desk import EnrolmentDesk, ReviewOutcome
from central.web_accounts import WebAccount, WebEvent, WebEventKind, WebRole
from drivers.central.client import CentralClient
from drivers.central.enrolment import Admitted, EnrolmentStarted, ask, begin
from drivers.central.trust import trusted
from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import KEY_BYTES
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.progress import ProgressLine
from script.benches.central.fleet.storm import heartbeat
from script.benches.figures import BenchFigure, Report
from wiring.places import ROOT

WHOLE, QUICK = 1436, 40
POINT = "BZ-DEMO"  # its list is not imported: the bench stores its codes itself
AT_ONCE = 8  # so many calls that nobody signs the service has in hand (public_in_flight)
CALL_SECONDS = 60.0
CARD_DAYS = timedelta(days=14)
END_SECONDS = 30.0
TECHNICIANS = ("T-0001", "T-0002")


@dataclass(frozen=True)
class RolledOut:
    """What came of one terminal: milliseconds from its card to its heartbeat, and how it ended."""

    milliseconds: float
    admitted: bool
    beat: bool


def measure(*, quick: bool) -> Report:
    """Roll out a fleet and return what it took."""
    count = QUICK if quick else WHOLE
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        data, sheet = Path(folder) / "data", Path(folder) / "cards.html"
        context = open_context(ServiceOptions(data, create=True), open_vault)
        assert isinstance(context, AppContext), context
        with closing(context):
            _add_technicians(context)
            planned = [PlannedTerminal(f"BZ-R-{number:04d}", POINT) for number in range(count)]
            began = time.monotonic()
            cards = print_cards(context, planned, sheet, CARD_DAYS)
            printed, size = time.monotonic() - began, sheet.stat().st_size
            with _service(data) as said:
                began = time.monotonic()
                found = roll_out(context, said, cards)
                seconds = time.monotonic() - began
                spent_twice = sum(_begin_again(said, card) for card in cards[:AT_ONCE])
            enrolled = len(context.store.terminals.names())
    milliseconds = [one.milliseconds for one in found]
    return Report(
        "rollout",
        {
            "cards": BenchFigure(count, "cards"),
            "cards_printed": BenchFigure(printed, "s"),
            "page": BenchFigure(size / 1024, "KiB"),
            "rolled_out": BenchFigure(seconds, "s"),
            "terminals_a_minute": BenchFigure(60 * count / seconds, "terminals"),
            "terminal_median": BenchFigure(statistics.median(milliseconds), "ms"),
            "terminal_p99": BenchFigure(statistics.quantiles(milliseconds, n=100)[-1], "ms"),
            "not_admitted": BenchFigure(sum(not one.admitted for one in found), "terminals", 0),
            "without_heartbeat": BenchFigure(sum(not one.beat for one in found), "terminals", 0),
            "not_in_the_service": BenchFigure(count - enrolled, "terminals", 0),
            "cards_spent_twice": BenchFigure(spent_twice, f"of {AT_ONCE} cards", 0),
        },
    )


def roll_out(
    context: AppContext, said: dict[str, str], cards: Sequence[EnrolmentCard]
) -> list[RolledOut]:
    """Let a terminal come with each card; return what came of them, in no order.

    `said` is what the service said when it was ready.
    """
    found = []
    with ProgressLine("rollout", len(cards)) as line, ThreadPoolExecutor(AT_ONCE) as pool:
        for one in pool.map(lambda card: _bring_in(context, said, card), cards):
            found.append(one)
            line.step()
    return found


def _bring_in(context: AppContext, said: dict[str, str], card: EnrolmentCard) -> RolledOut:
    """Take one terminal from its card to its first heartbeat."""
    key = TerminalKey(os.urandom(KEY_BYTES), civil_now())
    began = time.monotonic()
    started = begin(_client(said, None), card.code, key)
    ended = beat = None
    if isinstance(started, EnrolmentStarted):
        _confirm(context, started)
        ended = ask(_client(said, None), started, key)
        call = heartbeat()
        answer = _client(said, key).call(call.method, call.path, call.body, dict(call.headers))
        beat = answer.status == HTTPStatus.OK
    here = isinstance(ended, Admitted) and ended.terminal == card.planned.terminal
    return RolledOut(1e3 * (time.monotonic() - began), here, bool(beat))


def _confirm(context: AppContext, started: EnrolmentStarted) -> None:
    """Do what two technicians do on the fleet page, then what `central enrol admit` does."""
    desk = EnrolmentDesk(context.store.database)
    for account in TECHNICIANS:
        at = context.now().isoformat()
        event = WebEvent(at, account, "", WebEventKind.ENROL_CONFIRMED, started.id)
        outcome = desk.confirm(started.id, started.digits, event, event)
        assert outcome is ReviewOutcome.STORED, outcome
    found = context.store.enrolments.find(started.id)
    assert found is not None
    assert admit(context, found)


def _add_technicians(context: AppContext) -> None:
    for account in TECHNICIANS:
        event = WebEvent(context.now().isoformat(), account, "", WebEventKind.ADDED)
        secrets = NewSecrets("", 0.0, "")
        context.store.web_accounts.add(WebAccount(account, WebRole.TECHNICIAN), secrets, event)


def _begin_again(said: dict[str, str], card: EnrolmentCard) -> bool:
    """Tell whether another terminal gets in with a card that is spent."""
    other = TerminalKey(os.urandom(KEY_BYTES), civil_now())
    return isinstance(begin(_client(said, None), card.code, other), EnrolmentStarted)


def _client(said: dict[str, str], key: TerminalKey | None) -> CentralClient:
    tls = trusted(said["authority"])
    return CentralClient(said["url"], lambda: key, CALL_SECONDS, time.monotonic, civil_now, tls)


@contextmanager
def _service(data: Path) -> Iterator[dict[str, str]]:
    """Start the service over `data` and yield what it says when it is ready; end it."""
    command = [sys.executable, str(ROOT / "main.py"), "serve", "--with-parent", "--tls"]
    child = subprocess.Popen(
        [*command, "--data", str(data)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, "it did not start; what it said stands above"
        yield json.loads(line)
    finally:
        child.terminate()
        child.communicate(timeout=END_SECONDS)
