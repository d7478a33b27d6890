"""One terminal: its newest readiness sheet, and what it was and can be asked for."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.fleet.health import failed_update
from central.web.fleet.pages import FLEET_PATH, ROOM
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind
from kiosk.fleet.terminal_requests import RequestKind

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.store.web.fleet_desk import TerminalBeat
    from central.web.page_table import PageRequest

PATH = "/fleet/terminals/{terminal}"


def show_terminal(asking: PageRequest) -> Response:
    """Return the page of one terminal."""
    found = _found(asking)
    return _page(asking, found) if found else error_page(asking.context, HTTPStatus.NOT_FOUND)


def ask_terminal(asking: PageRequest) -> Response:
    """Store a request of the closed list; the terminal is told with its next heartbeat."""
    found = _found(asking)
    if found is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    kind = asking.form.get("kind", "")
    if kind not in list(RequestKind):
        return _page(asking, found, "kind")
    fleet, terminal = asking.context.fleet, found.terminal
    end = asking.context.now() + timedelta(hours=fleet.policy.request_hours)
    event = asking.event(WebEventKind.REQUESTED, f"{kind} of {terminal}")
    if not fleet.requests.ask(terminal, kind, end.isoformat(timespec="seconds"), event):
        return _page(asking, found, "twice")
    return see_other(f"{FLEET_PATH}/terminals/{terminal}")


def _found(asking: PageRequest) -> TerminalBeat | None:
    wanted = asking.path["terminal"]
    every = asking.context.fleet.desk.terminals()
    return next((one for one in every if one.terminal == wanted), None)


def _page(asking: PageRequest, found: TerminalBeat, trouble: str = "") -> Response:
    context = asking.context
    sheet = context.fleet.requests.sheet(found.terminal)
    return asking.page(
        "terminal.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        found=found,
        failed=failed_update(found.beat),
        point_name=context.point_name(found.point),
        kinds=[one.value for one in RequestKind],
        asked=context.fleet.requests.newest(found.terminal, context.fleet.policy.alarms),
        now=context.said_at(),
        sheet_at=sheet[0] if sheet else "",
        sheet=json.loads(sheet[1]) if sheet else None,
        failure=context.renderer.texts["fleet"]["request_troubles"].get(trouble, ""),
    )


PAGES = (
    WebPage("GET", PATH, show_terminal, ROOM),
    WebPage("POST", f"{PATH}/ask", ask_terminal, ROOM),
)
