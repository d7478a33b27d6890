"""Asia/Shanghai is the only zone in which the program counts, stores and prints days."""

from __future__ import annotations

import ast
import logging
import time
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from drivers.clock import SystemClock
from kiosk.civil_time import ZONE_NAME, civil_day, civil_now, start_of_day, to_civil
from kiosk.log import TimedFormatter, line_of
from kiosk.slip import SlipLine
from kiosk.visit.step_parts.slips import slip_of
from tests.kiosk.invented_people import InventedVisitor

ROOT = Path(__file__).parents[1]
ONE_MODULE = ROOT / "kiosk" / "civil_time.py"
SOURCES = ("kiosk", "drivers", "screens", "central", "phone", "wiring", "script")
EARLY = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
"""01:30 on the 24th in Bozhou, as a machine in UTC says it."""

# Methods that read the machine's zone when they get fewer arguments than this.
NAIVE = {
    "now": 1,
    "astimezone": 1,
    "fromtimestamp": 2,
    "today": 99,
    "utcnow": 99,
    "utcfromtimestamp": 99,
    "localtime": 99,
    "mktime": 99,
    "ctime": 99,
    "tzset": 99,
    "combine": 3,
}
CLASSES = ("datetime", "date", "time", "dt")
OWN_ZONES = ("ZoneInfo", "timezone", "tzlocal")


@pytest.fixture
def machine_in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def naive_places(source: str) -> list[str]:
    """Each place of a module that would ask the machine's zone, or bring a zone of its own."""
    found = [_naive(node) for node in ast.walk(ast.parse(source))]
    return [place for place in found if place]


def _naive(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=args, keywords=more):
            return _naive_call(node, ast.unparse(owner), name, len(args) + len(more))
        case ast.Call(func=ast.Name(id=name)) if name in OWN_ZONES:
            return f"{node.lineno}: {name}()"
        case ast.FormattedValue(value=value, format_spec=ast.JoinedStr() as spec):
            said = ast.unparse(spec)
            shown = isinstance(value, ast.Call) and ast.unparse(value.func) in {
                "to_civil",
                "civil_time_of",
            }
            return f"{value.lineno}: {said}" if "%H" in said and not shown else ""
        case ast.Constant(value=str(said)) if "%(asctime)" in said:
            return f"{node.lineno}: asctime"
    return ""


def _naive_call(node: ast.Call, owner: str, name: str, given: int) -> str:
    ours = owner.rsplit(".", maxsplit=1)[-1] in CLASSES or name == "astimezone"
    if ours and given < NAIVE.get(name, 0):
        return f"{node.lineno}: {owner}.{name}()"
    # The day of a moment is counted in the zone that the moment happens to carry.
    return f"{node.lineno}: {owner}.date()" if name == "date" and not given else ""


def test_no_module_but_one_asks_the_machine_for_a_day_or_a_zone() -> None:
    files = [ROOT / "main.py", *(one for top in SOURCES for one in (ROOT / top).rglob("*.py"))]
    assert len(files) > 400
    found = {
        f"{file.relative_to(ROOT)}:{place}"
        for file in files
        if file != ONE_MODULE
        for place in naive_places(file.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now()",
        "datetime.now().astimezone()",
        "moment.astimezone()",
        "date.today()",
        "datetime.utcnow()",
        "datetime.combine(day, time.min)",
        "datetime.datetime.fromtimestamp(7)",
        "time.localtime()",
        "moment.date()",
        "ZoneInfo('Europe/Paris')",
        "timezone(timedelta(hours=9))",
        "f'{moment:%Y-%m-%d %H:%M}'",
        "basicConfig(format='%(asctime)s %(message)s')",
    ],
)
def test_the_search_finds_each_way_to_the_machines_zone(line: str) -> None:
    assert naive_places(line)


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now(UTC)",
        "moment.astimezone(CIVIL_ZONE)",
        "datetime.fromtimestamp(7, CIVIL_ZONE)",
        "clock.now()",
        "self.today()",
        "date(2026, 11, 24)",
        "f'{to_civil(moment):%H:%M}'",
        "f'{day:%Y-%m-%d}'",
    ],
)
def test_the_search_leaves_the_others_alone(line: str) -> None:
    assert naive_places(line) == []


@pytest.mark.skipif(
    ZONE_NAME not in zoneinfo.available_timezones(), reason="this machine has no tzdata"
)
def test_the_fixed_offset_is_that_of_the_zone_ever_since_1992() -> None:
    zone = zoneinfo.ZoneInfo(ZONE_NAME)
    moment = datetime(1992, 1, 1, tzinfo=UTC)
    while moment.year < 2060:
        assert moment.astimezone(zone).replace(tzinfo=None) == to_civil(moment).replace(tzinfo=None)
        moment += timedelta(days=1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        civil_day(EARLY.replace(tzinfo=None))


@pytest.mark.usefixtures("machine_in_utc")
def test_a_clock_on_a_machine_in_utc_tells_the_time_in_bozhou() -> None:
    now = SystemClock(EARLY.timestamp).now()
    assert now.isoformat() == "2026-11-24T01:30:00+08:00"
    assert civil_now(EARLY.timestamp) == now == EARLY
    assert start_of_day(date(2026, 11, 24)) == now - timedelta(minutes=90)


@pytest.mark.usefixtures("machine_in_utc")
def test_log_lines_of_a_machine_in_utc_are_timed_in_bozhou() -> None:
    record = logging_record(EARLY.timestamp())
    assert '"at": "2026-11-24T01:30:00.000+08:00"' in line_of(record)
    assert TimedFormatter().format(record) == "2026-11-24 01:30:00.000+08:00 stopped"


def logging_record(created: float) -> logging.LogRecord:
    record = logging.LogRecord("kiosk", logging.WARNING, "here.py", 1, "stopped", (), None)
    record.created = created
    return record


@pytest.mark.usefixtures("machine_in_utc")
def test_a_slip_of_a_machine_in_utc_is_dated_the_24th() -> None:
    """cases.md, row 24, on the terminal: signed at 01:30 in Bozhou."""
    visitor = InventedVisitor(now=EARLY).at_receipt()
    texts = [
        one.text
        for one in slip_of(visitor.visit, visitor.table.book).parts
        if isinstance(one, SlipLine)
    ]
    assert any("2026-11-24 01:30" in one for one in texts)
    assert not any("11-23" in one for one in texts)
