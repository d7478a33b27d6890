"""The line to a helper in the control room: newest frames, news, and a control room that is away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import Queue
from threading import Lock

import pytest

from drivers.central.remote_help import CentralRemoteHelper, RemoteLineEvents
from kiosk.fleet.remote_help import RemoteLook, RemoteNews
from kiosk.ports import JSON, CentralAnswer, Trouble

LIMIT = 30.0
SESSION = "0198c0de-0000-4000-8000-000000000001"
AWAY = CentralAnswer(trouble=Trouble.UNREACHABLE)
UNKNOWN = CentralAnswer(404, "application/problem+json")


def answer(turn: int, look: RemoteLook, frame: int = -1, place: int = -1) -> CentralAnswer:
    return CentralAnswer(200, JSON, body=RemoteNews(turn, look, frame, place).encode())


@dataclass
class ScriptedRoom:
    """Answers each request with what the test puts there; `heard` are the requests in order."""

    heard: Queue[tuple[str, bytes]] = field(default_factory=Queue)
    puts: Queue[CentralAnswer] = field(default_factory=Queue)
    gets: Queue[CentralAnswer] = field(default_factory=Queue)
    told: Queue[RemoteNews] = field(default_factory=Queue)
    events: list[str] = field(default_factory=list)
    closed: int = 0
    lock: Lock = field(default_factory=Lock)

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        assert method != "PUT" or headers == {"Content-Type": JSON}
        self.heard.put((f"{method} {path}", body))
        waiting = {"PUT": self.puts, "GET": self.gets}.get(method)
        return waiting.get(timeout=LIMIT) if waiting else answer(0, RemoteLook.ENDED)

    def close(self) -> None:
        with self.lock:
            self.closed += 1

    def helper(self) -> CentralRemoteHelper:
        names = ("begun", "watched", "ended")
        events = RemoteLineEvents(*(lambda one=one: self.events.append(one) for one in names))
        return CentralRemoteHelper(lambda _seconds: self, 1.0, events, retry_seconds=0.0)

    def next(self, begins: str) -> tuple[str, bytes]:
        """The next request that begins so; others are passed over."""
        while True:
            found = self.heard.get(timeout=LIMIT)
            if found[0].startswith(begins):
                return found

    def news(self) -> RemoteNews:
        return self.told.get(timeout=LIMIT)


@pytest.fixture
def room() -> ScriptedRoom:
    return ScriptedRoom()


def begun(room: ScriptedRoom) -> CentralRemoteHelper:
    helper = room.helper()
    helper.begin(SESSION, room.told.put)
    helper.show(b"frame 1")
    room.puts.put(answer(1, RemoteLook.WAITING))
    assert room.next("PUT") == (f"PUT /v1/remote-help/{SESSION}", b"frame 1")
    assert room.news().look is RemoteLook.WAITING
    return helper


def finish(room: ScriptedRoom, helper: CentralRemoteHelper) -> None:
    helper.end()
    room.gets.put(AWAY)
    room.puts.put(AWAY)
    helper.join()
    assert room.closed == 2


def test_frames_go_out_and_news_come_back(room: ScriptedRoom) -> None:
    helper = begun(room)
    room.gets.put(answer(2, RemoteLook.WATCHED))
    assert room.next("GET")[0].endswith("?after=1")
    assert room.news().look is RemoteLook.WATCHED
    room.gets.put(answer(3, RemoteLook.WATCHED, 1, 4))
    assert room.next("GET")[0].endswith("?after=2")
    assert room.news() == RemoteNews(3, RemoteLook.WATCHED, 1, 4)
    helper.show(b"frame 2")
    room.puts.put(answer(3, RemoteLook.WATCHED, 1, 4))
    assert room.next("PUT")[1] == b"frame 2"
    finish(room, helper)
    assert room.next("DELETE")
    assert room.events == ["begun", "watched", "ended"]


def test_only_the_newest_of_the_frames_that_wait_is_sent(room: ScriptedRoom) -> None:
    helper = room.helper()
    helper.begin(SESSION, room.told.put)
    helper.show(b"frame 1")
    assert room.next("PUT")[1] == b"frame 1"
    helper.show(b"frame 2")
    helper.show(b"frame 3")
    room.puts.put(answer(1, RemoteLook.WAITING))
    assert room.next("PUT")[1] == b"frame 3"
    room.puts.put(answer(1, RemoteLook.WAITING))
    finish(room, helper)


@pytest.mark.parametrize("trouble", [AWAY, UNKNOWN, CentralAnswer(200, JSON, body=b"{}")])
def test_a_control_room_that_is_away_is_told_and_tried_again(
    room: ScriptedRoom, trouble: CentralAnswer
) -> None:
    helper = room.helper()
    helper.begin(SESSION, room.told.put)
    helper.show(b"frame 1")
    room.puts.put(trouble)
    assert room.news().look is RemoteLook.AWAY
    room.puts.put(answer(1, RemoteLook.WAITING))
    assert room.news().look is RemoteLook.WAITING
    assert [room.next("PUT")[1], room.next("PUT")[1]] == [b"frame 1", b"frame 1"]
    finish(room, helper)


@pytest.mark.parametrize("trouble", [AWAY, UNKNOWN])
def test_a_service_that_was_started_anew_gets_the_frame_again(
    room: ScriptedRoom, trouble: CentralAnswer
) -> None:
    helper = begun(room)
    room.gets.put(trouble)
    assert room.news().look is RemoteLook.AWAY
    assert room.next("PUT")[1] == b"frame 1"
    room.puts.put(answer(1, RemoteLook.WAITING))
    assert room.news().look is RemoteLook.WAITING
    finish(room, helper)


def test_a_session_that_the_helper_ended_is_over(room: ScriptedRoom) -> None:
    helper = begun(room)
    room.gets.put(answer(9, RemoteLook.ENDED))
    assert room.news().look is RemoteLook.ENDED
    helper.join()
    helper.show(b"frame 2")
    helper.end()
    assert room.events == ["begun", "ended"]
    assert room.told.empty()


def test_an_older_answer_is_dropped(room: ScriptedRoom) -> None:
    helper = begun(room)
    room.gets.put(answer(5, RemoteLook.WATCHED))
    assert room.news().turn == 5
    helper.show(b"frame 2")
    assert room.next("PUT")[1] == b"frame 2"
    room.puts.put(answer(1, RemoteLook.WAITING))
    helper.show(b"frame 3")
    assert room.next("PUT")[1] == b"frame 3", "the answer before was taken"
    assert room.told.empty()
    room.puts.put(answer(5, RemoteLook.WATCHED))
    room.gets.put(answer(6, RemoteLook.WATCHED, 2, 0))
    assert room.news().turn == 6
    finish(room, helper)


def test_what_comes_after_the_end_is_not_told(room: ScriptedRoom) -> None:
    helper = begun(room)
    room.next("GET")
    helper.end()
    helper.end()
    room.gets.put(answer(2, RemoteLook.WATCHED, 1, 0))
    helper.join()
    assert room.told.empty()
    assert room.events == ["begun", "ended"]
    helper.show(b"nobody looks")


def test_a_second_session_ends_the_first(room: ScriptedRoom) -> None:
    helper = begun(room)
    other = SESSION.replace("0198", "0199")
    helper.begin(other, room.told.put)
    room.gets.put(AWAY)
    helper.show(b"frame 2")
    assert room.next(f"PUT /v1/remote-help/{other}")[1] == b"frame 2"
    room.puts.put(answer(1, RemoteLook.WAITING))
    helper.end()
    room.gets.put(AWAY)
    helper.join()
    assert room.events == ["begun", "ended", "begun", "ended"]


def test_the_end_before_any_frame_asks_for_nothing(room: ScriptedRoom) -> None:
    helper = room.helper()
    helper.begin(SESSION, room.told.put)
    helper.end()
    helper.join()
    assert room.heard.empty()
