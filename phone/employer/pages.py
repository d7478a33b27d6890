"""The employer page: log-in of a company, one person or a list, and what became of each row."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from threading import RLock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from central.web.uploads import read_upload
from kiosk.civil_time import civil_day
from kiosk.json_decoder import decode_object
from kiosk.ports import JSON, Central
from kiosk.units import MIB
from phone.employer.lists import ListedPerson, ReadList, read_list

if TYPE_CHECKING:
    from starlette.requests import Request

    from phone.painter import PagePainter
    from phone.platform_site import PlatformSite

COOKIE, HOME = "__Host-employer", "/employer"
LOGIN, BACK, FILE = "/employer/login", "/employer/signed-in", "/employer/file"
AT_ONCE = 200
SHOWN_WRONG = 200
LONGEST_FILE = 8 * MIB
LONGEST_CODE = 4096
TOKEN_BYTES = 32
IDLE_SECONDS = 600.0
MOST_SESSIONS = 500
UNREACHED = "unreached"


@dataclass
class EmployerSession:
    """One company at its browser, in memory alone; `nonce` and `state` are of its log-in."""

    seen: float
    nonce: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    unit: str = ""
    unit_code: str = ""
    token: str = field(default="", repr=False)


@dataclass
class EmployerSite:
    """Everything that the pages use. `services` are the codes that a company begins."""

    central: Central
    painter: PagePainter
    platform: PlatformSite
    services: tuple[str, ...]
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    _sessions: dict[str, EmployerSession] = field(default_factory=dict, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    def routes(self) -> list[Route]:
        """Return the pages as routes."""
        return [
            Route(HOME, self._threaded(self._home)),
            Route(LOGIN, self._threaded(self._go_to_platform)),
            Route(BACK, self._threaded(self._take_login)),
            Route(FILE, self._file, methods=["POST"]),
        ]

    def _threaded(
        self, answer: Callable[[Request], Response]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(answer, request)

        return endpoint

    def _session(self, request: Request) -> EmployerSession | None:
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
        return self._page(session, request.cookies.get(COOKIE, ""))

    def _page(
        self,
        session: EmployerSession | None,
        cookie: str,
        counts: Mapping[str, int] | None = None,
        wrong: tuple[tuple[int, str], ...] = (),
    ) -> Response:
        known = session is not None and bool(session.token)
        html = self.painter.employer(
            unit=session.unit if session and known else "",
            token=_form_token(cookie),
            counts=dict(counts or {}),
            wrong=wrong[:SHOWN_WRONG],
            more_wrong=max(0, len(wrong) - SHOWN_WRONG),
        )
        return HTMLResponse(html)

    def _go_to_platform(self, _request: Request) -> Response:
        cookie = secrets.token_hex(TOKEN_BYTES)
        nonce, state = secrets.token_hex(16), secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            if len(self._sessions) >= MOST_SESSIONS:
                return Response("", HTTPStatus.SERVICE_UNAVAILABLE)
            self._sessions[_name(cookie)] = EmployerSession(self.monotonic(), nonce, state)
        address = self.platform.login_url(state, nonce, BACK, "company")
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER.value)
        answer.set_cookie(COOKIE, cookie, path="/", secure=True, httponly=True, samesite="lax")
        return answer

    def _take_login(self, request: Request) -> Response:
        session = self._session(request)
        code = request.query_params.get("code", "")[:LONGEST_CODE]
        state = request.query_params.get("state", "").encode()
        if session is not None:
            wanted, session.state = session.state.encode(), ""
            if wanted and code and hmac.compare_digest(wanted, state):
                self._log_in(session, code)
        return RedirectResponse(HOME, HTTPStatus.SEE_OTHER.value)

    def _log_in(self, session: EmployerSession, code: str) -> None:
        body = json.dumps({"code": code, "nonce": session.nonce}).encode()
        answer = self.central.call("POST", "/v1/employers/login", body, {"Content-Type": JSON})
        match decode_object(answer.body) or {}:
            case {"token": str(token), "unit": str(unit), "unit_code": str(unit_code)}:
                session.token, session.unit, session.unit_code = token, unit, unit_code

    async def _file(self, request: Request) -> Response:
        posted = await read_upload(request, LONGEST_FILE)
        if isinstance(posted, HTTPStatus) or isinstance(posted.file, HTTPStatus):
            return HTMLResponse(self.painter.notice("too_large"), HTTPStatus.BAD_REQUEST)
        return await run_in_threadpool(self._begin, request, posted.form, posted.file or b"")

    def _begin(self, request: Request, form: Mapping[str, str], file: bytes) -> Response:
        cookie = request.cookies.get(COOKIE, "")
        given, wanted = form.get("token", "").encode(), _form_token(cookie).encode()
        if not cookie or not hmac.compare_digest(given, wanted):
            return HTMLResponse(self.painter.notice("refused"), HTTPStatus.FORBIDDEN)
        session = self._session(request)
        if session is None or not session.token:
            return HTMLResponse(self.painter.notice("away"))
        one = ",".join(form.get(name, "").replace(",", "") for name in ("name", "number", "mobile"))
        read = read_list(file or one.encode(), civil_day(self.now()))
        counts, refused = self._hand_in(session, read)
        wrong = (*((line, trouble.value) for line, trouble in read.wrong), *refused)
        return self._page(session, cookie, counts, tuple(sorted(wrong)))

    def _hand_in(
        self, session: EmployerSession, read: ReadList
    ) -> tuple[Counter[str], list[tuple[int, str]]]:
        counts: Counter[str] = Counter()
        refused: list[tuple[int, str]] = []
        for first in range(0, len(read.people), AT_ONCE):
            part = read.people[first : first + AT_ONCE]
            for person, state in zip(part, self._ask(session, part), strict=True):
                counts[state] += 1
                if state != "begun":
                    refused.append((person.line, state))
        return counts, refused

    def _ask(self, session: EmployerSession, part: tuple[ListedPerson, ...]) -> list[str]:
        rows = [
            {"id_number": one.id_number, "name": one.name, "mobile": one.mobile} for one in part
        ]
        said = {
            "unit_code": session.unit_code,
            "token": session.token,
            "services": list(self.services),
            "rows": rows,
        }
        body = json.dumps(said).encode()
        answer = self.central.call("POST", "/v1/employers/filings", body, {"Content-Type": JSON})
        states = (decode_object(answer.body) or {}).get("states")
        if not isinstance(states, list) or len(states) != len(part):
            return [UNREACHED] * len(part)
        return [str(one) for one in states]


def _name(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _form_token(cookie: str) -> str:
    return hashlib.sha256(f"employer:{cookie}".encode()).hexdigest()
