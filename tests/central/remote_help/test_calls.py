"""API calls of remote help: a frame, news that wait for a change, the end; nothing on the disk."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from central.remote_help.sessions import HelpSessions
from central.store.web.events import WebEvents
from central.terminals.remote.recorder import end_left_sessions
from central.web_accounts import WebEventKind
from kiosk.fleet.remote_help import NOWHERE, RemoteLook, RemoteNews, read_news
from tests.central.remote_help.test_sessions import ONE, TWO, frame
from tests.central.standing import OTHER_TERMINAL, POINT, TERMINAL, Standing

PATH = f"/v1/remote-help/{ONE}"


def sessions_of(central: Standing) -> HelpSessions:
    found: HelpSessions = central.app.state.help
    return found


def send(
    central: Standing, client: TestClient, number: int = 1, terminal: str = TERMINAL
) -> RemoteNews | None:
    headers = central.headers(terminal, content_type="application/json")
    answer = client.put(PATH, content=json.dumps(frame(number)), headers=headers)
    return read_news(answer.content) if answer.status_code == 200 else None


def test_a_frame_is_kept_in_memory_and_nowhere_else(central: Standing, client: TestClient) -> None:
    assert send(central, client) == RemoteNews(1, RemoteLook.WAITING)
    (summary,) = sessions_of(central).summaries()
    assert (summary.terminal, summary.point) == (TERMINAL, POINT)
    files = [one for one in Path(central.keys.folder).rglob("*") if one.is_file()]
    words = "办事前请看".encode()
    assert not [one for one in files if words in one.read_bytes()]


def test_news_wait_for_a_change(central: Standing, client: TestClient) -> None:
    send(central, client)
    sessions = sessions_of(central)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.get, f"{PATH}?after=1", headers=central.headers())
        assert not asked.done()
        sessions.look(ONE, "B-0001")
        assert read_news(asked.result().content) == RemoteNews(2, RemoteLook.WATCHED)
        asked = pool.submit(client.get, f"{PATH}?after=2", headers=central.headers())
        assert sessions.point(ONE, "B-0001", 1, 0)
        assert read_news(asked.result().content) == RemoteNews(3, RemoteLook.WATCHED, 1, 0)


def test_the_person_ends_it(central: Standing, client: TestClient) -> None:
    send(central, client)
    sessions_of(central).look(ONE, "B-0001")
    for _ in range(2):
        answer = client.delete(PATH, headers=central.headers())
        assert read_news(answer.content) == RemoteNews(0, RemoteLook.ENDED)
    assert sessions_of(central).summaries() == ()
    news = read_news(client.get(PATH, headers=central.headers()).content)
    assert news is not None
    assert (news.look, news.place) == (RemoteLook.ENDED, NOWHERE)


def test_beginning_and_end_are_in_the_audit(central: Standing, client: TestClient) -> None:
    send(central, client)
    sessions_of(central).look(ONE, "B-0001")
    client.delete(PATH, headers=central.headers())
    found = [one for one in WebEvents(central.office.store.database).all() if one.account]
    assert [(one.account, one.kind, one.detail) for one in found] == [
        ("B-0001", WebEventKind.HELP_BEGAN, f"{TERMINAL} {ONE}"),
        ("B-0001", WebEventKind.HELP_ENDED, f"{TERMINAL} {ONE}"),
    ]


def test_a_look_that_a_killed_service_left_is_ended_by_the_next(
    central: Standing, client: TestClient
) -> None:
    send(central, client)
    for helper in ("B-0001", "B-0002"):
        sessions_of(central).look(ONE, helper)
    kinds = [WebEventKind.HELP_BEGAN, WebEventKind.HELP_ENDED]
    for _ in range(2):  # each is ended once
        end_left_sessions(central.office)
        found = [one for one in WebEvents(central.office.store.database).all() if one.account]
        assert [one.kind for one in found] == kinds
    assert {(one.account, one.detail) for one in found} == {("B-0001", f"{TERMINAL} {ONE}")}


def test_another_terminal_learns_and_ends_nothing(central: Standing, client: TestClient) -> None:
    send(central, client)
    other = central.headers(OTHER_TERMINAL)
    assert send(central, client, 2, OTHER_TERMINAL) is None
    assert client.get(PATH, headers=other).status_code == 404
    client.delete(PATH, headers=other)
    assert len(sessions_of(central).summaries()) == 1
    assert client.get(PATH.replace(ONE, TWO), headers=central.headers()).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"press": "quit_yes"},
        {"number": 0},
        {"page": "../up"},
        {"lines": ["x" * 201]},
        {"rows": [{"words": "x", "place": 100}]},
        {"choices": [{"words": "x", "place": 0, "value": "34162219660615001X"}]},
        {"rows": [{"words": "x", "place": 0}] * 41},
        {"version": 2},
    ],
)
def test_what_is_no_frame_is_refused(
    central: Standing, client: TestClient, wrong: dict[str, object]
) -> None:
    body = json.dumps({**frame(), **wrong})
    headers = central.headers(content_type="application/json")
    assert client.put(PATH, content=body, headers=headers).status_code == 422
    assert sessions_of(central).summaries() == ()


def test_a_long_frame_is_refused(central: Standing, client: TestClient) -> None:
    body = json.dumps({**frame(), "lines": ["x" * 200] * 21})
    headers = central.headers(content_type="application/json")
    assert client.put(PATH, content=body, headers=headers).status_code == 413
