"""A terminal does what a signed request names, once, and nothing that is not on the list."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.crypto.receipt import ReceiptKey, SigningKey, sign_document
from kiosk.fleet.restart_note import FILE, RestartNote
from kiosk.fleet.terminal_requests import (
    RequestDesk,
    RequestKind,
    TerminalRequest,
    sign_request,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
KEY, OTHER = SigningKey(b"k" * 32), SigningKey(b"o" * 32)
ASKED = TerminalRequest(7, "BZ-0007", RequestKind.READINESS, NOON + timedelta(hours=1))


@dataclass
class TrustedKey:
    def named(self, name: str) -> ReceiptKey | None:
        return KEY.receipt_key if KEY.receipt_key.id == name else None


@dataclass
class RequestScene:
    folder: Path
    works: bool = True
    now: datetime = NOON
    done: list[RequestKind] = field(default_factory=list)

    def __post_init__(self) -> None:
        acts = {kind: lambda kind=kind: self._do(kind) for kind in RequestKind}
        self.note = RestartNote(self.folder / FILE)
        self.desk = RequestDesk(TrustedKey(), "BZ-0007", acts, lambda: self.now, self.note)

    def _do(self, kind: RequestKind) -> bool:
        self.done.append(kind)
        return self.works

    def hear(self, request: object) -> None:
        self.desk.take(json.dumps({"version": 1, "request": request}).encode())


@pytest.mark.parametrize("kind", list(RequestKind))
@pytest.mark.parametrize(("works", "outcome"), [(True, "done"), (False, "failed")])
def test_a_request_is_carried_out_and_its_result_told(
    kind: RequestKind, works: bool, outcome: str, tmp_path: Path
) -> None:
    scene = RequestScene(tmp_path, works)
    if works and kind is RequestKind.RESTART:
        outcome = "noted"
    assert scene.desk.members() == {}
    scene.hear(sign_request(replace(ASKED, kind=kind), KEY))
    assert scene.done == [kind]
    assert scene.desk.members() == {"request": {"number": 7, "outcome": outcome}}
    scene.hear(None)
    assert scene.desk.members() == {}


def test_a_request_that_comes_again_is_told_again_and_not_done_again(tmp_path: Path) -> None:
    scene = RequestScene(tmp_path)
    for _ in range(2):
        scene.hear(sign_request(ASKED, KEY))
        assert scene.desk.members() == {"request": {"number": 7, "outcome": "done"}}
    assert scene.done == [RequestKind.READINESS]
    scene.hear(sign_request(replace(ASKED, number=8), KEY))
    assert len(scene.done) == 2


def signed(**changes: Any) -> str:
    said = {**ASKED.document(), "key_id": KEY.receipt_key.id, **changes}
    return sign_document({one: it for one, it in said.items() if it is not None}, KEY).decode()


@pytest.mark.parametrize(
    "request_",
    [
        sign_request(ASKED, OTHER),
        sign_request(ASKED, KEY).replace('"number":7', '"number":9'),
        sign_request(replace(ASKED, terminal="BZ-0008"), KEY),
        sign_request(replace(ASKED, valid_until=NOON), KEY),
        signed(request="format the disk"),
        signed(request=None),
        signed(number="many"),
        signed(kind="receipt"),
        signed(version=2),
        signed(valid_until="soon"),
        signed(valid_until="2036-12-01T12:00:00"),
        "no JSON",
        7,
    ],
)
def test_what_is_not_asked_for_here_is_not_done(request_: object, tmp_path: Path) -> None:
    scene = RequestScene(tmp_path)
    scene.hear(request_)
    assert (scene.done, scene.desk.members()) == ([], {})


def test_the_start_after_a_noted_restart_tells_that_it_is_done(tmp_path: Path) -> None:
    scene = RequestScene(tmp_path)
    asked = sign_request(replace(ASKED, kind=RequestKind.RESTART), KEY)
    scene.hear(asked)
    again = RequestScene(tmp_path)
    told = {"request": {"number": 7, "outcome": "done"}}
    assert again.desk.members() == told
    again.hear(asked)  # from before the result arrived: it is no other restart
    assert (again.done, again.desk.members()) == ([], told)
    again.hear(None)
    assert again.desk.members() == {}
    assert RequestScene(tmp_path).desk.members() == {}


def test_a_restart_that_the_disk_does_not_keep_has_failed(tmp_path: Path) -> None:
    scene = RequestScene(tmp_path)
    scene.note.path.mkdir()
    scene.hear(sign_request(replace(ASKED, kind=RequestKind.RESTART), KEY))
    assert scene.done == []
    assert scene.desk.members() == {"request": {"number": 7, "outcome": "failed"}}
    scene.note.erase()


def test_an_answer_that_is_no_json_asks_for_nothing(tmp_path: Path) -> None:
    scene = RequestScene(tmp_path)
    scene.desk.take(b"<html>")
    assert scene.done == []
