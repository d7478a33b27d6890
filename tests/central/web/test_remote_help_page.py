"""The helpers' page: who waits, the frame of a terminal, pointing and ending, and no press."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from central.remote_help.room_socket import RoomLine, serve_room
from central.remote_help.sessions import HelpSessions
from central.web.app import LIVE_POLICY
from central.web_accounts import WebRole
from kiosk.fleet.remote_help import NOWHERE, RemoteLook
from tests.central.remote_help.test_sessions import ONE, TWO, frame
from tests.central.standing import POINT, TERMINAL, Standing
from tests.central.web.desk import POINT_NAME, Browser, WebDesk

PATH = f"/remote-help?session={ONE}"
MARKUP = "<script>alert(1)</script>"


@dataclass
class HelpDesk:
    """The pages with a way to the service's sessions, and one terminal that waits."""

    desk: WebDesk
    sessions: HelpSessions

    def show(self, number: int = 1, page: str = "notice", **more: Any) -> None:
        assert self.sessions.take_frame(ONE, TERMINAL, POINT, frame(number, page) | more)

    def helper(self, name: str = "B-0001") -> Browser:
        return self.desk.logged_in(name, WebRole.REMOTE_HELPER)

    def place(self) -> tuple[int, int]:
        news = self.sessions.news_of(ONE, TERMINAL)
        assert news is not None
        return news.frame, news.place


@pytest.fixture
def help_desk(desk: WebDesk, central: Standing, tmp_path: Path) -> Iterator[HelpDesk]:
    path = tmp_path / "help.sock"
    stop = serve_room(path, central.app.state.help)
    context = replace(desk.context, help_line=RoomLine(path))
    found = HelpDesk(replace(desk, context=context), central.app.state.help)
    found.show()
    yield found
    stop()


def point(browser: Browser, **said: str) -> int:
    form = {"session": ONE, "frame": "1", "place": "0"} | said
    return int(browser.post("/remote-help/point", form, page=PATH).status_code)


def events_of(browser: Browser, path: str) -> list[str]:
    return [one for one in browser.get(path).text.split("\n\n") if "retry" not in one and one]


def test_who_waits_is_shown_and_looked_at(help_desk: HelpDesk) -> None:
    browser = help_desk.helper()
    page = browser.get("/remote-help")
    assert POINT_NAME in page.text
    assert PATH in page.text
    assert page.headers["content-security-policy"] == LIVE_POLICY
    assert "办事前请看" in browser.get(PATH).text
    news = help_desk.sessions.news_of(ONE, TERMINAL)
    assert news is not None
    assert news.look is RemoteLook.WATCHED


def test_a_helper_points_and_sees_where(help_desk: HelpDesk) -> None:
    browser = help_desk.helper()
    assert point(browser) == 303
    assert help_desk.place() == (1, 0)
    assert 'aria-pressed="true">退出<' in browser.get(PATH).text
    for wrong in ({"place": "7"}, {"frame": "2"}, {"place": "-1"}, {"place": "quit_yes"}):
        assert point(browser, **wrong) == 303
        assert help_desk.place() == (1, 0)


def test_no_form_and_no_call_presses(help_desk: HelpDesk) -> None:
    """What a helper's page can send is a look, a place and an end; each is tried with a press."""
    browser = help_desk.helper()
    before = help_desk.sessions.take_frame(ONE, TERMINAL, POINT, frame())
    page = browser.get(PATH).text
    actions = {one.split('"')[0] for one in page.split('action="')[1:]}
    assert actions == {"/logout", "/remote-help/point", "/remote-help/leave"}
    assert before is not None
    for path in ("press", "act", "point", "leave/press"):
        form = {"session": TWO, "press": "quit_yes", "value": "R01", "place": "0"}
        browser.post(f"/remote-help/{path}", form, page=PATH)
    news = help_desk.sessions.news_of(ONE, TERMINAL)
    assert news is not None
    assert (news.frame, news.place) == (NOWHERE, NOWHERE)
    assert set(json.loads(news.encode())) == {"version", "turn", "look", "frame", "place"}


def test_a_hidden_page_shows_nothing_to_point_at(help_desk: HelpDesk) -> None:
    browser = help_desk.helper()
    help_desk.show(2, "", lines=[])
    page = browser.get(PATH).text
    assert "这一页不给看" in page
    assert 'name="place"' not in page


def test_every_text_of_a_frame_is_escaped(help_desk: HelpDesk) -> None:
    help_desk.show(
        2, lines=[MARKUP], rows=[{"words": MARKUP, "under": MARKUP, "tick": "", "place": 0}]
    )
    browser = help_desk.helper()
    assert MARKUP not in browser.get(PATH).text
    (told,) = events_of(browser, f"/remote-help/live?session={ONE}")
    assert MARKUP not in json.loads(told.removeprefix("data: "))["html"]


def test_one_helper_at_a_time_and_the_others_are_told(help_desk: HelpDesk) -> None:
    help_desk.helper().get(PATH)
    other = help_desk.helper("B-0002")
    assert "B-0001 在看" in other.get("/remote-help").text
    answer = other.get(PATH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/remote-help?over=1")
    assert events_of(other, f"/remote-help/live?session={ONE}") == ["event: over\ndata: "]


def test_the_stream_tells_the_frame_and_the_list(help_desk: HelpDesk) -> None:
    browser = help_desk.helper()
    (told,) = events_of(browser, f"/remote-help/live?session={ONE}")
    said = json.loads(told.removeprefix("data: "))
    assert (said["frame"], said["pointed"]) == (1, NOWHERE)
    assert "退出" in said["html"]
    (listed,) = events_of(browser, "/remote-help/live")
    assert json.loads(listed.removeprefix("data: ")) == {"list": f"{ONE}B-0001"}


def test_the_helper_ends_it(help_desk: HelpDesk) -> None:
    browser = help_desk.helper()
    browser.get(PATH)
    answer = browser.post("/remote-help/leave", {"session": ONE}, page=PATH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/remote-help")
    assert "现在没有人等" in browser.get("/remote-help").text
    assert "这次看完了" in browser.get("/remote-help?over=1").text
    account, kinds = "B-0001", ("help-began", "help-ended")
    assert [one for one in help_desk.desk.events() if one[1] in kinds] == [
        (account, kind, f"{TERMINAL} {ONE}") for kind in kinds
    ]


@pytest.mark.parametrize("session", ["x", "../..", ONE[:-1], TWO])
def test_a_session_that_is_none_is_over(help_desk: HelpDesk, session: str) -> None:
    answer = help_desk.helper().get("/remote-help", params={"session": session})
    assert (answer.status_code, answer.headers["location"]) == (303, "/remote-help?over=1")


def test_without_a_way_to_the_service_the_page_says_so(desk: WebDesk) -> None:
    browser = desk.logged_in("B-0001", WebRole.REMOTE_HELPER)
    assert "这里不能看着帮" in browser.get("/remote-help").text
    assert browser.get("/remote-help/live").status_code == 404
    assert browser.post("/remote-help/point", {}).status_code == 404


def test_a_service_that_is_away_has_words(desk: WebDesk, tmp_path: Path) -> None:
    context = replace(desk.context, help_line=RoomLine(tmp_path / "absent"))
    browser = replace(desk, context=context).logged_in("B-0001", WebRole.REMOTE_HELPER)
    for answer in (browser.get("/remote-help"), browser.post("/remote-help/leave", {})):
        assert answer.status_code == 503
        assert "现在连不上" in answer.text
    assert events_of(browser, "/remote-help/live") == ["event: over\ndata: "]
