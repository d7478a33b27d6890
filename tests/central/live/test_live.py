"""Figures of open pages: what moves is told within seconds, to who may see it, and never for ever."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import uvicorn
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from central.web.app import LIVE_POLICY, build_web_app
from central.web.live.hub import LiveHub
from central.web.live.policy import LivePolicy, read_live_policy
from central.web.page_table import SESSION_COOKIE
from central.web_accounts import WebRole
from tests.central.fleet.test_health import beat
from tests.central.standing import CONFIG, TERMINAL, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import Browser, WebDesk

__all__ = ["desk"]
QUICK = LivePolicy(0.05, most=3, most_an_account=2, longest_seconds=60.0, retry_seconds=1.0)
PATIENCE = 30.0  # seconds that a test waits for what comes at once


def events_of(text: str) -> list[dict[str, Any]]:
    lines = [one.removeprefix("data: ") for one in text.splitlines() if one.startswith("data: {")]
    return [json.loads(one) for one in lines]


def first(browser: Browser, path: str) -> dict[str, Any]:
    answer = browser.get(path)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("retry: 3000\n\n")
    (found,) = events_of(answer.text)
    return found


def test_the_control_room_is_told_states_towns_and_alarms(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    beat(central, client)
    told = first(browser, "/fleet/live")
    assert (told["texts"]["state-up"], told["terminals"]) == ("1", {})
    desk.pass_time(minutes=5)
    told = first(desk.logged_in("T-0002", WebRole.TECHNICIAN), "/fleet/live")
    assert told["texts"] == {
        "state-down": "0",
        "state-late": "1",
        "state-ill": "0",
        "state-up": "0",
        "alarms": "0",
    }
    assert told["terminals"] == {TERMINAL: ["late", "迟了"]}
    assert told["towns"]["341602001"] == ["late", "!1/1"]


def test_the_supervisor_is_told_what_came_today_and_nobody(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    browser = desk.logged_in("S-0001")
    assert first(browser, "/city/live") == {"texts": {"today-cases": "0", "today-closed": "0"}}
    body = central.body(1)
    path = "/v1/applications/" + json.loads(body)["id"]
    assert client.put(path, content=body, headers=central.headers()).is_success
    again = desk.logged_in("S-0002")
    assert first(again, "/city/live")["texts"] == {"today-cases": "1", "today-closed": "0"}
    assert 'data-figure="today-cases">1<' in again.get("/city").text


def test_only_the_two_pages_may_run_the_script(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    page = browser.get("/city")
    assert page.headers["content-security-policy"] == LIVE_POLICY
    assert '<script src="/static/live.js" defer></script>' in page.text
    assert "script-src" not in browser.get("/notices").headers["content-security-policy"]
    assert "<script" not in browser.get("/notices").text
    script = browser.get("/static/live.js")
    assert script.headers["content-type"].startswith("text/javascript")


# the hub


@dataclass
class Counted:
    """Figures that somebody changes, and how often they were counted."""

    value: int = 0
    times: int = 0

    def __call__(self) -> dict[str, int]:
        self.times += 1
        return {"n": self.value}


def hub(**changes: Any) -> LiveHub:
    return LiveHub(replace(QUICK, **changes), time.monotonic)


async def collect(
    stream: Any, until: Callable[[list[str]], bool], after: Callable[[], None] = lambda: None
) -> list[str]:
    found: list[str] = []
    async for one in stream:
        found.append(one)
        if len(found) == 2:
            after()
        if until(found):
            break
    await stream.aclose()
    return found


def test_a_change_is_told_once_and_counted_for_all() -> None:
    counted, made = Counted(), hub()

    async def watch() -> tuple[list[str], list[str]]:
        streams = [made.stream("x", name, counted, lambda: True) for name in ("a", "b")]

        began: list[str] = []

        def change() -> None:  # once both have heard how it stood
            began.append("")
            counted.value = len(began) // 2

        one, other = (collect(stream, lambda found: len(found) == 3, change) for stream in streams)
        return await asyncio.wait_for(asyncio.gather(one, other), PATIENCE)  # type: ignore[return-value]

    for found in asyncio.run(watch()):
        assert found[0] == "retry: 1000\n\n"
        assert found[1:] == ['data: {"n":0}\n\n', 'data: {"n":1}\n\n']
    assert made.has_room("a")


def test_a_stop_ends_all_streams_and_lets_none_begin() -> None:
    made = hub()

    async def watch() -> list[str]:
        stream = made.stream("x", "a", Counted(), lambda: True)
        return await asyncio.wait_for(collect(stream, lambda _: False, made.stop), PATIENCE)

    assert len(asyncio.run(watch())) == 2
    assert not made.has_room("b")


def test_a_session_that_ended_ends_its_streams() -> None:
    counted, lasting = Counted(), iter((True, True, False))

    async def watch() -> list[str]:
        stream = hub().stream("x", "a", counted, lambda: next(lasting))
        return await asyncio.wait_for(collect(stream, lambda _: False), PATIENCE)

    assert asyncio.run(watch())[-1] == "event: over\ndata: \n\n"


def test_a_database_that_is_away_ends_the_stream_and_not_the_process() -> None:
    def broken() -> dict[str, int]:
        raise OperationalError("SELECT", {}, Exception())

    async def watch() -> list[str]:
        stream = hub().stream("x", "a", broken, lambda: True)
        return await asyncio.wait_for(collect(stream, lambda _: False), PATIENCE)

    assert asyncio.run(watch()) == ["retry: 1000\n\n"]


def test_a_stream_has_an_end_and_streams_a_limit() -> None:
    made = hub(longest_seconds=0.0)

    async def watch() -> list[bool]:
        room = []
        streams = []
        for name in ("a", "a", "b"):
            stream = made.stream("x", name, Counted(), lambda: True)
            await anext(stream)
            streams.append(stream)
            room.append(made.has_room("a"))
        room.append(made.has_room("c"))
        for stream in streams:
            assert [one async for one in stream]
        room.append(made.has_room("c"))
        return room

    assert asyncio.run(watch()) == [True, False, False, False, True]


def test_who_has_too_many_streams_is_refused_and_the_page_works(desk: WebDesk) -> None:
    full = WebDesk(
        replace(desk.context, live=hub(most_an_account=0, most=0)),
        desk.central,
    )
    browser = full.logged_in("S-0001")
    answer = browser.get("/city/live")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert browser.get("/city").status_code == 200


# a real server


@dataclass
class ServedDesk:
    """The pages on a port of this machine."""

    url: str
    server: uvicorn.Server
    context: Any
    thread: threading.Thread


@pytest.fixture
def served_desk(desk: WebDesk) -> Iterator[ServedDesk]:
    context = replace(desk.context, live=LiveHub(read_live_policy(CONFIG), time.monotonic))
    config = uvicorn.Config(build_web_app(context), port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield ServedDesk(f"http://127.0.0.1:{port}", server, context, thread)
    context.live.stop()
    server.should_exit = True
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_heartbeat_moves_an_open_page_and_a_stop_waits_for_none(
    desk: WebDesk, central: Standing, client: TestClient, served_desk: ServedDesk
) -> None:
    token = desk.logged_in("T-0001", WebRole.TECHNICIAN).client.cookies[SESSION_COOKIE]
    cookies = {"Cookie": f"{SESSION_COOKIE}={token}"}
    url = f"{served_desk.url}/fleet/live"
    told = []
    with httpx2.stream("GET", url, headers=cookies, timeout=PATIENCE) as answer:
        for line in answer.iter_lines():
            if not line.startswith("data: {"):
                continue
            told.append(json.loads(line.removeprefix("data: "))["texts"]["state-up"])
            if told[-1] == "1":
                break
            beat(central, client)
        served_desk.context.live.stop()
        served_desk.server.should_exit = True
        served_desk.thread.join(PATIENCE)
    assert told == ["0", "1"]
    assert not served_desk.thread.is_alive()


def test_a_stream_keeps_no_idle_session_alive(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    idle = desk.context.policy.web.idle_minutes
    for _ in range(2):
        desk.central.clock[0] += timedelta(minutes=idle - 1)
        answer = browser.get("/city/live")
    assert answer.status_code == 200  # each request of a page counts
    desk.central.clock[0] += timedelta(minutes=idle + 1)
    assert browser.get("/city/live").status_code == 303
