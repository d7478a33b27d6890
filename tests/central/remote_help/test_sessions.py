"""Sessions of remote help: one helper at a time, in memory, and each recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from central.policy import read_policy
from central.remote_help.room_socket import RoomAway, RoomLine, serve_room
from central.remote_help.sessions import HelpEvent, HelpSessions
from kiosk.fleet.remote_help import NOWHERE, RemoteLook
from tests.central.standing import CONFIG, POINT, TERMINAL

POLICY = read_policy(CONFIG / "central.toml").remote_help
ONE = "0198c0de-0000-4000-8000-000000000001"
TWO = "0198c0de-0000-4000-8000-000000000002"


def frame(number: int = 1, page: str = "notice") -> dict[str, Any]:
    choices = [{"words": "退出", "place": 0}] if page else []
    head = {"version": 1, "number": number, "page": page, "step": 1}
    return {**head, "lines": ["办事前请看"], "rows": [], "choices": choices}


@dataclass
class RecordedRoom:
    """Sessions with a clock that a test moves, and what was recorded."""

    now: float = 0.0
    told: list[tuple[HelpEvent, str]] = field(default_factory=list)

    def open(self) -> HelpSessions:
        def record(event: HelpEvent, helper: str, terminal: str, session: str) -> None:
            assert (terminal, session) in ((TERMINAL, ONE), (TERMINAL, TWO))
            self.told.append((event, helper))

        return HelpSessions(POLICY, lambda: self.now, record)


@pytest.fixture
def room() -> RecordedRoom:
    return RecordedRoom()


@pytest.fixture
def sessions(room: RecordedRoom) -> HelpSessions:
    found = room.open()
    assert found.take_frame(ONE, TERMINAL, POINT, frame())
    return found


def test_a_session_waits_until_a_helper_looks(sessions: HelpSessions, room: RecordedRoom) -> None:
    (summary,) = sessions.summaries()
    assert (summary.terminal, summary.point, summary.helper) == (TERMINAL, POINT, "")
    news = sessions.news_of(ONE, TERMINAL)
    assert news is not None
    assert (news.look, news.turn) == (RemoteLook.WAITING, 1)
    view = sessions.look(ONE, "B-0001")
    assert view is not None
    assert (view.frame, view.pointed) == (frame(), NOWHERE)
    again = sessions.news_of(ONE, TERMINAL)
    assert again is not None
    assert (again.look, again.turn) == (RemoteLook.WATCHED, 2)
    assert room.told == [(HelpEvent.BEGAN, "B-0001")]


def test_one_helper_at_a_time(sessions: HelpSessions) -> None:
    assert sessions.look(ONE, "B-0001")
    assert sessions.look(ONE, "B-0002") is None
    assert not sessions.point(ONE, "B-0002", 1, 0)
    sessions.leave(ONE, "B-0002")
    assert sessions.look(ONE, "B-0001")


def test_pointing_at_a_place_of_the_newest_frame(sessions: HelpSessions) -> None:
    sessions.look(ONE, "B-0001")
    assert sessions.point(ONE, "B-0001", 1, 0)
    news = sessions.news_of(ONE, TERMINAL)
    assert news is not None
    assert (news.frame, news.place, news.turn) == (1, 0, 3)
    for number, place in ((2, 0), (1, 1), (1, -1)):
        assert not sessions.point(ONE, "B-0001", number, place), (number, place)
    sessions.take_frame(ONE, TERMINAL, POINT, frame(2))
    view = sessions.look(ONE, "B-0001")
    assert view is not None
    assert view.pointed == NOWHERE, "another page"


def test_a_hidden_page_has_nothing_to_point_at(sessions: HelpSessions) -> None:
    sessions.look(ONE, "B-0001")
    sessions.take_frame(ONE, TERMINAL, POINT, frame(2, ""))
    assert not any(sessions.point(ONE, "B-0001", 2, place) for place in range(-1, 99))


def test_the_person_ends_it(sessions: HelpSessions, room: RecordedRoom) -> None:
    sessions.look(ONE, "B-0001")
    sessions.end(ONE, "BZ-OTHER")
    assert sessions.look(ONE, "B-0001"), "another terminal can't"
    sessions.end(ONE, TERMINAL)
    sessions.end(ONE, TERMINAL)
    assert sessions.look(ONE, "B-0001") is None
    assert room.told == [(HelpEvent.BEGAN, "B-0001"), (HelpEvent.ENDED, "B-0001")]


def test_the_helper_ends_it_and_a_late_frame_does_not_begin_it_anew(
    sessions: HelpSessions, room: RecordedRoom
) -> None:
    sessions.look(ONE, "B-0001")
    sessions.leave(ONE, "B-0001")
    for news in (
        sessions.news_of(ONE, TERMINAL),
        sessions.take_frame(ONE, TERMINAL, POINT, frame(2)),
    ):
        assert news is not None
        assert news.look is RemoteLook.ENDED
    assert sessions.summaries() == ()
    assert room.told[-1] == (HelpEvent.ENDED, "B-0001")


def test_a_helper_whose_page_is_closed_looks_no_more(
    sessions: HelpSessions, room: RecordedRoom
) -> None:
    sessions.look(ONE, "B-0001")
    room.now += POLICY.unseen_seconds + 1
    news = sessions.news_of(ONE, TERMINAL)
    assert news is not None
    assert news.look is RemoteLook.WAITING
    assert room.told[-1] == (HelpEvent.ENDED, "B-0001")
    assert sessions.look(ONE, "B-0002")


def test_a_silent_terminal_is_forgotten_and_may_come_back(
    sessions: HelpSessions, room: RecordedRoom
) -> None:
    sessions.look(ONE, "B-0001")
    room.now += POLICY.silent_seconds + 1
    assert sessions.summaries() == ()
    assert sessions.news_of(ONE, TERMINAL) is None
    assert sessions.take_frame(ONE, TERMINAL, POINT, frame(5))
    assert room.told[-1] == (HelpEvent.ENDED, "B-0001")


def test_no_session_is_longer_than_the_longest(sessions: HelpSessions, room: RecordedRoom) -> None:
    while room.now <= POLICY.longest_seconds:
        room.now += POLICY.silent_seconds - 1
        sessions.take_frame(ONE, TERMINAL, POINT, frame())
    news = sessions.news_of(ONE, TERMINAL)
    assert news is not None
    assert news.look is RemoteLook.ENDED
    room.now += POLICY.longest_seconds + 1
    assert sessions.news_of(ONE, TERMINAL) is None, "nothing is kept for ever"


def test_a_terminal_has_one_session(sessions: HelpSessions) -> None:
    assert sessions.take_frame(TWO, TERMINAL, POINT, frame())
    assert [one.session for one in sessions.summaries()] == [TWO]


def test_another_terminal_gets_nothing_of_it(sessions: HelpSessions) -> None:
    assert sessions.take_frame(ONE, "BZ-OTHER", POINT, frame(9)) is None
    assert sessions.news_of(ONE, "BZ-OTHER") is None
    view = sessions.look(ONE, "B-0001")
    assert view is not None
    assert view.frame["number"] == 1


def test_there_are_no_more_than_the_most(room: RecordedRoom) -> None:
    sessions = room.open()
    for number in range(POLICY.most):
        name = f"0198c0de-0000-4000-8000-{number:012x}"
        assert sessions.take_frame(name, f"BZ-{number}", POINT, frame())
    assert sessions.take_frame(TWO.replace("0198", "0199"), TERMINAL, POINT, frame()) is None


def test_the_pages_ask_over_a_socket(sessions: HelpSessions, tmp_path: Path) -> None:
    path = tmp_path / "help.sock"
    path.write_bytes(b"left by a service that was killed")
    stop = serve_room(path, sessions)
    try:
        line = RoomLine(path)
        assert path.stat().st_mode & 0o777 == 0o660
        assert line.sessions() == sessions.summaries()
        view = line.look(ONE, "B-0001")
        assert view is not None
        assert (view.frame, view.terminal) == (frame(), TERMINAL)
        assert line.look(TWO, "B-0001") is None
        assert line.point(ONE, "B-0001", 1, 0)
        assert not line.point(ONE, "B-0001", 1, 7)
        line.leave(ONE, "B-0001")
        assert line.sessions() == ()
    finally:
        stop()
    with pytest.raises(RoomAway):
        line.sessions()


@pytest.mark.parametrize("asked", [{"ask": "press"}, {"ask": "look"}, {}, {"ask": "take_frame"}])
def test_nothing_else_can_be_asked(
    sessions: HelpSessions, tmp_path: Path, asked: dict[str, str]
) -> None:
    stop = serve_room(tmp_path / "help.sock", sessions)
    try:
        with pytest.raises(RoomAway):
            RoomLine(tmp_path / "help.sock")._ask(**asked)
        assert json.dumps(asked)
    finally:
        stop()
