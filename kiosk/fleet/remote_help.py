"""A helper in the control room who sees the page as data: values and messages, both ways.

The terminal sends frames and asks for news; it has no port that anybody could call. A helper can
point at a place of a frame and end the session. Nothing in an answer names a press, so that nobody
but the person at the terminal can press.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.json_decoder import decode_object

VERSION = 1
PATH = "/v1/remote-help"
NOWHERE = -1
_LARGEST = 2**31 - 1


class RemoteLook(StrEnum):
    """Whether somebody in the control room sees the page."""

    WAITING = "waiting"  # the person agreed, and nobody looks yet
    WATCHED = "watched"
    AWAY = "away"  # the control room can't be reached; only a terminal says this
    ENDED = "ended"  # by the helper, or because the session is over


@dataclass(frozen=True)
class RemoteNews:
    """What the central service says of a session.

    `turn` counts its changes. `frame` and `place` are the place of the frame that the helper points
    at, `NOWHERE` for none.
    """

    turn: int
    look: RemoteLook
    frame: int = NOWHERE
    place: int = NOWHERE

    def encode(self) -> bytes:
        """Return the body of an answer."""
        said = {"version": VERSION, "turn": self.turn, "look": self.look.value}
        return json.dumps(said | {"frame": self.frame, "place": self.place}).encode()


def read_news(body: bytes) -> RemoteNews | None:
    """Return the news in an answer, None for a body that is none."""
    found = decode_object(body) or {}
    said = [found.get(name) for name in ("turn", "frame", "place")]
    numbers = [one for one in said if type(one) is int and NOWHERE <= one <= _LARGEST]
    look = found.get("look")
    if found.get("version") != VERSION or look not in list(RemoteLook) or look == RemoteLook.AWAY:
        return None
    if len(numbers) < len(said):
        return None
    turn, frame, place = numbers
    return RemoteNews(turn, RemoteLook(look), frame, place)


class RemoteHelper(Protocol):
    """The line to a helper in the control room. Every call returns at once, from any thread."""

    def begin(self, session: str, tell: Callable[[RemoteNews], None]) -> None:
        """Begin a session; one under way is ended first. `tell` gets the news, on any thread."""

    def show(self, frame: bytes) -> None:
        """Send a frame; of those that wait only the newest is sent."""

    def end(self) -> None:
        """End the session; idempotent."""


class NoRemoteHelper:
    """A terminal whose control room has no helpers."""

    def begin(self, session: str, tell: Callable[[RemoteNews], None]) -> None:
        """Begin nothing."""

    def show(self, frame: bytes) -> None:
        """Send nothing."""

    def end(self) -> None:
        """Do nothing."""
