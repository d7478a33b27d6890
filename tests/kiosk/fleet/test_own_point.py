"""Service points: the signed list is verified, kept over restarts, and never lost to a worse one."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.config.settings import Profile, Settings
from kiosk.config.settings_reader import read_settings
from kiosk.crypto.envelope import OpeningKey, canonical, digest
from kiosk.crypto.receipt import ReceiptKey, SigningKey, sign_document
from kiosk.crypto.rotation import Rotation, sign_rotation
from kiosk.fleet.own_point import kept_points, own_point
from kiosk.fleet.point_list import KeptPoints, PointList, read_point_list, sign_point_list
from kiosk.fleet.point_updates import PATH, PointUpdates
from kiosk.ports import CentralAnswer, Trouble
from kiosk.retirement.points import PointKind, ServicePoint
from kiosk.visit.reference_data import read_handbook
from tests.kiosk.invented_people import NOW
from tests.kiosk.retirement.shipped import CONFIG, DIVISIONS

OLD, NEW, STRANGER = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
SEALING = OpeningKey(bytes([9]) * 32).sealing
HALL = ServicePoint("BZ-QC-01", "花戏楼社区便民服务点", PointKind.COMMUNITY, "341602001001")
BANK = ServicePoint("BZ-GY-02", "涡阳银行服务点", PointKind.BANK, "341621")
LISTED = PointList(NOW, {one.code: one for one in (HALL, BANK)})
NOWHERE = Path("/nowhere/service_points.csv")


def rotated() -> list[object]:
    said = Rotation(1, NOW - timedelta(days=1), SEALING, NEW.receipt_key, OLD.receipt_key.id)
    return [json.loads(sign_rotation(said, OLD))]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A production terminal that is enrolled, and has no list yet."""
    found = read_settings(CONFIG / "kiosk.toml")
    keys = {"sealing": SEALING.document(), "receipt": OLD.receipt_key.document()}
    (tmp_path / "central_keys.json").write_bytes(canonical(keys))
    return replace(
        found,
        terminal=replace(found.terminal, point=HALL.code),
        store=replace(found.store, path=str(tmp_path / "kiosk.db")),
        central=replace(found.central, keys=str(tmp_path / "central_keys.json")),
    )


def kept_by(settings: Settings) -> KeptPoints:
    kept = kept_points(settings)
    assert kept is not None
    return kept


def point_of(settings: Settings, packaged: Path = NOWHERE) -> ServicePoint:
    return own_point(settings, packaged, DIVISIONS)


def at(settings: Settings, code: str) -> Settings:
    return replace(settings, terminal=replace(settings.terminal, point=code))


# the document


def test_a_list_is_read_as_it_was_signed() -> None:
    assert read_point_list(sign_point_list(LISTED, OLD), OLD.receipt_key) == LISTED


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "rotation"},
        {"version": 2},
        {"issued_at": "2026-11-24T09:00:00"},
        {"issued_at": 1},
        {"points": [["BZ-1", "一号点", "kiosk", "341602"]]},
        {"points": [["BZ-1"]]},
        {"points": None},
    ],
)
def test_what_is_no_list_is_none(changes: dict[str, object]) -> None:
    said = {**LISTED.document(), "key_id": OLD.receipt_key.id, **changes}
    assert read_point_list(sign_document(said, OLD), OLD.receipt_key) is None


def test_hours_telephone_and_staff_are_signed_beside_the_places() -> None:
    known = replace(HALL, hours="天天", phone="12345", staff=3, is_invented=True)
    more = replace(BANK, hours="天天", phone="")
    listed = PointList(NOW, {known.code: known, more.code: more})
    assert read_point_list(sign_point_list(listed, OLD), OLD.receipt_key) == listed
    assert listed.document()["hours"] == ["天天"]
    for wrong in ([], {"BZ": []}, {"BZ": [1, "", 0, False]}, {"BZ": [0, "", "x", False]}, 1):
        said = {**listed.document(), "key_id": OLD.receipt_key.id, "details": wrong}
        assert read_point_list(sign_document(said, OLD), OLD.receipt_key) is None


def test_nobody_else_signs_a_list() -> None:
    assert read_point_list(sign_point_list(LISTED, STRANGER), OLD.receipt_key) is None
    changed = sign_point_list(LISTED, OLD).replace(b"341621", b"341622")
    assert read_point_list(changed, OLD.receipt_key) is None


# what the terminal goes by


@pytest.mark.parametrize("point", [HALL, BANK])
def test_a_production_terminal_stands_at_any_listed_point(
    settings: Settings, point: ServicePoint
) -> None:
    kept_by(settings).keep(sign_point_list(LISTED, OLD), ())
    assert point_of(at(settings, point.code)) == point
    assert read_handbook(CONFIG, at(settings, point.code)).point == point


def test_a_list_of_a_later_key_counts_after_a_restart_without_the_network(
    settings: Settings,
) -> None:
    kept_by(settings).keep(sign_point_list(LISTED, NEW), rotated())
    assert point_of(settings) == HALL
    kept_by(settings).keep(sign_point_list(LISTED, NEW), ())
    assert not point_of(settings).is_listed


def test_the_demo_point_is_no_place_for_production(settings: Settings) -> None:
    kept_by(settings).keep(sign_point_list(LISTED, OLD), ())
    with pytest.raises(ConfigError) as caught:
        point_of(at(settings, "BZ-DEMO"), CONFIG / "service_points.csv")
    assert "请照派工单改编号" in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        point_of(at(settings, "BZ-QC-10"))
    assert "BZ-QC-01" in str(caught.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"{}", b'{"list":1,"rotations":1}'])
def test_a_terminal_without_a_list_goes_by_its_code(
    settings: Settings, content: bytes | None
) -> None:
    """As after an upgrade from a program that knew no list: it serves, and is told soon."""
    if content is not None:
        kept_by(settings).path.write_bytes(content)
    found = point_of(settings, CONFIG / "service_points.csv")
    assert (found.code, found.name, found.is_listed) == (HALL.code, HALL.code, False)
    assert read_handbook(CONFIG, settings).point == found


def test_settings_are_tried_before_the_terminal_is_enrolled(settings: Settings) -> None:
    Path(settings.central.keys).unlink()
    assert not point_of(settings).is_listed
    assert not point_of(settings, CONFIG / "service_points.csv").is_listed
    assert point_of(at(settings, "BZ-DEMO"), CONFIG / "service_points.csv").is_listed


@pytest.mark.parametrize("code", ["", "BZ QC", "亳州", "B" * 33])
def test_a_code_has_its_form(settings: Settings, code: str) -> None:
    with pytest.raises(ConfigError, match="派工单上的服务点编号"):
        point_of(at(settings, code))


def test_a_demo_goes_by_its_own_file(settings: Settings) -> None:
    kept_by(settings).keep(sign_point_list(LISTED, OLD), ())
    for profile in (Profile.DEMO, Profile.TRAINING):
        demo = at(replace(settings, profile=profile), "BZ-DEMO")
        assert point_of(demo, CONFIG / "service_points.csv").name == "示范社区便民服务点"
    # a terminal of the training room has the list alone, as it was told there
    assert point_of(replace(settings, profile=Profile.TRAINING)) == HALL
    with pytest.raises(ConfigError, match="四列的 CSV"):
        point_of(replace(settings, profile=Profile.DEMO))


# newer lists


@dataclass
class PointListService:
    """Answers with the newest list, or instead."""

    body: bytes = field(default_factory=lambda: sign_point_list(LISTED, OLD))
    instead: CentralAnswer | None = None
    asked: int = 0

    def call(
        self, method: str, path: str, body: bytes = b"", headers: object = None
    ) -> CentralAnswer:
        assert (method, path, body) == ("GET", PATH, b"")
        assert isinstance(headers, dict)
        self.asked += 1
        if self.instead is not None:
            return self.instead
        if headers["If-None-Match"] == f'"{digest(self.body)[:32]}"':
            return CentralAnswer(304)
        return CentralAnswer(200, "application/json", None, self.body)


@dataclass
class TrustedKeys:
    """Trusts these keys."""

    keys: tuple[ReceiptKey, ...] = (OLD.receipt_key, NEW.receipt_key)

    def named(self, name: str) -> ReceiptKey | None:
        return next((key for key in self.keys if key.id == name), None)

    def statements(self) -> list[object]:
        return rotated()


class PointTerminal:
    """One run of a terminal: what it shows, and what it learns meanwhile."""

    def __init__(self, settings: Settings, service: PointListService) -> None:
        self.settings, self.service = settings, service
        self.seconds, self.unlisted = 1000.0, 0
        self.updates = PointUpdates(
            kept=kept_by(settings),
            ring=TrustedKeys(),  # type: ignore[arg-type]
            central=service,
            running=point_of(settings),
            hours=6.0,
            now=lambda: self.seconds,
            on_unlisted=self.count,
        )

    def count(self) -> None:
        self.unlisted += 1

    def later(self) -> None:
        self.seconds += 6 * 3600
        self.updates.learn_when_due()


def newer(points: PointList, days: int = 1) -> PointList:
    return replace(points, issued_at=points.issued_at + timedelta(days=days))


def test_a_terminal_of_an_older_program_gets_its_list(settings: Settings) -> None:
    terminal = PointTerminal(settings, PointListService())
    terminal.updates.learn_when_due()
    assert terminal.updates.changed  # another start shows where it is
    assert point_of(settings) == HALL
    terminal.updates.learn_when_due()
    assert terminal.service.asked == 1
    again = PointTerminal(settings, terminal.service)
    again.updates.learn_when_due()
    assert (again.updates.changed, again.service.asked) == (False, 2)


def test_a_later_list_of_a_later_key_takes_its_place(settings: Settings) -> None:
    terminal = PointTerminal(settings, PointListService())
    terminal.updates.learn_when_due()
    terminal = PointTerminal(settings, terminal.service)
    moved = replace(HALL, name="花戏楼社区便民服务点（新址）")
    points = newer(PointList(NOW, {HALL.code: moved}))
    terminal.service.body = sign_point_list(points, NEW)
    terminal.later()
    assert terminal.updates.changed
    assert point_of(settings) == moved
    terminal.service.body = sign_point_list(LISTED, OLD)
    terminal.later()
    assert point_of(settings) == moved  # nothing older is taken back


def test_a_list_without_the_own_point_is_not_taken_and_told_once(settings: Settings) -> None:
    terminal = PointTerminal(settings, PointListService())
    terminal.updates.learn_when_due()
    terminal.service.body = sign_point_list(newer(PointList(NOW, {BANK.code: BANK})), OLD)
    terminal.later()
    terminal.later()
    assert (terminal.unlisted, point_of(settings)) == (1, HALL)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (CentralAnswer(trouble=Trouble.UNREACHABLE), 2),
        (CentralAnswer(200, "text/html", None, b"<html>"), 2),
        (CentralAnswer(200, "application/json", None, sign_point_list(LISTED, STRANGER)), 2),
        (CentralAnswer(404), 1),
        (CentralAnswer(304), 1),
    ],
)
def test_anything_else_leaves_what_there_is(
    settings: Settings, answer: CentralAnswer, asked: int
) -> None:
    terminal = PointTerminal(settings, PointListService(instead=answer))
    terminal.updates.learn_when_due()
    terminal.updates.learn_when_due()
    assert terminal.service.asked == asked
    assert not terminal.updates.changed
    assert not kept_by(settings).path.exists()


def test_a_disk_that_takes_nothing_keeps_the_old_list(settings: Settings) -> None:
    kept_by(settings).path.mkdir()
    terminal = PointTerminal(settings, PointListService())
    terminal.updates.learn_when_due()
    assert not terminal.updates.changed
