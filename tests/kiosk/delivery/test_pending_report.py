"""What the central service refused by mistake is found, and sent again, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

import main
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import Receipt, SignedRefusal, SigningKey, sign_receipt, sign_refusal
from kiosk.delivery.outbox import Delivered, Outbox, Quarantine
from kiosk.delivery.outbox_commands import describe
from kiosk.delivery.pending_report import read_undelivered, send_again, withdraw
from kiosk.delivery.unsigned_refusals import SPREAD_SECONDS, UnsignedRefusals, delay_of
from kiosk.ports import CentralAnswer
from kiosk.storage.copy_repair import CopyCheck
from kiosk.storage.database import StoreError
from kiosk.storage.store import OutboxRecord, OutboxState, Store, open_store
from kiosk.storage.store_check import StoreCheck, read_store_alarm

AT = "2026-11-23T09:30:00+08:00"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
KEY = SigningKey(b"k" * 32)
DIGEST = "d" * 64
OFFICE = Path("/v1/applications")


class RefusingCentral:
    """A central service that refuses until somebody mends it."""

    def __init__(self) -> None:
        self.mended = False
        self.calls: list[tuple[str, str]] = []

    def call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> CentralAnswer:
        self.calls.append((path, headers["Kiosk-Sequence"]))
        if not self.mended:
            said = SignedRefusal(path, digest(body), "BZ", "no-presence", NOW, KEY.receipt_key.id)
            refusal = sign_refusal(said, {"type": "no-presence"}, KEY)
            return CentralAnswer(422, "application/problem+json", None, refusal)
        name = path.rpartition("/")[2]
        receipt = Receipt(
            name, DIGEST, "BZ", 1, "亳退 0042 7138", NOW, date(2026, 12, 14), KEY.receipt_key.id
        )
        return CentralAnswer(201, "application/json", None, sign_receipt(receipt, KEY))


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
        parcel = OutboxRecord(name, f"{OFFICE}/{name}", "x/y", DIGEST, b"sealed", "刘**", ("R01",))
        assert store.confirm(lambda _, it=parcel: it, AuditEvent.CONFIRMED, AT, {}) is None


def outbox(*arguments: object, site: Path) -> int:
    said = ["outbox", *map(str, arguments), "--settings", str(site / "site.toml")]
    return main.main(said)


def test_what_was_refused_by_mistake_arrives_after_a_retry(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, office = opened(site), RefusingCentral()
    carrier = Outbox(store, office, KEY.receipt_key, lambda: 0.0, lambda: NOW, Random(7))
    confirm(store, "a")
    ((_, refused),) = carrier.deliver_due()
    assert isinstance(refused, Quarantine)
    assert UnsignedRefusals(store, lambda: 1e9, lambda: NOW).release_when_due() == ()
    assert outbox("count", site=site) == 0
    assert capsys.readouterr().out == "1\n"
    assert outbox("list", site=site) == 0
    said = capsys.readouterr().out
    assert "中心不收，原因 no-presence" in said
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
    store.quarantine("b", "status 413", AT, "{}")
    store.delivered("c", "receipt", AT)
    assert send_again(store.database, ["a", "b", "b", "c", "none"], AT) == ("b",)
    assert store.counts() == {
        OutboxState.WAITING: 2,
        OutboxState.DELIVERED: 1,
        OutboxState.QUARANTINED: 0,
    }
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
    store.quarantine("a", "open-case", AT, "{}")
    store.quarantine("b", "status 413", AT, "{}")
    assert outbox("retry", "all", site=site) == 0
    assert "重新送 1 件" in (said := capsys.readouterr().out)
    assert "另有 1 件没动" in said
    assert [one.id for one in store.due(0.0)] == ["b", "c"]
    assert outbox("retry", "a", site=site) == 0  # who names it means it
    assert store.counts()[OutboxState.QUARANTINED] == 0
    store.close()


def aside_unsigned(store: Store, *names: str) -> None:
    """Set aside as the version before did: no signed text beside it."""
    for name in names:
        store.quarantine(name, "status 404", AT, "")


def bodies(store: Store) -> list[tuple[str, int, bytes]]:
    return [(one.id, one.sequence, one.body) for one in store.due(0.0)]


def test_what_an_older_version_set_aside_unsigned_returns_within_an_hour(site: Path) -> None:
    store, clock = opened(site), [5000.0]
    names = [f"0198c0de-0000-7000-8000-{number:012d}" for number in range(30)]
    confirm(store, *names)
    before = bodies(store)
    aside_unsigned(store, *names)
    store.quarantine(names[3], "other-digest", AT, "{}")  # signed: it stays
    assert withdraw(store.database, names[4], AT)
    seen: list[str] = []
    for minute in range(62):
        if minute == 20:  # a new start goes on where it was
            store.close()
            store = opened(site)
        clock[0] = 5000.0 + 60.0 * minute
        seen += UnsignedRefusals(store, lambda: clock[0], lambda: NOW).release_when_due()
        wanted = [one for one in names if delay_of(one) <= 60.0 * minute]
        assert set(seen) == set(wanted) - {names[3], names[4]}
    assert bodies(store) == [one for at, one in enumerate(before) if at not in (3, 4)]
    events = [one.event for one in store.audit() if one.event is AuditEvent.REQUEUED]
    assert len(events) == 28
    assert store.value_of("unsigned_refusals_since") == ""
    store.close()


def test_their_turns_are_spread_evenly() -> None:
    turns = [delay_of(f"id-{number}") for number in range(6000)]
    assert min(turns) >= 0.0
    assert max(turns) < SPREAD_SECONDS
    tenths = Counter(int(10 * turn / SPREAD_SECONDS) for turn in turns)
    assert min(tenths.values()) > 450


@pytest.mark.parametrize("kept", ["", "tomorrow", "nan", "9000.0"])
def test_a_clock_that_was_set_back_or_a_damaged_note_begins_anew(site: Path, kept: str) -> None:
    store, clock = opened(site), [100.0]
    confirm(store, "a")
    aside_unsigned(store, "a")
    store.keep_value("unsigned_refusals_since", kept)
    old = UnsignedRefusals(store, lambda: clock[0], lambda: NOW)
    assert old.release_when_due() == ()
    clock[0] += SPREAD_SECONDS
    assert old.release_when_due() == ("a",)
    assert old.release_when_due() == ()
    store.close()


def test_what_was_withdrawn_is_shredded_and_never_sent(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = opened(site)
    paper, content = "e" * 64, b"a sealed page that is not found again"
    store.add_paper("a", paper, content)
    one = OutboxRecord("a", f"{OFFICE}/a", "x/y", DIGEST, b"sealed words", papers=(paper,))
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    confirm(store, "b")
    assert outbox("withdraw", "a", site=site) == 1  # it waits: the service may have it
    assert "outbox list" in capsys.readouterr().err
    aside_unsigned(store, "a", "b")
    assert outbox("withdraw", "a", site=site) == 0
    assert "已撤回" in capsys.readouterr().out
    assert outbox("withdraw", "a", site=site) in (0, 1)
    assert [one.id for one in read_undelivered(store.database)] == ["b"]
    assert send_again(store.database, ["a", "b"], AT) == ("b",)
    assert store.papers_due(0.0) == ()
    store.close()
    for file in site.iterdir():
        assert content not in file.read_bytes()
        assert b"sealed words" not in file.read_bytes()


def test_the_second_copies_of_what_was_withdrawn_are_shredded(site: Path) -> None:
    """Neither the running program nor a start finds anything lost, or brings it back."""
    store, paper = opened(site), "e" * 64
    store.end_withdrawn_copies()  # without a file of second copies, as on a hall's server
    check = StoreCheck(store, None, "BZ", lambda: NOW)
    assert check.attach() is None
    content = b"a sealed page that is not found again"
    paper = digest(content)
    store.add_paper("a", paper, content)
    words = b"sealed words that are not found again"
    one = OutboxRecord("a", f"{OFFICE}/a", "x/y", digest(words), words, papers=(paper,))
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    store.end_withdrawn_copies()
    aside_unsigned(store, "a")
    copies = site / "kiosk.db.copies"
    assert all(said in copies.read_bytes() for said in (content, words))
    assert outbox("withdraw", "a", site=site) == 0
    store.end_withdrawn_copies()
    for file in site.iterdir():
        assert not any(said in file.read_bytes() for said in (content, words)), file
    assert check.compare() == CopyCheck()
    store.close()
    again = opened(site)
    later = StoreCheck(again, None, "BZ", lambda: NOW)
    assert later.attach() is None
    assert later.compare() == CopyCheck()
    assert read_undelivered(again.database) == ()
    again.close()


def test_a_start_shreds_what_was_withdrawn_while_nothing_ran(site: Path) -> None:
    store = opened(site)
    assert StoreCheck(store, None, "BZ", lambda: NOW).attach() is None
    content, words = b"a sealed page", b"sealed words"
    store.add_paper("a", digest(content), content)
    one = OutboxRecord("a", f"{OFFICE}/a", "x/y", digest(words), words, papers=(digest(content),))
    assert store.confirm(lambda _: one, AuditEvent.CONFIRMED, AT, {}) is None
    aside_unsigned(store, "a")
    store.close()
    assert outbox("withdraw", "a", site=site) == 0
    again = opened(site)
    check = StoreCheck(again, None, "BZ", lambda: NOW)
    assert check.attach() is None
    assert read_store_alarm(again).brief == ""
    for said in (content, words):
        assert said not in (site / "kiosk.db.copies").read_bytes()
    again.close()


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
        patch.setattr("kiosk.delivery.outbox_commands.read_undelivered", _full)
        assert outbox("list", site=site) == 1
    assert "磁盘满了" in capsys.readouterr().err
    (site / "site.toml").write_text("[store]\nway = 1\n")
    assert outbox("list", site=site) == 1
    assert "way" in capsys.readouterr().err


def _full(_database: object) -> None:
    from kiosk.failures import Failure

    raise StoreError(Failure.DISK_FULL)


def test_main_knows_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["outbox", "--help"]) == 0
    assert "retry" in capsys.readouterr().out
