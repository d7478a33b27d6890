"""API calls of a terminal whose page a helper may see: a frame, a question for news, the end."""

import asyncio
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from central.problems import FRAME_TOO_LARGE, unknown
from central.remote_help.sessions import HelpSessions
from central.terminals.caller import Caller, Verified, note_verified
from central.terminals.table import ApiCall, json_of
from kiosk.fleet.remote_help import NOWHERE, RemoteLook, RemoteNews

LONGEST_FRAME = 4096
MOST_PARTS = 40
TICK_SECONDS = 0.05
"""How soon a waiting question sees what is new; there are few of them (`RemotePolicy.most`)."""
PATH = "/v1/remote-help/{session}"
Words = Annotated[str, Field(max_length=200)]
Place = Annotated[int, Field(ge=NOWHERE, le=99)]
Session = Annotated[str, Field(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class FrameRow(BaseModel):
    """A row of a list."""

    model_config = ConfigDict(extra="forbid", strict=True)
    words: Words
    under: Words = ""
    tick: Literal["", "on", "off", "not_needed"] = ""
    place: Place


class FrameChoice(BaseModel):
    """Something that the person can press, and a helper point at."""

    model_config = ConfigDict(extra="forbid", strict=True)
    words: Words
    place: Place


class FrameSaid(BaseModel):
    """A page as known words; `page` is "" for one that is hidden."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Literal[1]
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    page: Annotated[str, Field(pattern="^[a-z_]{0,40}$")]
    step: Annotated[int, Field(ge=0, le=6)]
    lines: Annotated[list[Words], Field(max_length=MOST_PARTS)]
    rows: Annotated[list[FrameRow], Field(max_length=MOST_PARTS)]
    choices: Annotated[list[FrameChoice], Field(max_length=MOST_PARTS)]


def put_frame(session: Session, frame: FrameSaid, asking: Caller, request: Request) -> Response:
    """Keep the newest frame in memory, and answer with the news of the session."""
    if len(asking.body) > LONGEST_FRAME:
        return FRAME_TOO_LARGE.response()
    sessions = _sessions(request)
    point: str = request.state.point
    news = sessions.take_frame(session, asking.terminal, point, frame.model_dump())
    return unknown("session").response() if news is None else json_of(news.encode())


async def get_news(
    session: Session,
    asking: Caller,
    known: Verified,
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Answer with the news once there are any after the turn `after`, or when time is up.

    `known` is the terminal that asks.
    """
    note_verified(request, known)  # it holds no slot: it waits, and works nothing
    sessions, terminal = _sessions(request), asking.terminal
    loop = asyncio.get_running_loop()
    end = loop.time() + sessions.policy.poll_seconds
    while True:
        news = await run_in_threadpool(sessions.news_of, session, terminal)
        if news is None:
            return unknown("session").response()
        if news.turn > after or loop.time() >= end or await request.is_disconnected():
            return json_of(news.encode())
        await asyncio.sleep(TICK_SECONDS)


def delete_session(session: Session, asking: Caller, request: Request) -> Response:
    """End the session; the person does not wish to be looked at any more."""
    _sessions(request).end(session, asking.terminal)
    return json_of(RemoteNews(0, RemoteLook.ENDED).encode())


def _sessions(request: Request) -> HelpSessions:
    found: HelpSessions = request.app.state.help
    return found


ROUTES = (
    ApiCall("PUT", PATH, put_frame, (200, 404, 413, 422)),
    ApiCall("GET", PATH, get_news, (200, 404, 422), limited=False),
    ApiCall("DELETE", PATH, delete_session, (200, 422)),
)
