"""Log-in at the platform for pages of their own: who is at which browser, in memory alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import RLock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from phone.painter import PagePainter
    from phone.platform_site import PlatformSite

LONGEST_CODE, TOKEN_BYTES, IDLE_SECONDS, MOST_SESSIONS = 4096, 32, 600.0, 500


@dataclass
class PlatformSession:
    """One browser; `nonce` and `state` are of its log-in, `said` what the service told of it."""

    seen: float
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    said: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class BrowserLogin:
    """Log-in for the page `/NAME`: its routes, its sessions and the token of its forms.

    `kind` is what the platform shows; `redeem` returns of a code and nonce what the central
    service tells of who logged in, {} for nobody.
    """

    name: str
    kind: str
    platform: PlatformSite
    painter: PagePainter
    monotonic: Callable[[], float]
    redeem: Callable[[str, str], Mapping[str, str]]
    _sessions: dict[str, PlatformSession] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def home(self) -> str:
        """Return the path of the page."""
        return f"/{self.name}"

    def routes(self) -> list[Route]:
        """Return the way to the platform and back."""
        return [
            Route(f"{self.home}/login", threaded(self._go_to_platform)),
            Route(f"{self.home}/signed-in", threaded(self._take_login)),
        ]

    def session(self, request: Request) -> PlatformSession | None:
        """Return the session of a browser that logged in, None of any other."""
        found = self._begun(request)
        return found if found is not None and found.said else None

    def form_token(self, request: Request) -> str:
        """Return the token of the forms of this browser."""
        return hashlib.sha256(f"{self.name}:{self._cookie(request)}".encode()).hexdigest()

    def posted_by(self, request: Request, form: Mapping[str, str]) -> PlatformSession | Response:
        """Return whose form it is, or the answer to a forged one, or to one that came too late."""
        given, wanted = form.get("token", "").encode(), self.form_token(request).encode()
        if not self._cookie(request) or not hmac.compare_digest(given, wanted):
            return self.notice("refused", HTTPStatus.FORBIDDEN)
        return self.session(request) or self.notice("away", HTTPStatus.OK)

    def notice(self, name: str, status: HTTPStatus) -> Response:
        """Return the page with the words of `name`."""
        return HTMLResponse(self.painter.notice(name), status)

    def _begun(self, request: Request) -> PlatformSession | None:
        cookie = self._cookie(request)
        with self._lock:
            at = self.monotonic()
            old = [name for name, one in self._sessions.items() if one.seen < at - IDLE_SECONDS]
            for name in old:
                del self._sessions[name]
            found = self._sessions.get(_digest(cookie)) if cookie else None
            if found is not None:
                found.seen = at
            return found

    def _go_to_platform(self, _request: Request) -> Response:
        cookie = secrets.token_hex(TOKEN_BYTES)
        nonce, state = secrets.token_hex(16), secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            if len(self._sessions) >= MOST_SESSIONS:
                return self.notice("crowded", HTTPStatus.SERVICE_UNAVAILABLE)
            self._sessions[_digest(cookie)] = PlatformSession(self.monotonic(), nonce, state)
        address = self.platform.login_url(state, nonce, f"{self.home}/signed-in", self.kind)
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER.value)
        # Lax: the platform sends the browser back from another site.
        answer.set_cookie(
            f"__Host-{self.name}", cookie, path="/", secure=True, httponly=True, samesite="lax"
        )
        return answer

    def _take_login(self, request: Request) -> Response:
        session = self._begun(request)
        code = request.query_params.get("code", "")[:LONGEST_CODE]
        state = request.query_params.get("state", "").encode()
        if session is not None:
            wanted, session.state = session.state.encode(), ""
            if wanted and code and hmac.compare_digest(wanted, state):
                session.said = self.redeem(code, session.nonce)
        return RedirectResponse(self.home, HTTPStatus.SEE_OTHER.value)

    def _cookie(self, request: Request) -> str:
        return request.cookies.get(f"__Host-{self.name}", "")


def threaded(
    answer: Callable[[Request], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers on a thread."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
