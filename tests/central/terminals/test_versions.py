"""Terminal and service of different versions: neither stops the other.

A newer service adds members to everything that it says. An older one is the recorded service of an
earlier commit and, where its history is there, the service of the commit before.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.schema import ConfigError
from kiosk.config.settings_reader import read_settings
from kiosk.crypto.envelope import OpeningKey, bytes_of, digest, object_of
from kiosk.crypto.pinned_keys import CentralKeys, read_central_keys
from kiosk.crypto.receipt import SigningKey, sign_document
from kiosk.crypto.rotation import Rotation, sign_rotation, verify_rotation
from kiosk.delivery.key_ring import KeyRing
from kiosk.delivery.outbox import Outbox, judge
from kiosk.delivery.reconciliation import Reconciliation, SequenceComparison
from kiosk.delivery.scan_upload import ScanUpload
from kiosk.failures import Failure
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.people.facts import SharedFacts
from kiosk.ports import CentralAnswer
from kiosk.session.central_queries import facts_of, progress_of
from kiosk.staff.desk import corrections_of, month_of, news_of
from kiosk.staff.roster import Roster, read_roster
from kiosk.storage.store import OutboxRecord, Store, Waiting, open_store
from kiosk.visit.steps.progress.events import ProgressKnown
from tests.central.recorded_answers import BLOB, PAGE, ask_for_everything
from tests.central.standing import CONFIG, NOON, POINT, numbered, standing
from tests.kiosk.invented_people import attendance

ROOT = CONFIG.parent
RECORDED = ROOT / "tests" / "vectors" / "central_answers.json"
MAPS = ("ways", "grades", "answers")  # their names are data: nothing can be added beside them
LATER = {"deep": [1, "新"]}
ACCEPTED = {
    "receipt": "Delivered",
    "receipt again": "Delivered",
    "other digest": "Quarantine other-digest",
    "open case": f"Quarantine open-case {numbered(1)}",
    "rating": "Delivered",
    "rated otherwise": "Quarantine already-rated",
    "page": "Delivered",
    "facts": "刘's",
    "progress": "亳退 0000 0001 correction",
    "corrections": f"{numbered(1)} 看不清",
    "news": "0 cases done",
    "month": "1 filed by self",
    "staff": "H-0001",
    "keys": "known",
    "heartbeat": "reached",
    "reconciliation": "(9,)",
}
"""What a terminal makes of the answers of `recorded_answers`."""


@dataclass
class RecordedService:
    """Gives one recorded answer, whatever is asked."""

    exchanges: dict[str, Any]
    current: str = ""

    def call(self, *_said: object) -> CentralAnswer:
        said = self.exchanges[self.current]
        return CentralAnswer(said["status"], said["media_type"], None, said["answer"].encode())


@dataclass
class ReplayingTerminal:
    """Today's terminal, which reads what is replayed."""

    replay: RecordedService
    keys: CentralKeys
    store: Store

    def outcome(self, name: str) -> str:
        """Return in words what the terminal makes of the answer."""
        self.replay.current = name
        said = self.replay.exchanges[name]
        if said["method"] == "PUT":
            return self._page() if name == "page" else self._parcel(said)
        return {
            "facts": self._facts,
            "progress": self._progress,
            "corrections": self._corrections,
            "news": lambda: f"{news_of(self.replay, POINT)[1]} cases done",
            "month": self._month,
            "staff": self._staff,
            "keys": self._keys,
            "heartbeat": self._heartbeat,
            "reconciliation": self._reconciliation,
        }[name]()

    def _parcel(self, said: dict[str, Any]) -> str:
        body = bytes_of(said["body"]) or b""
        named = (object_of(body) or {}).get("digest") or digest(body)
        parcel = Waiting(
            said["path"].rpartition("/")[2], 1, said["path"], "x/y", named, body, 0, 0.0
        )
        found = judge(parcel, self.replay.call(), self.keys.receipt)
        words = [
            type(found).__name__,
            getattr(found, "trouble", ""),
            getattr(found, "open_case", ""),
        ]
        return " ".join(word for word in words if word)

    def _page(self) -> str:
        self.store.add_paper("a", BLOB, PAGE)
        parcel = OutboxRecord("a", "/v1/applications/a", "x/y", "d" * 64, b"sealed", papers=(BLOB,))
        self.store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOON.isoformat(), {})
        self.store.try_later("a", 500.0, "x")
        outbox = Outbox(
            self.store, self.replay, self.keys.receipt, lambda: 100.0, lambda: NOON, Random(7)
        )
        return " ".join(type(one).__name__ for _, one in ScanUpload(outbox).deliver_due())

    def _facts(self) -> str:
        found = facts_of(self.replay, attendance("liu"))
        return "刘's" if isinstance(found, SharedFacts) and found.category == "M60" else str(found)

    def _progress(self) -> str:
        found = progress_of(self.replay, numbered(1))
        if isinstance(found, ProgressKnown):
            return f"{found.case_number} {found.states['R01']}"
        return str(found)

    def _corrections(self) -> str:
        found = corrections_of(self.replay, POINT) or ()
        return " ".join(f"{one.application_id} {one.reason}" for one in found)

    def _month(self) -> str:
        found = month_of(self.replay, POINT, "2026-11", "H-0001")
        return f"{found.filed} filed by {' '.join(found.ways)}" if found else "None"

    def _staff(self) -> str:
        body = self.replay.call().body
        found = read_roster(body, self.keys.receipt, POINT)
        return found.accounts[0].id if isinstance(found, Roster) else "None"

    def _keys(self) -> str:
        ring = KeyRing(self.keys, self.store, self.replay, 1.0, lambda: 1.0, lambda: NOON)
        ring.learn_when_due()
        return "known" if self.store.value_of("keys_learnt_at") else "unknown"

    def _heartbeat(self) -> str:
        heart = Heartbeat(self.replay, self.store, dict, {}, lambda: NOON, lambda: 0.5)
        heart.beat_when_due()
        return "reached" if heart.reached else "unreached"

    def _reconciliation(self) -> str:
        times = (1.0, lambda: 1.0, lambda: NOON)
        found = Reconciliation(self.store, self.replay, "BZ", *times).compare_when_due()
        return str(found.missing) if isinstance(found, SequenceComparison) else "None"


def outcomes_of(recorded: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return what today's terminal makes of each recorded answer."""
    (folder / "central.json").write_text(json.dumps(recorded["keys"]))
    store = open_store(folder / "terminal" / "kiosk.db")
    assert isinstance(store, Store)
    terminal = ReplayingTerminal(
        RecordedService(recorded["exchanges"]), read_central_keys(folder / "central.json"), store
    )
    found = {name: terminal.outcome(name) for name in recorded["exchanges"] if name in ACCEPTED}
    store.close()
    return found


def newer(said: Any, key: SigningKey, critical: bool = False) -> Any:
    """Return what a newer service would say: more members everywhere, signed anew."""
    if isinstance(said, list):
        return [newer(one, key, critical) for one in said]
    if not isinstance(said, dict):
        return said
    grown = {name: one if name in MAPS else newer(one, key, critical) for name, one in said.items()}
    grown["added_later"] = LATER
    if critical:
        grown["critical"] = ["added_later"]
    if "signature" not in said:
        return grown
    del grown["signature"]
    return json.loads(sign_document(grown, key))


def newer_service(folder: Path, critical: bool = False) -> dict[str, Any]:
    """Return the answers of today's service with additions."""
    with standing(folder) as central:
        exchanges = ask_for_everything(central)
        for exchange in exchanges.values():
            grown = newer(json.loads(exchange["answer"]), central.keys.signing, critical)
            exchange["answer"] = json.dumps(grown, ensure_ascii=False)
        return {"keys": central.keys.public(), "exchanges": exchanges}


def test_a_newer_service_says_more_and_the_terminal_goes_on(tmp_path: Path) -> None:
    assert outcomes_of(newer_service(tmp_path), tmp_path) == ACCEPTED


def test_what_a_newer_service_calls_critical_is_not_skipped(tmp_path: Path) -> None:
    found = outcomes_of(newer_service(tmp_path, critical=True), tmp_path)
    assert {name: found[name] for name in ("receipt", "open case", "rating", "page")} == {
        "receipt": "Retry strange answer, status 201",
        "open case": "Retry unsigned refusal, status 409",
        "rating": "Retry strange answer, status 201",
        "page": "Retry",
    }
    assert (found["facts"], found["staff"]) == (str(Failure.CENTRAL_STRANGE), "None")


def test_the_recorded_service_of_an_earlier_commit(tmp_path: Path) -> None:
    recorded = json.loads(RECORDED.read_text("utf-8"))
    assert outcomes_of(recorded, tmp_path) == ACCEPTED


@pytest.mark.slow
def test_the_service_of_the_commit_before(tmp_path: Path) -> None:
    """Where the history is there: a shallow clone and a package have none."""
    tree = tmp_path / "before"
    git = ["git", "-C", str(ROOT), "archive", "HEAD~1", "central", "kiosk", "config", "tests"]
    git += ["drivers", "assets"]
    packed = subprocess.run(git, capture_output=True, check=False)
    if packed.returncode != 0:
        pytest.skip("no history")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(tree, filter="data")
    if not (tree / "tests" / "central" / "recorded_answers.py").exists():
        pytest.skip("the commit before records nothing yet")
    command = [sys.executable, "-m", "tests.central.recorded_answers"]
    done = subprocess.run(command, cwd=tree, capture_output=True, check=True)
    assert outcomes_of(json.loads(done.stdout), tmp_path) == ACCEPTED


def test_an_announcement_may_say_more_too() -> None:
    key, after = SigningKey(b"k" * 32), SigningKey(b"n" * 32).receipt_key
    said = Rotation(1, NOON, OpeningKey(b"s" * 32).sealing, after, key.receipt_key.id)
    statement = json.loads(sign_rotation(said, key))
    assert verify_rotation(newer(statement, key), key.receipt_key) == said
    assert verify_rotation(newer(statement, key, critical=True), key.receipt_key) is None


def test_settings_with_an_unknown_member_are_refused_as_ever(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text("[visit]\nadded_later = 1\n")
    with pytest.raises(ConfigError, match="added_later"):
        read_settings(CONFIG / "kiosk.toml", tmp_path / "site.toml")
