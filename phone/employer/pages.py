"""The employer page: log-in of a company, one person or a list, and what became of each row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from central.web.uploads import read_upload
from kiosk.civil_time import civil_day
from kiosk.json_decoder import decode_object
from kiosk.ports import JSON, Central
from kiosk.units import MIB
from phone.employer.lists import ListedPerson, ReadList, read_list
from phone.employer.person_pages import PageUploads, PersonPages
from phone.platform_sessions import BrowserLogin, PlatformSession, threaded

if TYPE_CHECKING:
    from starlette.requests import Request

    from phone.painter import PagePainter
    from phone.platform_site import PlatformSite

AT_ONCE = 200
SHOWN_WRONG = 200
LONGEST_FILE = 8 * MIB
UNREACHED = "unreached"


@dataclass(frozen=True)
class EmployerSite:
    """Everything that the pages use. `services` are the codes that a company begins."""

    central: Central
    painter: PagePainter
    platform: PlatformSite
    services: tuple[str, ...]
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    uploads: PageUploads

    def routes(self) -> list[Route]:
        """Return the pages as routes."""
        return [
            Route(self._login.home, threaded(self._home)),
            Route(f"{self._login.home}/file", self._file, methods=["POST"]),
            *self._login.routes(),
            *self._person_pages.routes(),
        ]

    @cached_property
    def _login(self) -> BrowserLogin:
        shared = self.platform, self.painter, self.monotonic
        return BrowserLogin("employer", "company", *shared, self._redeem)

    @cached_property
    def _person_pages(self) -> PersonPages:
        shared = self.central, self.painter, self._login, self.uploads
        return PersonPages(*shared, self._due_people, self.now)

    def _home(self, request: Request) -> Response:
        return self._page(request, self._login.session(request))

    def _page(
        self,
        request: Request,
        session: PlatformSession | None,
        counts: Mapping[str, int] | None = None,
        wrong: tuple[tuple[int, str], ...] = (),
    ) -> Response:
        due = self._due_people(session) if session else {}
        html = self.painter.logged_in(
            "employer",
            known=session is not None,
            unit=session.said["unit"] if session else "",
            token=self._login.form_token(request),
            due=due,
            counts=dict(counts or {}),
            wrong=wrong[:SHOWN_WRONG],
            more_wrong=max(0, len(wrong) - SHOWN_WRONG),
        )
        return HTMLResponse(html)

    def _redeem(self, code: str, nonce: str) -> Mapping[str, str]:
        body = json.dumps({"code": code, "nonce": nonce}).encode()
        answer = self.central.call("POST", "/v1/employers/login", body, {"Content-Type": JSON})
        match decode_object(answer.body) or {}:
            case {"token": str(token), "unit": str(unit), "unit_code": str(unit_code)} if token:
                return {"token": token, "unit": unit, "unit_code": unit_code}
        return {}

    def _due_people(self, session: PlatformSession) -> Mapping[str, Any] | None:
        """Return whose month is near, by the central service; None where it says nothing."""
        said = {name: session.said[name] for name in ("unit_code", "token")}
        body = json.dumps(said).encode()
        answer = self.central.call("POST", "/v1/employers/people", body, {"Content-Type": JSON})
        found = decode_object(answer.body) or {}
        return found if isinstance(found.get("people"), list) else None

    async def _file(self, request: Request) -> Response:
        posted = await read_upload(request, LONGEST_FILE)
        if isinstance(posted, HTTPStatus) or isinstance(posted.file, HTTPStatus):
            return self._login.notice("too_large", HTTPStatus.BAD_REQUEST)
        return await run_in_threadpool(self._begin, request, posted.form, posted.file or b"")

    def _begin(self, request: Request, form: Mapping[str, str], file: bytes) -> Response:
        session = self._login.posted_by(request, form)
        if isinstance(session, Response):
            return session
        one = ",".join(form.get(name, "").replace(",", "") for name in ("name", "number", "mobile"))
        read = read_list(file or one.encode(), civil_day(self.now()))
        counts, refused = self._hand_in(session, read)
        wrong = (*((line, trouble.value) for line, trouble in read.wrong), *refused)
        return self._page(request, session, counts, tuple(sorted(wrong)))

    def _hand_in(
        self, session: PlatformSession, read: ReadList
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

    def _ask(self, session: PlatformSession, part: tuple[ListedPerson, ...]) -> list[str]:
        rows = [
            {"id_number": one.id_number, "name": one.name, "mobile": one.mobile} for one in part
        ]
        said = {
            "unit_code": session.said["unit_code"],
            "token": session.said["token"],
            "services": list(self.services),
            "rows": rows,
        }
        body = json.dumps(said).encode()
        answer = self.central.call("POST", "/v1/employers/filings", body, {"Content-Type": JSON})
        states = (decode_object(answer.body) or {}).get("states")
        if not isinstance(states, list) or len(states) != len(part):
            return [UNREACHED] * len(part)
        return [str(one) for one in states]
