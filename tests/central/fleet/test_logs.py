"""The service keeps what terminals say of themselves, and nothing that no log may say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.fleet import logs
from kiosk.config.settings import Settings
from tests.central.operator.test_bundles import Asking
from tests.central.standing import TERMINAL, Standing
from tests.kiosk.invented_people import handbook
from wiring.logs import PIECE, log_of, send_logs

LINE = b'{"at": "2026-11-26T21:00:00.000+08:00", "level": "info", "event": "ended"}\n'
NDJSON = {"Content-Type": "application/x-ndjson"}


def headers(central: Standing) -> dict[str, str]:
    return central.headers() | NDJSON


def kept(central: Standing) -> bytes:
    path = central.office.logs.folder / f"{TERMINAL}.jsonl"
    return path.read_bytes() if path.exists() else b""


def test_lines_are_kept_by_terminal(central: Standing, client: TestClient) -> None:
    for times in (1, 2):
        answer = client.post("/v1/logs", content=LINE * times, headers=headers(central))
        assert answer.json() == {"version": 1, "lines": times}
    assert kept(central) == LINE * 3


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"", NDJSON, 422),
        (b"\xff", NDJSON, 422),
        ("刘长青".encode(), NDJSON, 422),
        (LINE + LINE.replace(b"ended", b"invented"), NDJSON, 422),
        (LINE + b"\n", NDJSON, 422),
        (LINE, {"Content-Type": "text/plain"}, 415),
        (LINE * 4000, NDJSON, 413),
    ],
)
def test_anything_else_is_refused_whole(body, media, status, central, client) -> None:
    answer = client.post("/v1/logs", content=body, headers=headers(central) | media)
    assert answer.status_code == status
    assert kept(central) == b""


def test_a_long_file_becomes_the_one_older(central, client, monkeypatch) -> None:
    monkeypatch.setattr(logs, "LONGEST", 3 * len(LINE))
    for _ in range(10):
        client.post("/v1/logs", content=LINE * 2, headers=headers(central))
    files = sorted(one.name for one in central.office.logs.folder.iterdir())
    assert files == [f"{TERMINAL}.jsonl", f"{TERMINAL}.old.jsonl"]
    assert len(kept(central)) <= 5 * len(LINE)


def test_no_terminal_can_name_a_place(tmp_path: Path) -> None:
    logs.LogFolder(tmp_path / "logs").keep("../../x", ["a"])
    assert [one.name for one in (tmp_path / "logs").iterdir()] == ["..%2F..%2Fx.jsonl"]


def test_a_terminal_sends_all_of_it_in_pieces(central, client, tmp_path) -> None:
    found = handbook().settings
    store = replace(found.store, path=str(tmp_path / "run" / "kiosk.db"))
    settings: Settings = replace(found, store=store)
    log_of(settings).parent.mkdir()
    log_of(settings).write_bytes(LINE * (PIECE // len(LINE) * 2 + 5) + "刘长青\n".encode())
    told = Asking(client, central.headers())
    count = PIECE // len(LINE) * 2 + 5
    assert send_logs(settings, told) == count
    assert kept(central) == LINE * count
    assert send_logs(settings, Asking(client, {})) is None
