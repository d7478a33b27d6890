"""The socket between the service, which holds the sessions, and the pages of the control room.

A connection has one question, a line of JSON, and one answer, another line. What can be asked is a
closed list of methods of `HelpSessions`. The socket's folder says who may connect; it is on this
machine alone, so that frames leave the service's memory for the helper's page only.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from socketserver import StreamRequestHandler, ThreadingMixIn, UnixStreamServer
from typing import TYPE_CHECKING, Any

from central.remote_help.sessions import HelpSummary, HelpView
from kiosk.json_decoder import decode_object

if TYPE_CHECKING:
    from pathlib import Path

    from central.remote_help.sessions import HelpSessions

SOCKET_VARIABLE = "KIOSK_CENTRAL_HELP"
"""Environment variable that names the socket, of the service and of the pages."""
SOCKET_MODE = 0o660
LONGEST = 128 * 1024
SECONDS = 3.0


class RoomAway(Exception):  # noqa: N818 - an outcome that a page has words for
    """The service can't be asked now."""


class _RoomServer(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    sessions: HelpSessions


class _Question(StreamRequestHandler):
    timeout = SECONDS
    server: _RoomServer

    def handle(self) -> None:
        with suppress(OSError, KeyError, TypeError, ValueError):
            asked = decode_object(self.rfile.readline(LONGEST)) or {}
            answer = _ANSWERS[asked["ask"]](self.server.sessions, asked)
            self.wfile.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


def _list(sessions: HelpSessions, _asked: Mapping[str, Any]) -> object:
    return {"sessions": [asdict(one) for one in sessions.summaries()]}


def _look(sessions: HelpSessions, asked: Mapping[str, Any]) -> object:
    view = sessions.look(str(asked["session"]), str(asked["helper"]))
    return {"view": asdict(view) if view else None}


def _point(sessions: HelpSessions, asked: Mapping[str, Any]) -> object:
    where = int(asked["frame"]), int(asked["place"])
    return {"done": sessions.point(str(asked["session"]), str(asked["helper"]), *where)}


def _leave(sessions: HelpSessions, asked: Mapping[str, Any]) -> object:
    sessions.leave(str(asked["session"]), str(asked["helper"]))
    return {"done": True}


_ANSWERS: Mapping[str, Callable[[HelpSessions, Mapping[str, Any]], object]] = {
    "list": _list,
    "look": _look,
    "point": _point,
    "leave": _leave,
}


def serve_room(path: Path, sessions: HelpSessions) -> Callable[[], None]:
    """Answer on a socket at `path`, and return what stops it; raises OSError."""
    path.unlink(missing_ok=True)  # left by a service that was killed
    server = _RoomServer(str(path), _Question)
    path.chmod(SOCKET_MODE)
    server.sessions = sessions
    thread = threading.Thread(target=server.serve_forever, name="remote help", daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()
        path.unlink(missing_ok=True)

    return stop


@dataclass(frozen=True)
class RoomLine:
    """The way from the pages to the sessions; any thread. Each call raises RoomAway."""

    path: Path

    def sessions(self) -> tuple[HelpSummary, ...]:
        """Return all sessions, the oldest first."""
        return tuple(HelpSummary(**one) for one in self._ask(ask="list")["sessions"])

    def look(self, session: str, helper: str) -> HelpView | None:
        """Return what this helper sees; None when the session is over or somebody else's."""
        found = self._ask(ask="look", session=session, helper=helper)["view"]
        return None if found is None else HelpView(**found)

    def point(self, session: str, helper: str, frame: int, place: int) -> bool:
        """Point at a place of the newest frame as `helper`; return whether that is possible."""
        said = {"session": session, "helper": helper, "frame": frame, "place": place}
        return bool(self._ask(ask="point", **said)["done"])

    def leave(self, session: str, helper: str) -> None:
        """End the session as its helper."""
        self._ask(ask="leave", session=session, helper=helper)

    def _ask(self, **said: object) -> Mapping[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(SECONDS)
                line.connect(str(self.path))
                line.sendall(json.dumps(said).encode() + b"\n")
                with line.makefile("rb") as answer:
                    found = decode_object(answer.readline(LONGEST))
        except (OSError, ValueError) as error:
            raise RoomAway from error
        if not found:
            raise RoomAway
        return found
