"""The page of wishes: log-in at the platform, kinds, town, number and a consent of its own.

A session is in memory alone and short; what was typed goes to the central service at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import RLock
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from central.web.forms import read_form
from kiosk.json_decoder import decode_object
from kiosk.ports import JSON, Central
from kiosk.retirement.divisions import CITY

if TYPE_CHECKING:
    from starlette.requests import Request

    from kiosk.retirement.divisions import Divisions
    from phone.painter import PagePainter
    from phone.platform_site import PlatformSite

COOKIE, HOME = "__Host-wishes", "/wishes"
LOGIN, BACK, ACT = "/wishes/login", "/wishes/signed-in", "/wishes/act"
MOBILE = re.compile(r"1\d{10}", re.ASCII)
LONGEST_CODE, TOKEN_BYTES, IDLE_SECONDS, MOST_SESSIONS = 4096, 32, 600.0, 500
KIND = "kind-"
"""What the name of a kind's field begins with."""


@dataclass
class WishSession:
    """One person at their browser; `nonce` and `state` are of the log-in, `token` came with it."""

    seen: float
    nonce: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


@dataclass
class WishSite:
    """Everything that the page uses."""

    central: Central
    painter: PagePainter
    platform: PlatformSite
    divisions: Divisions
    monotonic: Callable[[], float]
    _sessions: dict[str, WishSession] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    def routes(self) -> list[Route]:
        """Return the page as routes."""
        return [
            Route(HOME, self._threaded(self._home)),
            Route(LOGIN, self._threaded(self._go_to_platform)),
            Route(BACK, self._threaded(self._take_login)),
            Route(ACT, self._act, methods=["POST"]),
        ]

    def _threaded(
        self, answer: Callable[[Request], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(answer, request)

        return endpoint

    def _session(self, request: Request) -> WishSession | None:
        cookie = request.cookies.get(COOKIE, "")
        with self._lock:
            at = self.monotonic()
            old = [name for name, one in self._sessions.items() if one.seen < at - IDLE_SECONDS]
            for name in old:
                del self._sessions[name]
            found = self._sessions.get(_name(cookie)) if cookie else None
            if found is not None:
                found.seen = at
            return found

    def _home(self, request: Request) -> Response:
        session = self._session(request)
        cookie = request.cookies.get(COOKIE, "")
        if session is None or not session.token:
            return self._page(cookie, None)
        return self._page(cookie, self._ask(session, {"act": "look"}))

    def _go_to_platform(self, _request: Request) -> Response:
        cookie = secrets.token_hex(TOKEN_BYTES)
        nonce, state = secrets.token_hex(16), secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            if len(self._sessions) >= MOST_SESSIONS:
                return self._notice("crowded", HTTPStatus.SERVICE_UNAVAILABLE)
            self._sessions[_name(cookie)] = WishSession(self.monotonic(), nonce, state)
        answer = RedirectResponse(
            self.platform.login_url(state, nonce, BACK), HTTPStatus.SEE_OTHER.value
        )
        answer.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True, samesite="lax")
        return answer

    def _take_login(self, request: Request) -> Response:
        session = self._session(request)
        code = request.query_params.get("code", "")[:LONGEST_CODE]
        state = request.query_params.get("state", "").encode()
        if session is not None:
            wanted, session.state = session.state.encode(), ""
            if wanted and code and hmac.compare_digest(wanted, state):
                said = self._call("/v1/proofs/platform", {"code": code, "nonce": session.nonce})
                match said:
                    case {"token": str(token), "id_number": str(number)}:
                        session.token, session.number = token, number
        return RedirectResponse(HOME, HTTPStatus.SEE_OTHER.value)

    async def _act(self, request: Request) -> Response:
        form = await read_form(request)
        if isinstance(form, HTTPStatus):
            return self._notice("refused", form)
        return await run_in_threadpool(self._carry_out, request, form)

    def _carry_out(self, request: Request, form: Mapping[str, str]) -> Response:
        cookie = request.cookies.get(COOKIE, "")
        given, wanted = form.get("token", "").encode(), _form_token(cookie).encode()
        if not cookie or not hmac.compare_digest(given, wanted):
            return self._notice("refused", HTTPStatus.FORBIDDEN)
        session = self._session(request)
        if session is None or not session.token:
            return self._notice("away", HTTPStatus.OK)
        if form.get("act") == "withdraw":
            return self._page(cookie, self._ask(session, {"act": "withdraw"}), done="withdrawn")
        trouble = _trouble_with(form)
        if trouble:
            state = self._ask(session, {"act": "look"})
            return self._page(cookie, state, failure=trouble, typed=form)
        said = {
            "act": "keep",
            "kinds": _kinds_in(form),
            "division": form["division"],
            "mobile": form["mobile"].strip(),
            "consent": True,
        }
        return self._page(cookie, self._ask(session, said), done="kept", typed=form)

    def _ask(self, session: WishSession, said: Mapping[str, object]) -> Mapping[str, Any] | None:
        """Return what the central service says of the wish now, None where it says nothing."""
        whole = {**said, "token": session.token, "id_number": session.number}
        return self._call("/v1/wishes", whole)

    def _call(self, path: str, said: Mapping[str, object]) -> Mapping[str, Any] | None:
        body = json.dumps(said).encode()
        answer = self.central.call("POST", path, body, {"Content-Type": JSON})
        if answer.trouble is not None or answer.status != HTTPStatus.OK:
            return None
        return decode_object(answer.body)

    def _page(
        self,
        cookie: str,
        state: Mapping[str, Any] | None,
        failure: str = "",
        done: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        session = self._sessions.get(_name(cookie)) if cookie else None
        known = session is not None and bool(session.token)
        if known and state is None:
            failure, done = "unreached", ""
        wish: Mapping[str, Any] = (state or {}).get("wish") or {}
        division = (typed or {}).get("division", "") or wish.get("division", "")
        html = self.painter.wishes(
            known=known,
            token=_form_token(cookie),
            kinds=(state or {}).get("kinds", {}),
            chosen=_kinds_in(typed) if typed and failure else wish.get("kinds", ()),
            division=division,
            mobile=(typed or {}).get("mobile", "") if failure else "",
            stored=wish.get("kinds", ()),
            has_wish=bool(wish),
            place=self.divisions.full_name(str(wish.get("division", ""))),
            answers=(state or {}).get("answers", ()),
            full_name=self.divisions.full_name,
            counties=[
                (one, self.divisions.children.get(one.code, ()))
                for one in self.divisions.children[CITY]
            ],
            failure=failure,
            done=done if state is not None else "",
        )
        return HTMLResponse(html, HTTPStatus.UNPROCESSABLE_ENTITY if failure else HTTPStatus.OK)

    def _notice(self, name: str, status: HTTPStatus) -> Response:
        return HTMLResponse(self.painter.notice(name), status)


def _kinds_in(form: Mapping[str, str]) -> list[str]:
    return [name.removeprefix(KIND) for name in form if name.startswith(KIND)]


def _trouble_with(form: Mapping[str, str]) -> str:
    if not _kinds_in(form):
        return "kinds"
    if not form.get("division"):
        return "division"
    if MOBILE.fullmatch(form.get("mobile", "").strip()) is None:
        return "mobile"
    return "" if form.get("consent") == "yes" else "consent"


def _name(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _form_token(cookie: str) -> str:
    return hashlib.sha256(f"wishes:{cookie}".encode()).hexdigest()
