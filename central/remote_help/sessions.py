"""The sessions of one process: the newest frame of each terminal, who looks, and where they point.

Nothing of it is ever written: a service that is started anew knows no session, and the terminals
begin theirs again. What is recorded of a session is that it was looked at, by whom, and its end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import TYPE_CHECKING, Any

from kiosk.fleet.remote_help import NOWHERE, RemoteLook, RemoteNews

if TYPE_CHECKING:
    from central.remote_help.policy import RemotePolicy


_LAST_TURN = 2**31 - 1
ENDED = RemoteNews(_LAST_TURN, RemoteLook.ENDED)


class HelpEvent(StrEnum):
    """What the audit keeps of a session."""

    BEGAN = "began"  # a helper looks
    ENDED = "ended"  # that helper looks no more


@dataclass(frozen=True)
class HelpSummary:
    """One session as the list of the control room shows it."""

    session: str
    terminal: str
    point: str
    waited_seconds: int
    helper: str


@dataclass(frozen=True)
class HelpView:
    """What a helper sees: the newest frame, and where the helper points."""

    terminal: str
    point: str
    frame: Mapping[str, Any]
    pointed: int


@dataclass
class _OpenSession:
    terminal: str
    point: str
    began: float
    heard: float
    frame: Mapping[str, Any]
    turn: int = 1
    helper: str = ""
    seen: float = 0.0
    pointed: tuple[int, int] = (NOWHERE, NOWHERE)

    @property
    def look(self) -> RemoteLook:
        return RemoteLook.WATCHED if self.helper else RemoteLook.WAITING

    def news(self) -> RemoteNews:
        return RemoteNews(self.turn, self.look, *self.pointed)

    def hand_to(self, helper: str) -> None:
        self.helper, self.pointed, self.turn = helper, (NOWHERE, NOWHERE), self.turn + 1


@dataclass
class HelpSessions:
    """All sessions; used from any thread.

    `monotonic` returns seconds; `record` keeps an event with the helper's account, the terminal and
    the session, and is called without the lock.
    """

    policy: RemotePolicy
    monotonic: Callable[[], float]
    record: Callable[[HelpEvent, str, str, str], None]
    _open: dict[str, _OpenSession] = field(default_factory=dict, repr=False)
    _over: dict[str, float] = field(default_factory=dict, repr=False)  # when each was ended
    _lock: Lock = field(default_factory=Lock, repr=False)
    _told: list[tuple[HelpEvent, str, str, str]] = field(default_factory=list, repr=False)

    def take_frame(
        self, session: str, terminal: str, point: str, frame: Mapping[str, Any]
    ) -> RemoteNews | None:
        """Keep a terminal's newest frame, and begin its session where there is none.

        `point` is where the terminal stands.
        Return the news; None when it is another terminal's session, or there are too many. A
        terminal has one session: an older one of it ends.
        """
        with self._lock:
            self._tidy()
            if session not in self._open and session not in self._over:
                self._begin(session, terminal, point, frame)
            found = self._heard_of(session, terminal)
            if found is not None:
                found.frame = frame
            news = self._news(session, found)
        self._report()
        return news

    def news_of(self, session: str, terminal: str) -> RemoteNews | None:
        """Return the news of a terminal's session, None when there is none such."""
        with self._lock:
            self._tidy()
            found = self._heard_of(session, terminal)
            news = self._news(session, found)
        self._report()
        return news

    def end(self, session: str, terminal: str) -> None:
        """End a terminal's session, as its person wishes; idempotent."""
        with self._lock:
            found = self._open.get(session)
            if found is not None and found.terminal == terminal:
                self._drop(session, for_good=True)
        self._report()

    def summaries(self) -> tuple[HelpSummary, ...]:
        """Return all sessions, the oldest first."""
        with self._lock:
            self._tidy()
            now = self.monotonic()
            found = tuple(
                HelpSummary(name, one.terminal, one.point, round(now - one.began), one.helper)
                for name, one in self._open.items()
            )
        self._report()
        return found

    def look(self, session: str, helper: str) -> HelpView | None:
        """Return what this helper sees; None when the session is over or somebody else's.

        Whoever looks first is its helper.
        """
        with self._lock:
            self._tidy()
            found, view = self._open.get(session), None
            if found is not None and found.helper in ("", helper):
                if not found.helper:
                    found.hand_to(helper)
                    self._told.append((HelpEvent.BEGAN, helper, found.terminal, session))
                found.seen = self.monotonic()
                frame, place = found.pointed
                pointed = place if frame == found.frame["number"] else NOWHERE
                view = HelpView(found.terminal, found.point, found.frame, pointed)
        self._report()
        return view

    def point(self, session: str, helper: str, frame: int, place: int) -> bool:
        """Point at a place of the newest frame; return whether that is possible."""
        with self._lock:
            found = self._open.get(session)
            if found is None or found.helper != helper or not _has(found.frame, frame, place):
                return False
            found.pointed, found.turn = (frame, place), found.turn + 1
            return True

    def leave(self, session: str, helper: str) -> None:
        """End the session as its helper; idempotent."""
        with self._lock:
            found = self._open.get(session)
            if found is not None and found.helper == helper:
                self._drop(session, for_good=True)
        self._report()

    def _begin(self, session: str, terminal: str, point: str, frame: Mapping[str, Any]) -> None:
        for name in [name for name, one in self._open.items() if one.terminal == terminal]:
            self._drop(name, for_good=True)
        if len(self._open) < self.policy.most:
            now = self.monotonic()
            self._open[session] = _OpenSession(terminal, point, now, now, frame)

    def _heard_of(self, session: str, terminal: str) -> _OpenSession | None:
        found = self._open.get(session)
        if found is None or found.terminal != terminal:
            return None
        found.heard = self.monotonic()
        return found

    def _news(self, session: str, found: _OpenSession | None) -> RemoteNews | None:
        if session in self._over:
            return ENDED
        return None if found is None else found.news()

    def _tidy(self) -> None:
        now, policy = self.monotonic(), self.policy
        for name, at in list(self._over.items()):
            if now - at > policy.longest_seconds:
                del self._over[name]
        for name, one in list(self._open.items()):
            if now - one.heard > policy.silent_seconds:
                self._drop(name)  # its terminal may come back
            elif now - one.began > policy.longest_seconds:
                self._drop(name, for_good=True)
            elif one.helper and now - one.seen > policy.unseen_seconds:
                self._told.append((HelpEvent.ENDED, one.helper, one.terminal, name))
                one.hand_to("")

    def _drop(self, session: str, *, for_good: bool = False) -> None:
        gone = self._open.pop(session)
        if for_good:
            self._over[session] = self.monotonic()
        if gone.helper:
            self._told.append((HelpEvent.ENDED, gone.helper, gone.terminal, session))

    def _report(self) -> None:
        with self._lock:
            told, self._told = self._told, []
        for event in told:
            self.record(*event)


def _has(frame: Mapping[str, Any], number: int, place: int) -> bool:
    places = {one["place"] for one in (*frame["rows"], *frame["choices"])}
    return frame["number"] == number and place >= 0 and place in places
