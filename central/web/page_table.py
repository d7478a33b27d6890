"""Declarations of pages: method, path, roles, function; and what each request has to pass first."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from central.terminals.server.http_protocol import VERIFIED
from central.web.forms import Form, read_form
from central.web.uploads import Upload, read_upload
from central.web_accounts import WebEvent, WebEventKind

if TYPE_CHECKING:
    from starlette.requests import Request

    from central.web.web_context import WebContext
    from central.web_accounts import WebAccount, WebRole

SESSION_COOKIE, FORM_COOKIE = "__Host-session", "__Host-form"
TOKEN_FIELD = "token"  # noqa: S105 - the name of a form's field
LOGIN_PATH = "/login"
_TOKEN_BYTES = 32
SAME_SITE_WORDS = ("same-origin", "none")  # Sec-Fetch-Site: none is the address bar


@dataclass(frozen=True)
class PageRequest:
    """One request that may be answered: its guards were passed.

    `account` is None on pages that need no log-in. `secret` is the cookie that the form token is
    derived from; `is_new_secret`: the browser does not have it yet. `source`: the client's address.
    `menu`: the pages that this account may open. `file`: what was posted to a page that takes one,
    None without any, or the status that refuses it.
    """

    context: WebContext
    account: WebAccount | None
    source: str
    form: Form
    query: Mapping[str, str]
    path: Mapping[str, Any]
    secret: str = field(repr=False)
    is_new_secret: bool = False
    menu: tuple[WebPage, ...] = ()
    file: bytes | HTTPStatus | None = field(default=None, repr=False)

    @property
    def user(self) -> WebAccount:
        """Return whose session it is, on a page that needs one."""
        assert self.account is not None
        return self.account

    def event(self, kind: WebEventKind, detail: str = "", account: str = "") -> WebEvent:
        """Return an event of now for the audit; `account` where nobody is logged in yet."""
        who = self.account.id if self.account else account
        return WebEvent(self.context.said_at(), who, self.source, kind, detail)

    def page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
        """Return a page with the token of its forms.

        `status` is HTTP's, `values` are the template's.
        """
        answer = self.context.renderer.page(
            template,
            status,
            user=self.account,
            menu=self.menu,
            token=form_token(self.secret),
            **values,
        )
        if self.is_new_secret:
            set_cookie(answer, FORM_COOKIE, self.secret)
        return answer


Handler = Callable[[PageRequest], Response]


@dataclass(frozen=True)
class WebPage:
    """One page or act.

    `roles`: who may; None for a page that needs no log-in. `name`: its words in the menu, table
    `menu` of config/texts/web.toml; "" for what stands in no menu. `longest_file`: the most bytes
    of the file that its form has, None for a form without one.
    """

    method: str
    path: str
    answer: Handler
    roles: frozenset[WebRole] | None
    name: str = ""
    longest_file: Callable[[WebContext], int] | None = None

    def route(self) -> Route:
        """Return the page as a route of the application."""

        async def endpoint(request: Request) -> Response:
            posted = await self._read(request)
            answer = await run_in_threadpool(self._respond, request, posted)
            if getattr(request.state, "known", False):
                _note_verified(request)
            return answer

        return Route(self.path, endpoint, methods=[self.method])

    async def _read(self, request: Request) -> Upload | HTTPStatus:
        """Return what was posted, or the status that refuses it."""
        if self.longest_file is not None:
            return await read_upload(request, self.longest_file(request.app.state.web))
        form = await read_form(request) if self.method == "POST" else {}
        return form if isinstance(form, HTTPStatus) else Upload(form)

    def _respond(self, request: Request, posted: Upload | HTTPStatus) -> Response:
        context: WebContext = request.app.state.web
        token = request.cookies.get(SESSION_COOKIE, "")
        account = context.sessions.find(token_digest(token), context.now()) if token else None
        if isinstance(posted, HTTPStatus):
            return error_page(context, posted)
        asking = _page_request(context, request, account, posted)
        if account is not None:
            context.sessions.note_seen(token_digest(token), context.now())
            request.state.known = True
        if self.roles is not None and account is None:
            return see_other(LOGIN_PATH)
        if self.roles is not None and asking.user.role not in self.roles:
            context.events.record(asking.event(WebEventKind.DENIED, f"{self.method} {self.path}"))
            return error_page(context, HTTPStatus.FORBIDDEN)
        unread = isinstance(posted.file, HTTPStatus)  # nothing of it is used, nor its token there
        if self.method == "POST" and not (unread or _is_own_form(request, asking)):
            if account is not None:  # anybody could fill the audit otherwise
                event = asking.event(WebEventKind.FORGED, f"{self.method} {self.path}")
                context.events.record(event)
            return error_page(context, HTTPStatus.FORBIDDEN, "forged")
        return self.answer(asking)


def _page_request(
    context: WebContext, request: Request, account: WebAccount | None, posted: Upload
) -> PageRequest:
    kept = request.cookies.get(SESSION_COOKIE if account else FORM_COOKIE, "")
    return PageRequest(
        context=context,
        account=account,
        source=request.client.host if request.client else "",
        form=posted.form,
        query=request.query_params,
        path=request.path_params,
        secret=kept or new_token(context.random),
        is_new_secret=not kept,
        menu=_menu_of(request.app.state.pages, account),
        file=posted.file,
    )


def _menu_of(pages: tuple[WebPage, ...], account: WebAccount | None) -> tuple[WebPage, ...]:
    if account is None:
        return ()
    return tuple(one for one in pages if one.name and one.roles and account.role in one.roles)


def _is_own_form(request: Request, asking: PageRequest) -> bool:
    """Return whether a posted form came from a page of ours that this browser was given.

    The token derives from a cookie that no other site can read or set (`__Host-`); a browser also
    says where the form stood (Origin, RFC 6454 §7; Sec-Fetch-Site).
    """
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    site = request.headers.get("sec-fetch-site", SAME_SITE_WORDS[0])
    if (origin is not None and origin != own) or site not in SAME_SITE_WORDS:
        return False
    given = asking.form.get(TOKEN_FIELD, "")
    wanted = form_token(asking.secret)
    return not asking.is_new_secret and hmac.compare_digest(given.encode(), wanted.encode())


def _note_verified(request: Request) -> None:
    """Tell the server that the connection is of somebody known (`LimitedConnections`)."""
    if note := request.scope.get("extensions", {}).get(VERIFIED):
        note()


def new_token(random: Callable[[int], bytes]) -> str:
    """Return 256 random bits for a cookie, in hex."""
    return random(_TOKEN_BYTES).hex()


def token_digest(token: str) -> str:
    """Return what the database keeps of a session's token: SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(secret: str) -> str:
    """Return the token of forms on pages of the browser whose cookie is `secret`."""
    return hashlib.sha256(f"form:{secret}".encode()).hexdigest()


def set_cookie(answer: Response, name: str, value: str) -> None:
    """Set the cookie `name` on `answer`: only this host gets it, by TLS, no script, no other site.

    `value` is a token.
    """
    answer.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="strict")


def see_other(path: str) -> Response:
    """Return a redirect to a page of ours that is fetched by GET (303)."""
    return RedirectResponse(path, HTTPStatus.SEE_OTHER.value)


def error_page(context: WebContext, status: HTTPStatus, name: str = "") -> Response:
    """Return the page that says what went wrong and what to do.

    `status` is HTTP's; `name`: which words of the table `errors`, by default those of the status.
    """
    words = context.renderer.texts["errors"]
    chosen = words.get(name or str(status.value)) or words["400"]
    return context.renderer.page(
        "error.html", status, user=None, menu=(), words=chosen, home=context.home
    )
