"""From a printed card to a terminal that is let in: paper, scanner, API, fleet page, settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.fleet.enrolment_cards import PlannedTerminal
from drivers.central.client import CentralClient
from kiosk.config.settings_reader import read_settings
from kiosk.crypto.terminal_key import fingerprint
from kiosk.pages.first_start import FirstStartStage
from tests.central.standing import NOON, numbered
from tests.drivers.central.lines import LIMIT
from tests.end_to_end.first_start.new_terminal import (
    NAME,
    POINT,
    ControlRoomSite,
    NewTerminal,
    control_room,
)
from wiring.delivery_service import identity_of
from wiring.places import CONFIG, DEFAULTS


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ControlRoomSite]:
    with control_room(tmp_path / "room") as site:
        yield site


@pytest.fixture
def terminal(room: ControlRoomSite, tmp_path: Path) -> NewTerminal:
    return NewTerminal(tmp_path / "one", room.url, room.confirm)


def stages(terminal: NewTerminal) -> list[str]:
    return [one.stage.value for one in terminal.seen]


def test_a_card_two_people_and_nothing_typed(room: ControlRoomSite, terminal: NewTerminal) -> None:
    terminal.cards = room.print_card()
    assert terminal.run()
    assert stages(terminal) == ["card", "asking", "digits", "enrolled"]
    shown = terminal.seen[2]
    assert (shown.terminal, shown.point) == (NAME, POINT)
    settings = terminal.settings()
    assert (settings.terminal.code, settings.terminal.point) == (NAME, POINT)
    desk = read_settings(DEFAULTS, CONFIG / "profiles" / "desk.toml", terminal.site)
    assert (settings.panel, settings.id_card_reader) == (desk.panel, desk.id_card_reader)
    identity = identity_of(settings)
    assert fingerprint(identity.key.public) == shown.digits
    client = CentralClient(room.url, lambda: identity.key, LIMIT, lambda: 0.0, lambda: NOON)
    path = f"/v1/applications/{numbered(1)}/progress"
    assert client.call("GET", path).status == 404  # let in; there is no such application
    assert not list((terminal.folder / "own").glob("*.pending"))


def test_it_is_not_let_in_by_one_person(room: ControlRoomSite, terminal: NewTerminal) -> None:
    terminal.cards = room.print_card()
    terminal.on_digits = lambda digits: room.confirm(digits, people=1)
    assert not terminal.run()
    assert not (terminal.folder / "own" / "identity").exists()
    terminal.on_digits = room.confirm
    assert terminal.run()  # switched off and on: the same key, the same digits
    digits = {one.digits for one in terminal.seen if one.digits}
    assert len(digits) == 1


def test_a_card_that_is_used_twice(
    room: ControlRoomSite, terminal: NewTerminal, tmp_path: Path
) -> None:
    (card,) = room.print_card()
    terminal.cards = [card]
    assert terminal.run()
    other = NewTerminal(tmp_path / "two", room.url, room.confirm, [card])
    assert not other.run()
    assert "这张卡别的机器用过了" in other.seen[-1].trouble
    other.cards = room.print_card(PlannedTerminal("BZ-CARD-2", POINT))
    assert other.run()  # it stays usable: the next card lets it in
    assert other.settings().terminal.hardware == "upright"


def test_a_card_after_its_time(room: ControlRoomSite, terminal: NewTerminal) -> None:
    terminal.cards = room.print_card()
    room.central.clock[0] += timedelta(days=15)
    assert not terminal.run()
    assert "过了有效期" in terminal.seen[-1].trouble
    terminal.cards = room.print_card()
    assert terminal.run()


def test_what_is_no_card(room: ControlRoomSite, terminal: NewTerminal) -> None:
    terminal.cards = ["https://example.invalid/", *room.print_card()]
    assert terminal.run()
    assert "不是登记卡" in terminal.seen[1].trouble


def test_a_card_that_was_printed_anew(room: ControlRoomSite, terminal: NewTerminal) -> None:
    terminal.cards = room.print_card()
    terminal.cards += room.print_card()
    assert terminal.run()
    assert any("重印过" in one.trouble for one in terminal.seen)


@pytest.mark.parametrize(
    "other",
    [PlannedTerminal("BZ-CARD-9", POINT), PlannedTerminal(NAME, "BZ-QC-01")],
    ids=["another terminal", "another point"],
)
def test_a_card_for_another_point(
    room: ControlRoomSite, terminal: NewTerminal, other: PlannedTerminal
) -> None:
    """What a card assigned stays: an enrolled terminal does not become another by a card."""
    terminal.cards = room.print_card()
    assert terminal.run()
    before = (terminal.folder / "own" / "assigned.toml").read_bytes()
    (terminal.folder / "own" / "identity").unlink()
    terminal.cards = room.print_card(other)
    assert not terminal.run()
    assert f"这张卡是给 {other.terminal} {other.point} 的" in terminal.seen[-1].trouble
    assert (terminal.folder / "own" / "assigned.toml").read_bytes() == before
    terminal.cards = room.print_card()
    assert terminal.run()


def test_refused_by_a_person(room: ControlRoomSite, terminal: NewTerminal) -> None:
    def refuse(_digits: str) -> None:
        room.confirm("", people=2)
        (waiting,) = room.desk.context.fleet.enrolments.waiting()
        path = f"/fleet/enrolments/{waiting.id}/refuse"
        room.people[0].post(path, {"reason": "不是这台"}, "/fleet")

    terminal.cards = room.print_card()
    terminal.on_digits = refuse
    assert not terminal.run()
    assert "中心没有同意" in terminal.seen[-1].trouble
    terminal.cards, terminal.on_digits = room.print_card(), room.confirm
    assert terminal.run()


def test_without_a_scanner_it_waits_for_one(room: ControlRoomSite, terminal: NewTerminal) -> None:
    terminal.cards = room.print_card()
    assert not terminal.run(scanner_there=False)
    assert stages(terminal) == ["scannerless"]
    assert terminal.run()


def test_without_the_line_it_goes_on_when_that_is_back(
    room: ControlRoomSite, terminal: NewTerminal
) -> None:
    terminal.cards, terminal.url = room.print_card(), "http://127.0.0.1:1"
    terminal.__post_init__()
    assert not terminal.run()
    assert "连不上中心" in terminal.seen[-1].trouble
    terminal.url = room.url
    terminal.__post_init__()
    assert terminal.run()  # the card is not asked for again
    assert stages(terminal).count(FirstStartStage.CARD.value) == 1


def test_what_a_card_may_say_is_code_point_and_model(
    room: ControlRoomSite, terminal: NewTerminal
) -> None:
    terminal.cards = room.print_card()
    assert terminal.run()
    said = (terminal.folder / "own" / "assigned.toml").read_text("utf-8")
    assert said == f'[terminal]\ncode = "{NAME}"\npoint = "{POINT}"\nhardware = "desk"\n'
