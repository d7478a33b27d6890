"""Hostile answers: whatever comes in the central service's place, every reader ends with a value."""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from drivers.central import enrolment
from drivers.central.bundle import BundleSource, NetworkFetcher
from drivers.central.client import CentralClient
from kiosk import json_decoder
from kiosk.application.confirmation import Decision
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import OpeningKey, canonical
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import Acknowledgement, Receipt, SignedRefusal, SigningKey, sign_document
from kiosk.crypto.rotation import Rotation
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.delivery.key_ring import KeyRing
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.principals import Principals
from kiosk.delivery.reconciliation import Reconciliation
from kiosk.delivery.scan_upload import PaperLane
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.people.qr_token import QrToken
from kiosk.ports import Answer
from kiosk.staff.desk import corrections_of, month_of, news_of
from kiosk.staff.keeping import Keeping
from kiosk.storage.store import Parcel, Store, open_store
from kiosk.visit.confirming_duties import decide_filing, filings_of
from kiosk.visit.inquiries import (
    begun_by_code,
    begun_by_employer,
    facts_of,
    portrait_of,
    progress_of,
)
from tests.drivers.central.lines import Line, listening
from tests.kiosk.invented_people import attendance

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
KEY, NEXT = SigningKey(b"k" * 32), SigningKey(b"n" * 32)
SEALING = OpeningKey(b"s" * 32).sealing
PAPER = b"a sealed page"
JSON, PROBLEM = "application/json", "application/problem+json"
DIGEST = hashlib.sha256(PAPER).hexdigest()
BODY = b"sealed"
WHO = attendance("liu")
QUICK, LONG = 3_000, 32_000
FLUSHING = ("keys", "reconciliation", "receipt", "refusal", "paper")  # readers that write each time


@dataclass
class Hostile:
    """Answers every request with the same answer."""

    answer: Answer = field(default_factory=Answer)

    def call(self, *_said: object) -> Answer:
        return self.answer


class DeviceSecret:
    """Derives the same key for every purpose."""

    def derive(self, _purpose: str) -> bytes:
        return b"d" * 32


@dataclass(frozen=True)
class Target:
    """A reader of answers, and an answer that it takes."""

    read: Callable[[], object]
    good: dict[str, Any]
    signed: bool = False


SERVICE = {"code": "R01", "state": "correction", "due_on": "2026-12-14", "opens_on": None}
ITEM = {
    "application_id": "a",
    "masked_name": "刘**",
    "service": "R01",
    "reason": "x",
    "due_on": "2026-12-14",
    "state": "refused",
    "changed_at": "2026-11-23T12:00:00+08:00",
}
FILING = {
    "application_id": "0198c0de-0000-7000-8000-000000000001",
    "filed_at": "2026-11-23T12:00:00+08:00",
    "until": "2026-12-23",
    "way": "proxy",
    "filer": "王*",
    "relation": "child",
    "point": "BZ-DEMO",
    "services": ["R01"],
    "state": "awaiting",
}
FACTS = {
    "kind": "QY",
    "category": "M60",
    "paid_months": 300,
    "deemed_months": 0,
    "medical_months": 300,
    "medical_months_needed": 300,
    "work_start_month": "1990-01",
    "earlier_places": ["341600"],
    "only_child_certificate": True,
}
BEGUN = {"id_number": "3416", "services": ["R01"], "answers": {"mobile": "1"}}
ACCOUNT = {
    "id": "H-1",
    "role": "helper",
    "card_hash": "a",
    "pin_hash": "b",
    "rights": ["file"],
    "valid_until": "2028-12-31",
    "code_key": "",
}


class Terminal:
    """Every reader of a terminal, over one store and one hostile service."""

    def __init__(self, folder: Path) -> None:
        self.central = Hostile()
        store = open_store(folder / "kiosk.db")
        assert isinstance(store, Store)
        self.store = store
        store.add_paper("a", DIGEST, PAPER)
        parcel = Parcel("a", "/v1/applications/a", "x/y", "d" * 64, BODY, papers=(DIGEST,))
        assert store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {}) is None
        self.targets = dict(self._targets())

    def _targets(self) -> Iterator[tuple[str, Target]]:
        central = self.central
        yield "facts", Target(lambda: facts_of(central, WHO), FACTS)
        yield "portrait", Target(lambda: portrait_of(central, WHO), {})
        token = QrToken("t" * 20, 0.0)
        yield "begun by code", Target(lambda: begun_by_code(central, token), BEGUN)
        yield "begun by employer", Target(lambda: begun_by_employer(central, WHO), BEGUN)
        progress = {"case_number": "1", "services": [SERVICE, {**SERVICE, "state": "ready"}]}
        yield "progress", Target(lambda: progress_of(central, "a"), progress)
        corrections = {"items": [ITEM, {**ITEM, "due_on": None}]}
        yield "corrections", Target(lambda: corrections_of(central, "P"), corrections)
        yield "news", Target(lambda: news_of(central, "P"), {"items": [ITEM], "done": 3})
        month = {
            "filed": 1,
            "own": 1,
            "services": 2,
            "closed": 0,
            "ways": {"self": 1},
            "grades": {"5": 1},
        }
        yield "month", Target(lambda: month_of(central, "P", "2026-11", "H"), month)
        principals = Principals(self.store, DeviceSecret(), central, lambda: 1.0)
        yield "principals", Target(lambda: principals.others(WHO, "2"), {"version": 1, "others": 2})
        key = TerminalKey(b"t" * 32)
        admitted = {"state": "confirmed", "terminal": "BZ", "keys": {}, "authority": ""}
        yield "enrolment", Target(lambda: enrolment.begin(central, "A", key), {"id": "a"})
        begun = enrolment.Begun("a", "123456")
        yield "admission", Target(lambda: enrolment.ask(central, begun, key), admitted)
        filings = Target(lambda: filings_of(central, WHO), {"items": [FILING]})
        yield "filings", filings
        decided = Target(
            lambda: decide_filing(central, WHO, "a", Decision.CONFIRM), {"state": "confirmed"}
        )
        yield "decision", decided
        yield from self._of_the_store()

    def _of_the_store(self) -> Iterator[tuple[str, Target]]:
        central, store, trust = self.central, self.store, KEY.receipt_key
        ring = CentralKeys(SEALING, trust)
        said = Rotation(1, NOW, SEALING, NEXT.receipt_key, trust.id).document()
        rotation = json.loads(sign_document(said, KEY))

        def learn() -> object:
            keys = KeyRing(ring, store, central, 0.0, lambda: 1.0, lambda: NOW)
            keys.learn_when_due()
            return keys.sealing()

        yield "keys", Target(learn, {"rotations": [rotation]})
        staff = Keeping(store, DeviceSecret(), trust, central, "P", 0.0, bytes, lambda: 1.0)
        roster = {
            "version": 1,
            "point": "P",
            "issued_at": NOW.isoformat(),
            "valid_until": NOW.isoformat(),
            "accounts": [ACCOUNT],
            "key_id": trust.id,
        }
        yield "staff", Target(staff.learn_when_due, roster, signed=True)
        counts = Reconciliation(store, central, "BZ", 0.0, lambda: 1.0, lambda: NOW)
        compared = {"missing": [1], "different": [], "unexpected": [2]}
        yield "reconciliation", Target(counts.compare_when_due, compared)

        def beat() -> None:
            heart = Heartbeat(central, store, dict, {}, lambda: NOW, lambda: 0.5)
            heart.beat_when_due()

        yield "heartbeat", Target(beat, {"configuration": "a", "release": "0.2.0"})
        yield from self._of_the_outbox()

    def _of_the_outbox(self) -> Iterator[tuple[str, Target]]:
        outbox = Outbox(
            self.store, self.central, KEY.receipt_key, lambda: 1.0, lambda: NOW, Random(7)
        )

        def deliver() -> object:
            self.store.all_due()
            return [one for _, one in outbox.deliver_due()]

        def deliver_papers() -> object:
            self.store.all_due()
            self.store.database.run(
                lambda it: it.exec_driver_sql("UPDATE outbox SET next_try = 2.0 WHERE lane = 0")
            )
            return [one for _, one in PaperLane(outbox).deliver_due()]

        name = KEY.receipt_key.id
        receipt = Receipt("b", "d" * 64, "BZ", 1, "1", NOW, date(2026, 12, 14), name)
        refusal = SignedRefusal("/v1/applications/b", "d" * 64, "BZ", "x", NOW, name)
        word = Acknowledgement(f"/v1/blobs/{DIGEST}", "x", "BZ", NOW, name)
        yield "receipt", Target(deliver, receipt.document(), signed=True)
        yield "refusal", Target(deliver, refusal.document(), signed=True)
        state = {
            "digest": DIGEST,
            "have": [],
            "acknowledgement": json.loads(sign_document(word.document(), KEY)),
        }
        yield "paper", Target(deliver_papers, state)


TEXTS = (
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"items":' + "[" * 50_000 + "]" * 50_000 + "}",
    '"' * 5000,
    "",
    "null",
    "[]",
    "{}",
    "\ufeff{}",
)
NUMBERS = (
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "9" * 5000,
    "1e308",
    "-0.0",
    "1" + "0" * 400,
    "1E400",
)
SHAPES: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    "",
    "x" * 3000,
    -1,
    2**60,
    1.5,
    [[]],
    [None],
    {"": []},
    "9999-12-31",
    "0001-01-01",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "-",
)
MARK = "@@number@@"


def hostile_answers(target: Target, chance: Random, many: int) -> Iterator[Answer]:
    for _ in range(many):
        status = chance.choice((200, 200, 200, 201, 400, 401, 404, 409, 422, 425, 503, 0, 999))
        media = chance.choice((JSON, JSON, JSON, PROBLEM, "image/jpeg", "", "text/html"))
        yield Answer(status, media, chance.choice((None, 0.0, 1e12)), _body(target, chance))


def _body(target: Target, chance: Random) -> bytes:
    if chance.random() < 0.1:
        return chance.choice(TEXTS).encode()
    document = copy.deepcopy(target.good)
    number = ""
    for _ in range(chance.randint(1, 3)):
        number = _spoil(document, chance) or number
    if target.signed and not number:
        with suppress(ValueError):
            return sign_document(document, KEY)
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5)
    text = text.replace(f'"{MARK}"', number)
    if chance.random() < 0.1:
        text = text.replace("{", '{"version":1,"version":2,', 1)
    body = text.encode("utf-8", "surrogatepass")
    return body[: chance.randrange(len(body))] if chance.random() < 0.1 else body


def _spoil(document: dict[str, Any], chance: Random) -> str:
    """Replace, remove or add one member somewhere; return the digits that stand for MARK."""
    places: list[tuple[Any, Any]] = []
    _collect(document, places)
    inside, name = chance.choice(places) if places else (document, "more")
    kind = chance.randrange(6)
    if kind == 0:
        inside[name] = MARK
        return chance.choice(NUMBERS)
    if kind == 1 and isinstance(inside, dict):
        inside.pop(name, None)
    elif kind == 2:
        inside[name] = "\ud800" + str(inside[name] if name in document else "")
    elif kind == 3 and isinstance(inside, dict):
        inside[chance.choice(("more", "critical", "\udfff", "x" * 2000))] = chance.choice(SHAPES)
    else:
        inside[name] = copy.deepcopy(chance.choice(SHAPES))
    return ""


def _collect(inside: Any, places: list[tuple[Any, Any]]) -> None:
    names = list(inside) if isinstance(inside, dict) else range(len(inside))
    for name in names:
        places.append((inside, name))
        if isinstance(inside[name], dict | list):
            _collect(inside[name], places)


def exceptions_of(terminal: Terminal, many: int) -> Counter[str]:
    """Feed each reader its share of so many hostile answers; return what was raised."""
    chance, raised = Random(20261123), Counter[str]()
    weights = {name: 1 if name in FLUSHING else 8 for name in terminal.targets}
    share = -(-many // sum(weights.values()))
    for name, target in terminal.targets.items():
        for answer in hostile_answers(target, chance, share * weights[name]):
            terminal.central.answer = answer
            try:
                target.read()
            except Exception as error:  # noqa: BLE001 - what is counted here ends the program there
                raised[f"{name}: {type(error).__name__}"] += 1
    return raised


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    built = Terminal(tmp_path)
    yield built
    built.store.close()


def test_good_answers_are_taken(terminal: Terminal) -> None:
    """Otherwise the readers would be left at the door."""
    for name, target in terminal.targets.items():
        body = sign_document(target.good, KEY) if target.signed else canonical(target.good)
        status = 201 if name == "enrolment" else 200
        media = "image/jpeg" if name == "portrait" else JSON
        terminal.central.answer = Answer(status, media, None, body)
        found = target.read()
        assert not str(found).startswith(("central_", "Refused")), name


EXTREMES = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01", "9999-12-31")


def test_extreme_times_end_nothing(terminal: Terminal) -> None:
    """Each member of each answer in turn is a time with which nobody can reckon."""
    for target in terminal.targets.values():
        places: list[tuple[Any, Any]] = []
        document = copy.deepcopy(target.good)
        _collect(document, places)
        for (inside, name), moment in itertools.product(places, EXTREMES):
            before, inside[name] = inside[name], moment
            body = sign_document(document, KEY) if target.signed else canonical(document)
            inside[name] = before
            terminal.central.answer = Answer(200, JSON, None, body)
            target.read()


def test_hostile_answers_end_nothing(terminal: Terminal) -> None:
    assert exceptions_of(terminal, QUICK) == {}


@pytest.mark.slow
def test_many_hostile_answers_end_nothing(terminal: Terminal) -> None:
    assert exceptions_of(terminal, LONG) == {}


def test_a_decoder_without_limits_is_found_out(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_decoder, "decode", lambda body, _limits: json.loads(body))
    raised = exceptions_of(terminal, QUICK)
    assert sum(raised.values()) > 0
    assert any("RecursionError" in one for one in raised)


DATES = (
    b"Mon, 01 Jan 0001 00:00:00 GMT",
    b"Fri, 31 Dec 9999 23:59:59 GMT",
    b"Fri, 31 Dec 9999 23:59:59 -2359",
    b"Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
    b"Mon, 01 Jan 2026 00:00:00 +9999999999",
    b"1 2 3 4 5 6 7 8 9",
    b"",
    b"\xff\xfe",
)


@pytest.mark.parametrize("said", DATES)
@pytest.mark.parametrize("name", [b"Date", b"Retry-After"])
def test_hostile_dates_end_nothing(said: bytes, name: bytes) -> None:
    body = b'{"type":"clock-wrong"}'
    head = b"HTTP/1.1 401 x\r\nContent-Type: application/problem+json\r\n" + name + b": " + said
    line = Line((head + b"\r\nContent-Length: 22\r\n\r\n" + body,))
    clock = iter([NOW + timedelta(days=day) for day in range(40)])
    with listening(line):
        key = TerminalKey(b"t" * 32)
        client = CentralClient(line.url, lambda: key, 30.0, time.monotonic, lambda: next(clock))
        for _ in range(3):
            assert client.call("GET", "/healthz").status in (0, 401)


def test_hostile_metadata_are_damaged_settings(tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    for text in TEXTS:
        root.write_bytes(b"{}")
        source = BundleSource(tmp_path / "kept", root, ())
        found = source.fetch(NetworkFetcher(Hostile(Answer(200, JSON, None, text.encode()))))
        assert str(found).startswith("settings_")
