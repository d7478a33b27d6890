"""The session of a helper from afar: frames of pages out, a ring in, and never a press."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from kiosk.fleet.remote_help import (
    NOWHERE,
    NoRemoteHelper,
    RemoteHelper,
    RemoteLook,
    RemoteNews,
    read_news,
)
from kiosk.pages.press import Press
from kiosk.visit.events.event import Answered
from kiosk.visit.events.idling import IdleWarning
from kiosk.visit.stages import Stage
from tests.kiosk.pages.test_remote_frame import personal_strings
from tests.kiosk.session.scene import SessionScene


@dataclass
class ListeningLine:
    """A line that keeps what is sent, and tells what a test says."""

    frames: list[bytes] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tell: Callable[[RemoteNews], None] = lambda _news: None
    turns: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def begin(self, session: str, tell: Callable[[RemoteNews], None]) -> None:
        self.calls.append(f"begin {session}")
        self.tell = tell

    def show(self, frame: bytes) -> None:
        self.frames.append(frame)

    def end(self) -> None:
        self.calls.append("end")

    def say(self, look: RemoteLook, frame: int = NOWHERE, place: int = NOWHERE) -> None:
        self.tell(RemoteNews(next(self.turns), look, frame, place))

    def newest(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.frames[-1])
        return found


def watched(scene: SessionScene) -> ListeningLine:
    """A visit at the notice whose person agreed, and a helper who looks."""
    line = ListeningLine()
    kit = replace(scene.runner.kit(), remote_helper=line)
    scene.runner.performer.kit = scene.runner.kit = lambda: kit
    scene.runner.start()
    for act in (Press.START_SELF, Press.HELP, Press.ASK_REMOTE, Press.AGREE_REMOTE):
        scene.runner.press(act)
    scene.settle("bell")
    line.say(RemoteLook.WATCHED)
    scene.loop.run_until(lambda: scene.runner.visit.help.remote is RemoteLook.WATCHED)
    return line


def place_of(line: ListeningLine, words: str) -> int:
    (found,) = [one["place"] for one in line.newest()["choices"] if one["words"] == words]
    return int(found)


def test_frames_follow_the_pages(scene):
    line = watched(scene)
    assert line.newest()["page"] == "notice"
    count = len(line.frames)
    scene.runner.press(Press.REPEAT)
    scene.settle("bell")
    assert len(line.frames) == count, "the same page is not sent again"
    scene.runner.press(Press.AGREE)
    scene.settle("bell")
    assert line.newest()["page"] == "", "a page of the proof"
    assert line.newest()["number"] == count + 1


def test_a_ring_is_drawn_around_what_the_helper_points_at(scene):
    line = watched(scene)
    number = line.newest()["number"]
    line.say(RemoteLook.WATCHED, number, place_of(line, "退出"))
    scene.loop.run_until(lambda: scene.loop.pages[-1].pointed == (Press.QUIT, ""))
    scene.runner.press(Press.AGREE)
    assert scene.loop.pages[-1].pointed is None, "another page"


@pytest.mark.parametrize("place", [NOWHERE, 99])
def test_pointing_at_nothing_draws_no_ring(scene, place):
    line = watched(scene)
    before = len(scene.loop.pages)
    line.say(RemoteLook.WATCHED, line.newest()["number"], place)
    scene.loop.run_until(lambda: len(scene.loop.pages) > before)
    assert scene.loop.pages[-1].pointed is None


def test_an_old_frame_is_not_pointed_at(scene):
    line = watched(scene)
    old = line.newest()["number"]
    scene.runner.handle(Answered(IdleWarning()))
    scene.settle("bell")
    assert line.newest()["page"] == "still_here", "a page with places of its own"
    line.say(RemoteLook.WATCHED, old, 0)
    before = len(scene.loop.pages)
    scene.loop.run_until(lambda: len(scene.loop.pages) > before)
    assert scene.loop.pages[-1].pointed is None


def test_a_hidden_page_has_no_place_to_point_at(scene):
    line = watched(scene)
    scene.runner.press(Press.AGREE)
    scene.settle("bell")
    for place in range(8):
        before = len(scene.loop.pages)
        line.say(RemoteLook.WATCHED, line.newest()["number"], place)
        scene.loop.run_until(lambda before=before: len(scene.loop.pages) > before)
        assert scene.loop.pages[-1].pointed is None


def test_nothing_that_a_helper_sends_presses(scene):
    """Every look, frame and place: the visit stays where it is, but for who looks."""
    line = watched(scene)
    before = scene.runner.visit
    number = int(line.newest()["number"])
    for look, frame, place in itertools.product(
        (RemoteLook.WATCHED, RemoteLook.WAITING, RemoteLook.AWAY), range(number + 2), range(-1, 9)
    ):
        line.say(look, frame, place)
        scene.loop.run_until(lambda look=look: scene.runner.visit.help.remote is look)
    while scene.loop.posted:
        scene.loop.posted.pop(0)()
    after = scene.runner.visit
    assert replace(after, help=before.help) == before
    assert after.stage is Stage.NOTICE


def test_an_answer_with_a_press_in_it_is_none():
    good = RemoteNews(3, RemoteLook.WATCHED, 2, 1)
    assert read_news(good.encode()) == good
    for body in (
        b"", b"[]", b"{}", b'{"press":"quit_yes"}',
        good.encode().replace(b"watched", b"quit_yes"),
        RemoteNews(1, RemoteLook.AWAY).encode(),
        good.encode().replace(b'"turn": 3', b'"turn": true'),
        good.encode().replace(b'"place": 1', b'"place": -2'),
        good.encode().replace(b'"version": 1', b'"version": 2'),
    ):  # fmt: skip
        assert read_news(body) is None, body


def test_one_press_of_the_person_ends_the_session(scene):
    line = watched(scene)
    scene.runner.press(Press.END_REMOTE)
    scene.settle("bell")
    assert line.calls[-1] == "end"
    count = len(line.frames)
    scene.runner.press(Press.AGREE)
    line.say(RemoteLook.WATCHED, 1, 0)
    scene.settle("bell")
    assert (len(line.frames), line.calls.count("end")) == (count, 1)
    assert scene.runner.visit.help.remote is None
    assert scene.loop.pages[-1].watch == ""


def test_a_second_session_has_a_name_of_its_own_and_hears_nothing_of_the_first(scene):
    line = watched(scene)
    late = line.tell
    for act in (Press.END_REMOTE, Press.HELP, Press.ASK_REMOTE, Press.AGREE_REMOTE):
        scene.runner.press(act)
    scene.settle("bell")
    first, ended, second = line.calls
    assert (ended, first != second) == ("end", True)
    late(RemoteNews(9, RemoteLook.WATCHED, line.newest()["number"], 0))
    while scene.loop.posted:
        scene.loop.posted.pop(0)()
    assert scene.runner.visit.help.remote is RemoteLook.WAITING


def test_no_personal_string_is_in_any_frame_of_a_whole_visit(scene):
    line = watched(scene)
    for act in (Press.QUIT, Press.QUIT_YES):
        scene.runner.press(act)
    scene.until(Stage.IDLE)
    scene.identify()
    for act in (Press.HELP, Press.ASK_REMOTE, Press.AGREE_REMOTE):
        scene.runner.press(act)
    scene.fill_in()
    scene.settle("bell")
    everything = b"".join(line.frames).decode()
    assert {text for text in personal_strings() if text in everything} == set()
    assert len(line.frames) > 10
    assert {"dates", "choose", "materials"} <= {json.loads(one)["page"] for one in line.frames}


def test_a_terminal_without_helpers_sends_nothing():
    line: RemoteHelper = NoRemoteHelper()
    line.begin("an-id", lambda _news: None)
    line.show(b"a frame")
    line.end()
