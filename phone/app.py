"""The ASGI application of filing on a phone: routes, cookie, token of forms, headers."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from central.load import RateLimit
from central.web.forms import read_form
from kiosk.civil_time import to_civil
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from phone.handing_over import hand_over, may_hand_over
from phone.headers import HeadersOfEveryAnswer
from phone.painter import PageForm, PagePainter
from phone.platform_login import redeem_code
from phone.platform_site import PlatformSite
from phone.posted import events_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from phone.employer.pages import EmployerSite
    from phone.visits import PhoneVisit, PhoneVisits
    from phone.wishes.pages import WishSite

LOG = logging.getLogger("phone")
HERE = Path(__file__).parent
STATIC: Mapping[str, str] = {"phone.css": "text/css", "sign.js": "text/javascript"}
COOKIE = "__Host-phone"
TOKEN_BYTES = 32
LONGEST_CODE = 4096
SAME_SITE_WORDS = ("same-origin", "none")
WAITING = (Stage.SUBMITTING,)
SHOWN_ERRORS = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


Endpoint = Callable[["Request"], Awaitable[Response]]
PostAnswer = Callable[["PhoneSite", "Request", Mapping[str, str]], Response]
Answer = Callable[["PhoneSite", "Request"], Response]


@dataclass(frozen=True)
class PhoneSite:
    """Everything that the routes use. `picture` returns a held picture of the visit as PNG.

    `begins` limits what one address may begin, `presses` what one browser may press; `employer`,
    `wishes`: the pages of companies and of wishes, None where they are not served.
    """

    visits: PhoneVisits
    painter: PagePainter
    platform: PlatformSite
    assets: Path
    picture: Callable[[PhoneVisit, int], bytes | None]
    begins: RateLimit
    presses: RateLimit
    employer: EmployerSite | None = None
    wishes: WishSite | None = None


def build_phone_app(site: PhoneSite) -> HeadersOfEveryAnswer:
    """Return the application."""
    routes = [
        Route("/", _threaded(site, _show)),
        Route("/press", _posted(site, _press), methods=["POST"]),
        Route("/continue", _posted(site, _hand_over), methods=["POST"]),
        Route("/login", _threaded(site, _go_to_platform)),
        Route("/signed-in", _threaded(site, _take_login)),
        Route("/picture/{number:int}", _threaded(site, _picture)),
        Route("/static/{name}", _static),
        Route("/drawings/{name}", _threaded(site, _drawing)),
        *(site.employer.routes() if site.employer else ()),
        *(site.wishes.routes() if site.wishes else ()),
    ]

    def refuse(_request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", HTTPStatus.BAD_REQUEST)
        return _notice(site, "missing" if status in SHOWN_ERRORS else "refused", status)

    def fail(_request: Request, error: Exception) -> Response:
        LOG.error("a page failed: %s", type(error).__name__)  # its text may repeat what was typed
        return _notice(site, "broken", HTTPStatus.INTERNAL_SERVER_ERROR)

    app = Starlette(routes=routes, exception_handlers={HTTPException: refuse, Exception: fail})
    return HeadersOfEveryAnswer(app)


def _threaded(site: PhoneSite, answer: Answer) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, site, request)

    return endpoint


def _posted(site: PhoneSite, answer: PostAnswer) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        form = await read_form(request)
        if isinstance(form, HTTPStatus):
            return _notice(site, "refused", form)
        return await run_in_threadpool(answer, site, request, form)

    return endpoint


def form_token(cookie: str) -> str:
    """Return the token of the forms of the browser with this cookie."""
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()


def _show(site: PhoneSite, request: Request) -> Response:
    cookie = request.cookies.get(COOKIE, "")
    visit = site.visits.find(cookie)
    if visit is None:
        return _first_page(site, cookie)
    visit.note_waiting(visit.table.book.settings.visit.submit_wait_seconds)
    with visit.changed:
        waits = visit.visit.stage in WAITING
        form = PageForm(
            form_token(cookie),
            visit.revision,
            site.visits.policy.refresh_seconds if waits else 0,
            may_hand_over(visit.visit),
        )
        html = site.painter.paint(visit.page(), form)
        if visit.is_over():
            site.visits.end(cookie)
    return HTMLResponse(html)


def _first_page(site: PhoneSite, cookie: str) -> Response:
    """Return the first page; nothing is kept of a browser that only looks at it."""
    known = cookie or secrets.token_hex(TOKEN_BYTES)
    page = draw_page(Visit("", ""), site.visits.table)
    answer = HTMLResponse(site.painter.paint(page, PageForm(form_token(known), 0)))
    if not cookie:
        # Lax: the platform sends the browser back from another site.
        answer.set_cookie(COOKIE, known, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def _press(site: PhoneSite, request: Request, form: Mapping[str, str]) -> Response:
    cookie = request.cookies.get(COOKIE, "")
    if not _is_own_form(request, form, cookie):
        return _notice(site, "refused", HTTPStatus.FORBIDDEN)
    if site.presses.wait(form_token(cookie), site.visits.now()):
        return _notice(site, "crowded", HTTPStatus.TOO_MANY_REQUESTS)
    visit = site.visits.find(cookie)
    if visit is None:
        if form.get("at") != "0":
            return _notice(site, "away", HTTPStatus.OK)
        source = request.client.host if request.client else ""
        if site.begins.wait(source, site.visits.now()):
            return _notice(site, "crowded", HTTPStatus.TOO_MANY_REQUESTS)
        visit = site.visits.begin(cookie)
    if visit is None:
        return _notice(site, "crowded", HTTPStatus.SERVICE_UNAVAILABLE)
    with visit.changed:
        # A form that was sent twice, or from an earlier page, only shows where the visit is.
        if form.get("at") == str(visit.revision):
            visit.handle(*events_of(form, visit.visit, visit.page()))
        visit.await_receipt(site.visits.policy.receipt_seconds)
    return RedirectResponse("/", HTTPStatus.SEE_OTHER.value)


def _hand_over(site: PhoneSite, request: Request, form: Mapping[str, str]) -> Response:
    """Answer with the code of the draft, which is kept nowhere here."""
    cookie = request.cookies.get(COOKIE, "")
    if not _is_own_form(request, form, cookie):
        return _notice(site, "refused", HTTPStatus.FORBIDDEN)
    visit = site.visits.find(cookie)
    if visit is None:
        return _notice(site, "away", HTTPStatus.OK)
    with visit.changed:
        if not may_hand_over(visit.visit):
            return RedirectResponse("/", HTTPStatus.SEE_OTHER.value)
        asked = visit.visit, visit.table.book, visit.services.central, visit.now()
        code, view = hand_over(*asked), visit.visit.display.view
    if code is None:
        return _notice(site, "not_kept", HTTPStatus.OK)
    look = f"size-{view.text_size.value} {view.contrast.value}"
    until = f"{to_civil(code.until):%H:%M}"
    return HTMLResponse(site.painter.handover(code.token, until, look))


def _is_own_form(request: Request, form: Mapping[str, str], cookie: str) -> bool:
    """Tell whether a form came from a page of ours that this browser was given."""
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    where = request.headers.get("sec-fetch-site", SAME_SITE_WORDS[0])
    if not cookie or (origin is not None and origin != own) or where not in SAME_SITE_WORDS:
        return False
    return hmac.compare_digest(form.get("token", "").encode(), form_token(cookie).encode())


def _go_to_platform(site: PhoneSite, request: Request) -> Response:
    visit = site.visits.find(request.cookies.get(COOKIE, ""))
    if visit is None or visit.visit.stage is not Stage.CARD:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER.value)
    with visit.changed:
        visit.login = secrets.token_urlsafe(TOKEN_BYTES)
        address = site.platform.login_url(visit.login, visit.visit.id)
    return RedirectResponse(address, HTTPStatus.SEE_OTHER.value)


def _take_login(site: PhoneSite, request: Request) -> Response:
    """Take the code with which the platform sent the browser back; each way there counts once."""
    visit = site.visits.find(request.cookies.get(COOKIE, ""))
    code = request.query_params.get("code", "")[:LONGEST_CODE]
    state = request.query_params.get("state", "")
    if visit is not None:
        with visit.changed:
            wanted, visit.login = visit.login, ""
            same = bool(wanted) and hmac.compare_digest(wanted.encode(), state.encode())
            if same and code and visit.visit.stage is Stage.CARD:
                asked = visit.services.central, code, visit.visit.id, visit.now()
                visit.handle(redeem_code(*asked))
    return RedirectResponse("/", HTTPStatus.SEE_OTHER.value)


def _picture(site: PhoneSite, request: Request) -> Response:
    visit = site.visits.find(request.cookies.get(COOKIE, ""))
    found = site.picture(visit, request.path_params["number"]) if visit else None
    if found is None:
        return _notice(site, "missing", HTTPStatus.NOT_FOUND)
    return Response(found, media_type="image/png")


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(HERE / "static" / name, media_type=STATIC[name])


def _drawing(site: PhoneSite, request: Request) -> Response:
    folder = site.assets / "drawings"
    name = request.path_params["name"]
    if name not in {one.name for one in folder.glob("*.svg")}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return FileResponse(folder / name, media_type="image/svg+xml")


def _notice(site: PhoneSite, name: str, status: int) -> Response:
    return HTMLResponse(site.painter.notice(name), int(status))
