"""Hostile answers of a central service, and every reader of a terminal that they go to.

Each answer is one that the reader takes, spoilt in one to three places: shapes, numbers, depth,
length, times, encoding. What a reader raises would end the program.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

from drivers.central import enrolment
from kiosk.application.confirmation import Decision
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import OpeningKey
from kiosk.crypto.pinned_keys import CentralKeys
from kiosk.crypto.receipt import Acknowledgement, Receipt, SignedRefusal, SigningKey, sign_document
from kiosk.crypto.rotation import Rotation
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.delivery.key_ring import KeyRing
from kiosk.delivery.outbox import Outbox
from kiosk.delivery.principals import Principals
from kiosk.delivery.reconciliation import Reconciliation
from kiosk.delivery.scan_upload import ScanUpload
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.people.attendance import Attendance
from kiosk.people.consent import Proof, ProofMethod
from kiosk.people.qr_token import QrToken
from kiosk.ports import CentralAnswer
from kiosk.session.central_queries import (
    begun_by_code,
    begun_by_employer,
    facts_of,
    portrait_of,
    progress_of,
)
from kiosk.session.confirming_tasks import decide_filing, filings_of
from kiosk.staff.desk import corrections_of, month_of, news_of
from kiosk.staff.staff_list_sync import StaffListSync
from kiosk.storage.store import OutboxRecord, Store, open_store
from kiosk.visit.effects import DecideFiling

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
KEY, NEXT = SigningKey(b"k" * 32), SigningKey(b"n" * 32)
SEALING = OpeningKey(b"s" * 32).sealing
PAPER = b"a sealed page"
JSON, PROBLEM = "application/json", "application/problem+json"
DIGEST = hashlib.sha256(PAPER).hexdigest()
BODY = b"sealed"
PROOF = Proof(ProofMethod.FACE, NOW, 0.31, 0.42, "dlib128")
WHO = Attendance("999999196606150001", "金丝雀", True, NOW, PROOF)  # no division has this code
SEED = 20261123
FLUSHING = ("keys", "reconciliation", "receipt", "refusal", "paper")  # readers that write each time


@dataclass
class FixedAnswer:
    """A central service that answers every request with `answer`."""

    answer: CentralAnswer = field(default_factory=CentralAnswer)
    asked: int = 0

    def call(self, *_said: object) -> CentralAnswer:
        """Count the request and return the answer."""
        self.asked += 1
        return self.answer


class FixedSecret:
    """Derives the same key for every purpose."""

    def derive(self, _purpose: str) -> bytes:
        return b"d" * 32


@dataclass(frozen=True)
class AnswerReader:
    """A reader of one kind of answer, and a good answer; `signed`: by the receipt key."""

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


class TerminalReaders:
    """All readers of a terminal of the central service's answers, over one store."""

    def __init__(self, folder: Path) -> None:
        self.central = FixedAnswer()
        store = open_store(folder / "kiosk.db")
        assert isinstance(store, Store)
        self.store = store
        store.add_paper("a", DIGEST, PAPER)
        parcel = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, BODY, papers=(DIGEST,))
        assert store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {}) is None
        self.targets = dict(self._targets())

    def _targets(self) -> Iterator[tuple[str, AnswerReader]]:
        central = self.central
        yield "facts", AnswerReader(lambda: facts_of(central, WHO), FACTS)
        yield "portrait", AnswerReader(lambda: portrait_of(central, WHO), {})
        token = QrToken("t" * 20, 0.0)
        yield "begun by code", AnswerReader(lambda: begun_by_code(central, token), BEGUN)
        yield "begun by employer", AnswerReader(lambda: begun_by_employer(central, WHO), BEGUN)
        progress = {"case_number": "1", "services": [SERVICE, {**SERVICE, "state": "ready"}]}
        yield "progress", AnswerReader(lambda: progress_of(central, "a"), progress)
        corrections = {"items": [ITEM, {**ITEM, "due_on": None}]}
        yield "corrections", AnswerReader(lambda: corrections_of(central, "P"), corrections)
        yield "news", AnswerReader(lambda: news_of(central, "P"), {"items": [ITEM], "done": 3})
        month = {
            "filed": 1,
            "own": 1,
            "services": 2,
            "closed": 0,
            "ways": {"self": 1},
            "grades": {"5": 1},
        }
        yield "month", AnswerReader(lambda: month_of(central, "P", "2026-11", "H"), month)
        principals = Principals(self.store, FixedSecret(), central, lambda: 1.0)
        yield (
            "principals",
            AnswerReader(lambda: principals.others(WHO, "2"), {"version": 1, "others": 2}),
        )
        key = TerminalKey(b"t" * 32)
        admitted = {"state": "confirmed", "terminal": "BZ", "keys": {}, "authority": ""}
        yield "enrolment", AnswerReader(lambda: enrolment.begin(central, "A", key), {"id": "a"})
        begun = enrolment.EnrolmentStarted("a", "123456")
        yield "admission", AnswerReader(lambda: enrolment.ask(central, begun, key), admitted)
        filings = AnswerReader(lambda: filings_of(central, WHO), {"items": [FILING]})
        yield "filings", filings
        decided = AnswerReader(
            lambda: decide_filing(central, DecideFiling(WHO, "a", Decision.CONFIRM)),
            {"state": "confirmed"},
        )
        yield "decision", decided
        yield from self._of_the_store()

    def _of_the_store(self) -> Iterator[tuple[str, AnswerReader]]:
        central, store, trust = self.central, self.store, KEY.receipt_key
        ring = CentralKeys(SEALING, trust)
        said = Rotation(1, NOW, SEALING, NEXT.receipt_key, trust.id).document()
        rotation = json.loads(sign_document(said, KEY))

        def learn() -> object:
            keys = KeyRing(ring, store, central, 0.0, lambda: 1.0, lambda: NOW)
            keys.learn_when_due()
            return keys.sealing()

        yield "keys", AnswerReader(learn, {"rotations": [rotation]})
        staff = StaffListSync(store, FixedSecret(), trust, central, "P", 0.0, bytes, lambda: 1.0)
        roster = {
            "version": 1,
            "point": "P",
            "issued_at": NOW.isoformat(),
            "valid_until": NOW.isoformat(),
            "accounts": [ACCOUNT],
            "key_id": trust.id,
        }
        yield "staff", AnswerReader(staff.learn_when_due, roster, signed=True)
        counts = Reconciliation(store, central, "BZ", 0.0, lambda: 1.0, lambda: NOW)
        compared = {"missing": [1], "different": [], "unexpected": [2]}
        yield "reconciliation", AnswerReader(counts.compare_when_due, compared)

        def beat() -> None:
            heart = Heartbeat(central, store, dict, {}, lambda: NOW, lambda: 0.5)
            heart.beat_when_due()

        yield "heartbeat", AnswerReader(beat, {"configuration": "a", "release": "0.2.0"})
        yield from self._of_the_outbox()

    def _of_the_outbox(self) -> Iterator[tuple[str, AnswerReader]]:
        outbox = Outbox(
            self.store,
            self.central,
            KEY.receipt_key,
            lambda: 1.0,
            lambda: NOW,
            Random(7),  # noqa: S311
        )

        def deliver() -> object:
            self.store.all_due()
            return [one for _, one in outbox.deliver_due()]

        def deliver_papers() -> object:
            self.store.all_due()
            self.store.database.run(
                lambda it: it.exec_driver_sql("UPDATE outbox SET next_try = 2.0 WHERE lane = 0")
            )
            return [one for _, one in ScanUpload(outbox).deliver_due()]

        name = KEY.receipt_key.id
        receipt = Receipt("b", "d" * 64, "BZ", 1, "1", NOW, date(2026, 12, 14), name)
        refusal = SignedRefusal("/v1/applications/b", "d" * 64, "BZ", "x", NOW, name)
        word = Acknowledgement(f"/v1/blobs/{DIGEST}", "x", "BZ", NOW, name)
        yield "receipt", AnswerReader(deliver, receipt.document(), signed=True)
        yield "refusal", AnswerReader(deliver, refusal.document(), signed=True)
        state = {
            "digest": DIGEST,
            "have": [],
            "acknowledgement": json.loads(sign_document(word.document(), KEY)),
        }
        yield "paper", AnswerReader(deliver_papers, state)


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
SELDOM = 0.1  # the share of answers that are cut, or no document at all


def hostile_answers(target: AnswerReader, chance: Random, many: int) -> Iterator[CentralAnswer]:
    """Yield the good answer spoilt in `many` ways."""
    for _ in range(many):
        status = chance.choice((200, 200, 200, 201, 400, 401, 404, 409, 422, 425, 503, 0, 999))
        media = chance.choice((JSON, JSON, JSON, PROBLEM, "image/jpeg", "", "text/html"))
        yield CentralAnswer(
            status, media, chance.choice((None, 0.0, 1e12)), _hostile_body(target, chance)
        )


def _hostile_body(target: AnswerReader, chance: Random) -> bytes:
    if chance.random() < SELDOM:
        return chance.choice(TEXTS).encode()
    document = copy.deepcopy(target.good)
    number = ""
    for _ in range(chance.randint(1, 3)):
        number = _spoil(document, chance) or number
    if target.signed and not number:
        with suppress(ValueError):
            return sign_document(document, KEY)
    text = json.dumps(document, ensure_ascii=chance.choice((True, False)))
    text = text.replace(f'"{MARK}"', number)
    if chance.random() < SELDOM:
        text = text.replace("{", '{"version":1,"version":2,', 1)
    body = text.encode("utf-8", "surrogatepass")
    return body[: chance.randrange(len(body))] if chance.random() < SELDOM else body


def _spoil(document: dict[str, Any], chance: Random) -> str:
    """Replace, remove or add one member somewhere; return the digits that stand for MARK."""
    places: list[tuple[Any, Any]] = []
    collect_places(document, places)
    inside, name = chance.choice(places) if places else (document, "more")
    match chance.choice(("number", "remove", "surrogate", "add", "shape", "shape")):
        case "number":
            inside[name] = MARK
            return chance.choice(NUMBERS)
        case "remove" if isinstance(inside, dict):
            inside.pop(name, None)
        case "surrogate":
            inside[name] = "\ud800" + str(inside[name] if name in document else "")
        case "add" if isinstance(inside, dict):
            added = chance.choice(("more", "critical", "\udfff", "x" * 2000))
            inside[added] = copy.deepcopy(chance.choice(SHAPES))
        case _:
            inside[name] = copy.deepcopy(chance.choice(SHAPES))
    return ""


def collect_places(inside: Any, places: list[tuple[Any, Any]]) -> None:
    """Add every member of a document, at every depth, as its container and its name."""
    names = list(inside) if isinstance(inside, dict) else range(len(inside))
    for name in names:
        places.append((inside, name))
        if isinstance(inside[name], dict | list):
            collect_places(inside[name], places)


def count_exceptions(terminal: TerminalReaders, many: int) -> Counter[str]:
    """Feed each reader its share of `many` hostile answers; return the exceptions by kind."""
    chance, raised = Random(SEED), Counter[str]()  # noqa: S311
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
