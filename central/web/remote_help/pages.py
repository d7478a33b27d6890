"""Who waits for a helper, the frame that a helper sees, and pointing at a part of it.

A helper can look, point and end. No form of these pages presses anything at a terminal.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from central.remote_help.room_socket import RoomAway
from central.web.page_table import WebPage, error_page, form_token, see_other, token_digest
from central.web_accounts import WebRole

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from central.remote_help.room_socket import RoomLine
    from central.remote_help.sessions import HelpView
    from central.web.page_table import PageRequest

PATH = "/remote-help"
HELPERS = frozenset({WebRole.REMOTE_HELPER})
MEDIA_TYPE = "text/event-stream"
_SESSION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[0-9]{1,9}")


def show_remote(asking: PageRequest) -> Response:
    """Return the sessions, or the frame of the one that `session` names; opening it is looking."""
    line, session = asking.context.help_line, asking.query.get("session", "")
    if line is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND, "no_remote_help")
    try:
        if session:
            view = _look(line, session, asking.user.id)
            return _frame_page(asking, session, view) if view else see_other(f"{PATH}?over=1")
        return _list_page(asking, line)
    except RoomAway:
        return error_page(asking.context, HTTPStatus.SERVICE_UNAVAILABLE, "remote_help_away")


def point_at(asking: PageRequest) -> Response:
    """Point at a place of the newest frame; on an older one nothing happens."""
    session, numbers = asking.form.get("session", ""), []
    for name in ("frame", "place"):
        said = asking.form.get(name, "")
        numbers += [int(said)] if _NUMBER.fullmatch(said) else []
    return _act(asking, session, lambda line: _point(line, session, asking.user.id, numbers))


def leave_session(asking: PageRequest) -> Response:
    """End a session as its helper."""
    session = asking.form.get("session", "")
    return _act(asking, "", lambda line: line.leave(session, asking.user.id))


def stream_remote(asking: PageRequest) -> Response:
    """Return the stream of one session's frames, or of the list without one."""
    context, line = asking.context, asking.context.help_line
    if line is None:
        return error_page(context, HTTPStatus.NOT_FOUND, "no_remote_help")
    if not context.live.has_room(asking.user.id):
        answer = error_page(context, HTTPStatus.SERVICE_UNAVAILABLE)
        answer.headers["Retry-After"] = str(round(context.live.policy.longest_seconds))
        return answer
    token, session = token_digest(asking.secret), asking.query.get("session", "")

    def lasts() -> bool:
        found = context.sessions.find(token, context.now())
        return found is not None and found.role in HELPERS

    def read() -> str | None:
        try:
            return _told(asking, line, session)
        except RoomAway:
            return None

    pause = context.policy.remote_help.tick_seconds
    stream = context.live.follow(asking.user.id, read, pause, lasts)
    return StreamingResponse(stream, media_type=MEDIA_TYPE)


def _told(asking: PageRequest, line: RoomLine, session: str) -> str | None:
    """Return what an open page is told now, None when its session is over."""
    if not session:
        return json.dumps({"list": _list_mark(line)})
    view = _look(line, session, asking.user.id)
    if view is None:
        return None
    html = asking.context.renderer.fragment("remote_frame.html", **_values(asking, session, view))
    told = {"html": html, "frame": view.frame["number"], "pointed": view.pointed}
    return json.dumps(told, ensure_ascii=False)


def _act(asking: PageRequest, session: str, act: Callable[[RoomLine], object]) -> Response:
    line = asking.context.help_line
    if line is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND, "no_remote_help")
    try:
        act(line)
    except RoomAway:
        return error_page(asking.context, HTTPStatus.SERVICE_UNAVAILABLE, "remote_help_away")
    is_session = _SESSION.fullmatch(session)
    return see_other(f"{PATH}?session={session}" if is_session else PATH)


def _look(line: RoomLine, session: str, helper: str) -> HelpView | None:
    return line.look(session, helper) if _SESSION.fullmatch(session) else None


def _point(line: RoomLine, session: str, helper: str, numbers: list[int]) -> None:
    if len(numbers) == len(("frame", "place")):
        line.point(session, helper, *numbers)


def _list_mark(line: RoomLine) -> str:
    """Return what changes when the list does."""
    return " ".join(f"{one.session}{one.helper}" for one in line.sessions())


def _list_page(asking: PageRequest, line: RoomLine) -> Response:
    found = line.sessions()
    names = {one.session: asking.context.point_name(one.point) for one in found}
    over = "over" in asking.query
    mark = _list_mark(line)
    return asking.page("remote_list.html", sessions=found, names=names, over=over, mark=mark)


def _frame_page(asking: PageRequest, session: str, view: HelpView) -> Response:
    return asking.page("remote_help.html", **_values(asking, session, view))


def _values(asking: PageRequest, session: str, view: HelpView) -> dict[str, Any]:
    return {
        "session": session,
        "view": view,
        "frame": view.frame,
        "point_name": asking.context.point_name(view.point),
        "form_key": form_token(asking.secret),
    }


PAGES = (
    WebPage("GET", PATH, show_remote, HELPERS, "remote_help"),
    WebPage("GET", f"{PATH}/live", stream_remote, HELPERS),
    WebPage("POST", f"{PATH}/point", point_at, HELPERS),
    WebPage("POST", f"{PATH}/leave", leave_session, HELPERS),
)
