"""The ASGI application of the pages: routes, headers of every answer, error pages."""

from __future__ import annotations

import logging
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.routing import Route

from central.store.database import UNREACHABLE_ERRORS
from central.web import live_pages as live
from central.web.checking import pages as checking
from central.web.city import (
    escalation,
    figures,
    helpers,
    notices,
    service_points,
    talents,
)
from central.web.fleet import acts as fleet_acts
from central.web.fleet import enrolments as fleet_enrolments
from central.web.fleet import pages as fleet
from central.web.fleet import terminal as fleet_terminal
from central.web.offices import acts, cases, certificates, ended, tasks
from central.web.page_table import error_page
from central.web.public import guide, needs, points, progress
from central.web.remote_help import pages as remote_help
from central.web.sign_in import pages as sign_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from central.web.page_table import WebPage
    from central.web.web_context import WebContext

LOG = logging.getLogger("central.web")
STATIC = Path(__file__).parent / "static"
FILES = {
    "web.css": "text/css",
    "figures.css": "text/css",
    "public.css": "text/css",
    "live.js": "text/javascript",
    "remote.css": "text/css",
    "remote.js": "text/javascript",
}
"""What the pages load, each with its media type."""
OPEN_PAGES = (
    *guide.PAGES,
    *needs.PAGES,
    *points.PAGES,
    *progress.PAGES,
    *checking.PAGES,
)
PUBLIC_PAGES = (guide.HOME, *OPEN_PAGES)
OFFICE_PAGES = (*tasks.PAGES, *ended.PAGES, *cases.PAGES, *acts.PAGES, *certificates.PAGES)
CITY_PAGES = (
    *figures.PAGES,
    *notices.PAGES,
    *service_points.PAGES,
    *talents.PAGES,
    *helpers.PAGES,
    *escalation.PAGES,
)
FLEET_PAGES = (
    *fleet.PAGES,
    *fleet_acts.PAGES,
    *fleet_enrolments.PAGES,
    *fleet_terminal.PAGES,
)
PAGES = (
    *sign_in.PAGES,
    *CITY_PAGES,
    *FLEET_PAGES,
    *live.PAGES,
    *remote_help.PAGES,
    *OFFICE_PAGES,
    *OPEN_PAGES,
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers would then say `Origin: null` of our own forms (Fetch, 3.2).
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}
LIVE_PATHS = frozenset({figures.CITY_PATH, fleet.FLEET_PATH, remote_help.PATH})
"""Pages with a script, that of their moving figures; all others run none."""
LIVE_POLICY = HEADERS["Content-Security-Policy"] + "; script-src 'self'; connect-src 'self'"


class HeaderLines:
    """ASGI middleware that puts `HEADERS` on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers; `scope`, `receive`, `send` are ASGI's."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if scope["path"] in LIVE_PATHS:
                    headers["Content-Security-Policy"] = LIVE_POLICY
            await send(message)

        await self._app(scope, receive, with_headers)


def build_web_app(context: WebContext, pages: tuple[WebPage, ...] = PAGES) -> HeaderLines:
    """Return the application that serves these pages."""
    app = Starlette(
        routes=[*(page.route() for page in pages), *(_file(*one) for one in FILES.items())],
        exception_handlers={
            HTTPException: _refuse,
            Exception: _fail,
            **dict.fromkeys(UNREACHABLE_ERRORS, _unreachable),
        },
    )
    app.state.web, app.state.pages = context, pages
    return HeaderLines(app)


def _file(name: str, media_type: str) -> Route:
    async def answer(_request: Request) -> Response:
        return FileResponse(STATIC / name, media_type=media_type)

    return Route(f"/static/{name}", answer)


def _refuse(request: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    answer = error_page(request.app.state.web, HTTPStatus(found.status_code))
    answer.headers.update(found.headers or {})
    return answer


def _fail(request: Request, _error: Exception) -> Response:
    return error_page(request.app.state.web, HTTPStatus.INTERNAL_SERVER_ERROR)


def _unreachable(request: Request, error: Exception) -> Response:
    LOG.warning("database: %s", type(error).__name__)  # its text may repeat what was asked for
    return error_page(request.app.state.web, HTTPStatus.SERVICE_UNAVAILABLE)
