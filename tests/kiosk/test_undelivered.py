"""Can what the central service refused by mistake be found, and sent again, once?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

import main
from kiosk.filing.audit_events import AuditEvent
from kiosk.filing.database import StoreError
from kiosk.filing.outbox import Delivered, Outbox, Quarantine
from kiosk.filing.outbox_commands import describe, run
from kiosk.filing.receipt import Receipt, SigningKey, sign_receipt
from kiosk.filing.store import Parcel, State, Store, open_store
from kiosk.filing.undelivered import read_undelivered, send_again
from kiosk.ports import Answer
from tests.kiosk.people import CONFIG
from wiring.storage import open_to_read

AT = "2026-11-23T09:30:00+08:00"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
KEY = SigningKey(b"k" * 32)
REFUSAL = Answer(422, "application/problem+json", None, b"{}")
DIGEST = "d" * 64
OFFICE = Path("/v1/applications")


class Office:
    """A central service that refuses until somebody mends it."""

    def __init__(self) -> None:
        self.mended = False
        self.calls: list[tuple[str, str]] = []

    def call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.calls.append((path, headers["Kiosk-Sequence"]))
        if not self.mended:
            return REFUSAL
        name = path.rpartition("/")[2]
        receipt = Receipt(
            name, DIGEST, "BZ", 1, "亳退 0042 7138", NOW, date(2026, 12, 14), KEY.receipt_key.id
        )
        return Answer(201, "application/json", None, sign_receipt(receipt, KEY))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "site.toml").write_text(f'[store]\npath = "{tmp_path / "kiosk.db"}"\n')
    return tmp_path


def opened(site: Path) -> Store:
    store = open_store(site / "kiosk.db")
    assert isinstance(store, Store)
    return store


def confirm(store: Store, *names: str) -> None:
    for name in names:
        parcel = Parcel(name, f"{OFFICE}/{name}", "x/y", DIGEST, b"sealed", "刘**", ("R01",))
        assert store.confirm(lambda _, it=parcel: it, AuditEvent.CONFIRMED, AT, {}) is None


def outbox(*arguments: object, site: Path) -> int:
    said = [*map(str, arguments), "--settings", str(site / "site.toml")]
    return run(said, CONFIG / "kiosk.toml", lambda: NOW, open_to_read)


def test_what_was_refused_by_mistake_arrives_after_a_retry(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, office = opened(site), Office()
    carrier = Outbox(store, office, KEY.receipt_key, lambda: 0.0, lambda: NOW, Random(7))
    confirm(store, "a")
    assert [it for _, it in carrier.deliver_due()] == [Quarantine("status 422")]
    assert outbox("count", site=site) == 0
    assert capsys.readouterr().out == "1\n"
    assert outbox("list", site=site) == 0
    said = capsys.readouterr().out
    assert "中心不收，原因 status 422" in said
    assert "没送到 1 件，其中中心不收 1 件" in said
    assert "刘" not in said
    assert list(carrier.deliver_due()) == []  # nothing goes by itself
    office.mended = True
    assert outbox("retry", "a", site=site) == 0
    (verdict,) = (it for _, it in carrier.deliver_due())
    assert isinstance(verdict, Delivered)
    assert office.calls == [(f"{OFFICE}/a", "1")] * 2
    assert [entry.event for entry in store.audit()] == [
        AuditEvent.CONFIRMED,
        AuditEvent.QUARANTINED,
        AuditEvent.SENT_AGAIN,
        AuditEvent.DELIVERED,
    ]
    store.close()
    capsys.readouterr()
    assert outbox("list", site=site) == 0
    assert capsys.readouterr().out == "没送到 0 件，其中中心不收 0 件\n"


def test_only_what_was_set_aside_moves(site: Path) -> None:
    store = opened(site)
    confirm(store, "a", "b", "c")
    store.quarantine("b", "status 413", AT)
    store.delivered("c", "receipt", AT)
    assert send_again(store.database, ["a", "b", "b", "c", "none"], AT) == ("b",)
    assert store.counts() == {State.WAITING: 2, State.DELIVERED: 1, State.QUARANTINED: 0}
    assert [one.trouble for one in read_undelivered(store.database)] == ["", "status 413"]
    store.try_later("a", 9.0, "status 503")
    first, second = (describe(one) for one in read_undelivered(store.database))
    assert first.endswith("等着送，没送成 1 次，原因 status 503")
    assert second.endswith("等着送，原因 status 413")
    store.close()


def test_all_leaves_out_who_has_a_case_under_way(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = opened(site)
    confirm(store, "a", "b", "c")
    store.quarantine("a", "open-case", AT)
    store.quarantine("b", "status 413", AT)
    assert outbox("retry", "all", site=site) == 0
    assert "重新送 1 件" in (said := capsys.readouterr().out)
    assert "另有 1 件没动" in said
    assert [one.id for one in store.due(0.0)] == ["b", "c"]
    assert outbox("retry", "a", site=site) == 0  # who names it means it
    assert store.counts()[State.QUARANTINED] == 0
    store.close()


def test_wrong_wishes_have_their_cure(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outbox("list", site=site) == 1
    assert "store.path" in capsys.readouterr().err
    store = opened(site)
    confirm(store, "a")
    store.close()
    assert outbox("retry", "a", site=site) == 1  # it waits; nobody refused it
    assert "outbox list" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr("kiosk.filing.outbox_commands.read_undelivered", _full)
        assert outbox("list", site=site) == 1
    assert "磁盘满了" in capsys.readouterr().err
    (site / "site.toml").write_text("[store]\nway = 1\n")
    assert outbox("list", site=site) == 1
    assert "way" in capsys.readouterr().err


def _full(_database: object) -> None:
    from kiosk.failures import Failure

    raise StoreError(Failure.DISK_FULL)


def test_main_knows_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main.main(["outbox", "--help"])
    assert "retry" in capsys.readouterr().out
