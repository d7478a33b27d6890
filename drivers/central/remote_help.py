"""The line to a helper in the control room: the terminal's own signed requests, two at most.

One thread sends the newest frame as soon as there is one, another asks for news and waits for the
answer. Each has a client of its own, so that its connection is kept as long as the session. Nothing
is listened on. While the control room is away both try again; the visit goes on meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from kiosk.fleet.remote_help import PATH, RemoteLook, RemoteNews, read_news
from kiosk.ports import JSON, Central, CentralAnswer

RETRY_SECONDS = 2.0
POLL_SECONDS = 30.0
"""Deadline of a question for news: longer than the service waits before it answers."""


class RemoteClient(Central, Protocol):
    """A client of the central service that can be closed."""

    def close(self) -> None:
        """Close its connections."""


@dataclass(frozen=True)
class RemoteLineEvents:
    """Who records the beginning of a session, that somebody looks, and its end."""

    begun: Callable[[], None]
    watched: Callable[[], None]
    ended: Callable[[], None]


@dataclass
class _LineSession:
    """One session; `over` is set when the person, the helper or the program ended it."""

    path: str
    tell: Callable[[RemoteNews], None]
    over: threading.Event = field(default_factory=threading.Event)
    wake: threading.Condition = field(default_factory=threading.Condition)
    frame: bytes | None = None
    newest: bytes = b""
    known: bool = False  # the service has a frame of it
    turn: int = 0
    told: RemoteNews | None = None


class CentralRemoteHelper:
    """`kiosk.fleet.remote_help.RemoteHelper` over the central service.

    `connect` returns a client whose calls end after so many seconds. `retry_seconds` lie between
    tries while the control room is away.
    """

    def __init__(
        self,
        connect: Callable[[float], RemoteClient],
        seconds: float,
        events: RemoteLineEvents,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._connect, self._seconds, self._events = connect, seconds, events
        self._retry = retry_seconds
        self._session: _LineSession | None = None
        self._threads: tuple[threading.Thread, ...] = ()

    def begin(self, session: str, tell: Callable[[RemoteNews], None]) -> None:
        """Begin a session; one under way is ended first. `tell` gets the news, on any thread."""
        self.end()
        here = self._session = _LineSession(f"{PATH}/{session}", tell)
        self._events.begun()
        works = ((self._send, self._seconds), (self._listen, POLL_SECONDS))
        self._threads = tuple(
            threading.Thread(target=work, args=(here, seconds), name="remote help", daemon=True)
            for work, seconds in works
        )
        for thread in self._threads:
            thread.start()

    def show(self, frame: bytes) -> None:
        """Send a frame; of those that wait only the newest is sent."""
        here = self._session
        if here is not None:
            with here.wake:
                here.frame = here.newest = frame
                here.wake.notify_all()

    def end(self) -> None:
        """End the session; idempotent. What is under way ends by itself."""
        here, self._session = self._session, None
        if here is not None:
            self._finish(here)
            self._events.ended()

    def join(self) -> None:
        """Wait until nothing of an ended session is under way."""
        for thread in self._threads:
            thread.join()

    def _finish(self, here: _LineSession) -> None:
        with here.wake:
            here.over.set()
            here.wake.notify_all()

    def _send(self, here: _LineSession, seconds: float) -> None:
        client = self._connect(seconds)
        try:
            while (frame := self._next_frame(here)) is not None:
                answer = client.call("PUT", here.path, frame, {"Content-Type": JSON})
                news = _news(answer)
                if news is None:
                    self._be_away(here, frame)
                else:
                    self._take(here, news)
            if here.newest:
                client.call("DELETE", here.path)
        finally:
            client.close()

    def _next_frame(self, here: _LineSession) -> bytes | None:
        """Wait for a frame and return it, None when the session is over."""
        with here.wake:
            here.wake.wait_for(lambda: here.frame is not None or here.over.is_set())
            if here.over.is_set():
                return None
            frame, here.frame = here.frame, None
            return frame

    def _listen(self, here: _LineSession, seconds: float) -> None:
        client = self._connect(seconds)
        try:
            while self._wait_known(here):
                answer = client.call("GET", f"{here.path}?after={here.turn}")
                news = _news(answer)
                if here.over.is_set():
                    return
                if news is not None:
                    self._take(here, news)
                else:
                    self._be_away(here, here.newest, known=answer.status != HTTPStatus.NOT_FOUND)
        finally:
            client.close()

    def _wait_known(self, here: _LineSession) -> bool:
        """Wait until the service has a frame; return whether the session goes on."""
        with here.wake:
            here.wake.wait_for(lambda: here.known or here.over.is_set())
            return not here.over.is_set()

    def _take(self, here: _LineSession, news: RemoteNews) -> None:
        with here.wake:
            here.known = True
            is_older = news.turn < here.turn
            here.turn = max(here.turn, news.turn)
            here.wake.notify_all()
        if not is_older and not here.over.is_set():
            self._tell(here, news)

    def _be_away(self, here: _LineSession, frame: bytes, *, known: bool = False) -> None:
        """Tell that nobody can look, and send the newest frame again after a while."""
        self._tell(here, RemoteNews(here.turn, RemoteLook.AWAY))
        here.over.wait(self._retry)
        with here.wake:
            here.known = here.known and known
            here.turn = here.turn if here.known else 0
            here.frame = here.frame or here.newest or frame
            here.wake.notify_all()

    def _tell(self, here: _LineSession, news: RemoteNews) -> None:
        with here.wake:
            before, here.told = here.told, news
        if news == before or here.over.is_set():
            return
        was = before.look if before else None
        if news.look is RemoteLook.WATCHED and was is not RemoteLook.WATCHED:
            self._events.watched()
        here.tell(news)
        if news.look is RemoteLook.ENDED:
            self._finish(here)


def _news(answer: CentralAnswer) -> RemoteNews | None:
    return read_news(answer.body) if answer.status == HTTPStatus.OK else None
