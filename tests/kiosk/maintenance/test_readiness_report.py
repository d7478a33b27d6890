"""The readiness report says what was seen, and the cure of whatever is not in order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.schema import read_table
from kiosk.config.settings import MaintenanceSettings, Profile
from kiosk.delivery.lost_ratings import LostRatingCounter
from kiosk.failures import Curer, Failure, read_cures, read_titles
from kiosk.maintenance.network_test import LineTest, Link, LinkResult
from kiosk.maintenance.outbox_summary import look_at_queue
from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from kiosk.maintenance.report_formats import Forms
from kiosk.maintenance.report_lines import (
    CopiesLook,
    DeviceLook,
    DiskLook,
    FindingLook,
    Judge,
    Looks,
    QueueLook,
)
from kiosk.slip import Size, SlipLine
from kiosk.storage.store import OutboxRecord, Store, open_store
from kiosk.storage.store_check import StoreCheck
from tests.kiosk.invented_people import CONFIG, handbook

WORDS = read_table(CONFIG / "texts" / "upkeep.toml")
CURES = read_cures(CONFIG / "texts" / "failures.toml")
TITLES = read_titles(CONFIG / "texts" / "failures.toml")
FORMS = Forms(WORDS)
LIMITS = MaintenanceSettings()
NOON = datetime(2026, 11, 26, 12, tzinfo=timezone(timedelta(hours=8)))
GIB = 1 << 30
WELL = Looks(
    Profile.PRODUCTION,
    (DeviceLook("idcard", None, "/dev/kiosk/idcard"),),
    (FindingLook("字体", "3 个文件"),),
    (LinkResult(Link.CENTRAL, None, "62 ms"),),
    0.0,
    DiskLook(50 * GIB, 100 * GIB, GIB),
    45.0,
    QueueLook(0, 0, 0.0),
    {"app": "0.1.0"},
)


def sheet(looks: Looks = WELL) -> Sheet:
    lines = Judge(WORDS, CURES, TITLES, LIMITS).lines(looks)
    return Sheet("BZ-DEMO-0001", "BZ-DEMO", looks.profile.value, "0.1.0", NOON, lines)


def ill(looks: Looks) -> list[SheetLine]:
    return [one for one in sheet(looks).lines if one.state is not LineState.GREEN]


def test_a_terminal_in_order_is_green():
    assert sheet().state is LineState.GREEN
    assert [one.cure for one in sheet().lines if one.cure] == []
    assert len(sheet().lines) == len({one.name for one in sheet().lines}) == 10


CASES: dict[str, tuple[dict[str, Any], LineState, Failure]] = {
    "a device": (
        {"devices": (DeviceLook("camera", Failure.CAMERA_LOST, "/dev/video0"),)},
        LineState.RED,
        Failure.CAMERA_LOST,
    ),
    "a link": (
        {"steps": (LinkResult(Link.DNS, Failure.DNS_LIES, "127.0.0.1"),)},
        LineState.RED,
        Failure.DNS_LIES,
    ),
    "a slow line": (
        {"steps": (LinkResult(Link.LATENCY, Failure.CENTRAL_SLOW, "2100 ms"),)},
        LineState.AMBER,
        Failure.CENTRAL_SLOW,
    ),
    "a clock ahead": (
        {"ahead": LIMITS.max_clock_offset_seconds + 1},
        LineState.RED,
        Failure.CLOCK_WRONG,
    ),
    "a clock behind": (
        {"ahead": -LIMITS.max_clock_offset_seconds - 1},
        LineState.RED,
        Failure.CLOCK_WRONG,
    ),
    "no clock to compare": ({"ahead": None}, LineState.AMBER, Failure.CENTRAL_UNREACHABLE),
    "no room": ({"disk": DiskLook(1, 4, 2)}, LineState.RED, Failure.DISK_FULL),
    "little room": ({"disk": DiskLook(5 * GIB, 100 * GIB, GIB)}, LineState.AMBER, Failure.DISK_LOW),
    "hot": ({"celsius": 96.0}, LineState.AMBER, Failure.TOO_HOT),
    "set aside": ({"queue": QueueLook(1, 1, 9.0)}, LineState.AMBER, Failure.OUTBOX_REFUSED),
    "misrouted": (
        {"queue": QueueLook(3, 1, 9.0, unsigned=2)},
        LineState.AMBER,
        Failure.OUTBOX_MISROUTED,
    ),
    "stuck": ({"queue": QueueLook(1, 0, 90_000.0)}, LineState.AMBER, Failure.OUTBOX_STUCK),
    "a lost rating": (
        {"queue": QueueLook(0, 0, 0.0, 2, "2026-11-20", 6)},
        LineState.AMBER,
        Failure.RATING_LOST,
    ),
    "repaired": (
        {"queue": QueueLook(0, 0, 0.0, copies=CopiesLook(2, 0, 0, 0, "2026-11-20", 6))},
        LineState.AMBER,
        Failure.STORE_REPAIRED,
    ),
    "lost in both": (
        {"queue": QueueLook(0, 0, 0.0, copies=CopiesLook(2, 1, 0, 0, "2026-11-20", 6))},
        LineState.RED,
        Failure.STORE_LOST,
    ),
    "numbers that are unknown": (
        {"queue": QueueLook(0, 0, 0.0, copies=CopiesLook(0, 0, 3, 0, "2026-11-20", 0))},
        LineState.RED,
        Failure.STORE_LOST,
    ),
    "another database": (
        {"queue": QueueLook(0, 0, 0.0, copies=CopiesLook(0, 0, 0, 1, "2026-11-20", 0))},
        LineState.RED,
        Failure.STORE_LOST,
    ),
    "no database": ({"queue": Failure.STORE_LOCKED}, LineState.RED, Failure.STORE_LOCKED),
}


@pytest.mark.parametrize("name", CASES)
def test_whatever_is_wrong_is_named_with_its_cure(name):
    changed, state, failure = CASES[name]
    (line,) = ill(replace(WELL, **changed))
    assert (line.state, line.cure) == (state, CURES[failure])
    assert sheet(replace(WELL, **changed)).state is state


@pytest.mark.parametrize(
    "changed",
    [
        {"ahead": LIMITS.max_clock_offset_seconds - 1},
        {"ahead": 3 - LIMITS.max_clock_offset_seconds},
        {"celsius": None},
        {"queue": None},
        {"queue": QueueLook(2, 0, 3600.0)},
        {"queue": QueueLook(0, 0, 0.0, copies=CopiesLook(2, 1, 3, 1, "2026-11-20", 7))},
        {"queue": QueueLook(0, 0, 0.0, 2, "2026-11-19", 7)},
        {"disk": DiskLook(0, 0, 0), "profile": Profile.PRODUCTION},
    ],
    ids=str,
)
def test_what_is_within_its_limits_is_green(changed):
    if changed.get("disk"):
        assert [one.name for one in ill(replace(WELL, **changed))] == ["disk"]
    else:
        assert ill(replace(WELL, **changed)) == []


def test_ratings_that_were_lost_are_counted_on_the_sheet():
    def line(**lost: Any) -> str:
        (found,) = (
            one
            for one in sheet(replace(WELL, queue=QueueLook(0, 0, 0.0, **lost))).lines
            if one.name == "ratings"
        )
        return found.evidence

    assert line() == "没有"
    assert line(lost=2, lost_on="2026-11-20", lost_days=6) == "共 2 条，最近一条是 2026-11-20"
    assert line(lost=2, lost_on="2026-01-20", lost_days=300) == "共 2 条，最近一条是 2026-01-20"


def test_a_cure_that_knows_more_comes_first():
    look = DeviceLook("idcard", Failure.READER_BUSY, "tty", "minicom (77) 正占着它，请先关掉。")
    (line,) = ill(replace(WELL, devices=(look,)))
    assert line.cure == look.cure


FOUND = (
    FindingLook("声音", "没有声卡", "请接好喇叭或声卡"),
    FindingLook("令牌", "没有", "请重新登记", bears=False),
)


def test_what_the_doctor_warns_of_keeps_no_training_from_being_ready():
    real = sheet(replace(WELL, findings=FOUND))
    assert [one.state for one in real.of(LineState.AMBER)] == [LineState.AMBER]
    assert [one.subject for one in real.of(LineState.RED)] == ["令牌"]
    back = FindingLook("设置", "x 试过不行", "请修好", failure=Failure.SETTINGS_RETURNED)
    told = sheet(replace(WELL, findings=(back,), profile=Profile.TRAINING))
    assert [one.failure for one in told.of(LineState.AMBER)] == [Failure.SETTINGS_RETURNED]
    training = replace(WELL, findings=FOUND, profile=Profile.TRAINING)
    assert [one.subject for one in ill(training)] == ["令牌"]
    warned = next(one for one in sheet(training).lines if one.subject == "声音")
    assert warned.evidence.startswith("没有声卡（")


def test_nothing_looked_at_is_not_ready():
    assert replace(sheet(), lines=()).state is LineState.RED


def test_the_line_ends_where_its_first_link_fails():
    broken = LinkResult(Link.TCP, Failure.PORT_CLOSED, "1.2.3.4:443")
    line = LineTest((LinkResult(Link.DNS, None, "1.2.3.4"), broken))
    assert line.failing is broken
    assert LineTest(line.steps[:1]).failing is None


BAD = replace(
    WELL,
    devices=(DeviceLook("printer", Failure.PAPER_OUT, "tcp://<printer>:9100"),),
    queue=QueueLook(3, 1, 7200.0),
)


def test_as_text_each_cure_stands_below_its_line():
    text = FORMS.as_text(sheet(BAD))
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "小票打印机" in line)
    assert lines[at].startswith("不行")
    assert CURES[Failure.PAPER_OUT] in lines[at + 1]
    assert lines[-1] == "还不能服务，有 1 项要处理"
    assert "等着送 3 件，中心没收 1 件，最久 2.0 小时" in text


def test_what_it_comes_to_is_said_in_one_line():
    assert FORMS.verdict(sheet()) == "全部正常，可以开始服务"
    assert FORMS.verdict(sheet(replace(WELL, celsius=99.0))) == "可以服务，有 1 项要注意"


def test_as_json_programs_read_it_again():
    told = json.loads(FORMS.as_json(sheet(BAD)))
    assert told["state"] == "red"
    assert datetime.fromisoformat(told["at"]) == NOON
    assert told["lines"][0]["cure"] == CURES[Failure.PAPER_OUT]
    assert [one["state"] for one in told["lines"]].count("green") == 8


def test_as_a_page_nothing_breaks_out_of_its_cell():
    page = FORMS.as_html(sheet(BAD))
    assert "tcp://&lt;printer&gt;:9100" in page
    assert page.count("<tr>") == len(sheet(BAD).lines)
    assert "size: A4" in page
    assert 'src="' not in page  # it stands alone


def width(line: SlipLine) -> int:
    return sum(2 if ord(sign) > 0x2000 else 1 for sign in line.text)


@pytest.mark.parametrize("columns", [32, 48])
def test_on_the_slip_every_line_fits(columns):
    parts = [one for one in FORMS.as_slip(sheet(BAD), columns).parts if isinstance(one, SlipLine)]
    assert all(width(one) <= columns for one in parts if one.size is Size.NORMAL)
    text = "".join(one.text for one in parts)
    assert CURES[Failure.PAPER_OUT] in text
    assert "3 个文件" not in text  # of what is well only the name
    assert "好 字体" in text


def test_every_line_has_its_subject():
    names = {f"network.{link.value}" for link in Link}
    names |= {f"device.{one}" for one in ("idcard", "sscard", "scanner", "camera", "printer")}
    assert names | {"device.paper_camera"} <= set(WORDS["subjects"])
    assert set(WORDS["profiles"]) == set(Profile)
    assert set(WORDS["states"]) == set(LineState)


def test_only_a_technician_needs_a_cure_of_a_cable():
    for failure, words in handbook().failures.items():
        assert (failure in CURES) >= (words.who is Curer.TECHNICIAN)


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    yield opened
    opened.close()


def test_an_empty_queue_waits_for_nothing(store):
    store.record_event(AuditEvent.STARTED, "BZ-DEMO-0001", NOON.isoformat())
    assert look_at_queue(store, NOON) == QueueLook(0, 0, 0.0)


def test_the_queue_says_how_much_and_since_when(store):
    for name, age in (("a", 5), ("b", 60), ("c", -5)):
        one = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d" * 64, b"sealed", "刘**")
        at = (NOON - timedelta(minutes=age)).isoformat()
        assert store.confirm(lambda _, one=one: one, AuditEvent.CONFIRMED, at, {}) is None
    store.quarantine("b", "status 422", NOON.isoformat(), "{}")
    assert look_at_queue(store, NOON) == QueueLook(2, 1, 300.0)
    assert look_at_queue(store, NOON - timedelta(hours=1)) == QueueLook(2, 1, 0.0)
    store.try_later("a", 0.0, "unsigned refusal, status 404")
    assert look_at_queue(store, NOON) == QueueLook(2, 1, 300.0, unsigned=1)


def test_the_queue_tells_of_lost_ratings_and_how_long_ago(store):
    losses = LostRatingCounter(store, "BZ-DEMO-0001", lambda: NOON - timedelta(days=3, hours=1))
    losses.count(Failure.DISK_FULL)
    losses.write_down()
    assert look_at_queue(store, NOON) == QueueLook(0, 0, 0.0, 1, "2026-11-23", 3)
    assert look_at_queue(store, NOON - timedelta(days=9)).lost_days == 0


def test_the_queue_tells_what_database_and_copies_did_not_agree_on(store):
    check = StoreCheck(store, None, "BZ-1", lambda: NOON - timedelta(days=2))
    assert check.attach() is None
    assert look_at_queue(store, NOON).copies is None
    assert check.learn_highest(4)
    assert look_at_queue(store, NOON).copies == CopiesLook(0, 0, 4, 1, "2026-11-24", 2)
