"""The page on which a company hands in the pages of a paper that it has: the personnel file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from central.web.uploads import Upload, read_upload
from kiosk.json_decoder import decode_object
from kiosk.ports import JSON
from kiosk.units import MIB
from phone.employer.page_intake import TakenPages
from phone.platform_sessions import threaded

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from central.load import RateLimit
    from kiosk.ports import Central
    from phone.employer.page_intake import PageIntake
    from phone.painter import PagePainter
    from phone.platform_sessions import BrowserLogin, PlatformSession

KEPT, UNREACHED = "kept", "unreached"
ADD, REPLACE = "add", "replace"


@dataclass(frozen=True)
class PageUploads:
    """How pages come in: `together_bytes` of one form, `rate` of one company."""

    intake: PageIntake
    together_bytes: int
    rate: RateLimit


@dataclass(frozen=True)
class PersonPages:
    """The pages of each person that a company began for; `people` asks who they are."""

    central: Central
    painter: PagePainter
    login: BrowserLogin
    uploads: PageUploads
    people: Callable[[PlatformSession], Mapping[str, Any] | None]
    now: Callable[[], datetime]

    def routes(self) -> list[Route]:
        """Return the page and the act."""
        path = f"{self.login.home}/papers/{{reference}}/{{paper}}"
        return [Route(path, threaded(self._show)), Route(path, self._take, methods=["POST"])]

    def _show(self, request: Request) -> Response:
        session = self.login.session(request)
        return self._page(request, session) if session else self._home()

    async def _take(self, request: Request) -> Response:
        # Nothing is read of who did not log in: a form may be large.
        if self.login.session(request) is None:
            return self.login.notice("away", HTTPStatus.OK)
        posted = await read_upload(request, self.uploads.together_bytes)
        if isinstance(posted, HTTPStatus) or isinstance(posted.file, HTTPStatus):
            return self.login.notice("too_much", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return await run_in_threadpool(self._keep, request, posted)

    def _keep(self, request: Request, posted: Upload) -> Response:
        session = self.login.posted_by(request, posted.form)
        if isinstance(session, Response):
            return session
        if self.uploads.rate.wait(session.said["unit_code"], self.now()):
            return self.login.notice("crowded", HTTPStatus.TOO_MANY_REQUESTS)
        person = self._person(request, session)
        if isinstance(person, Response):
            return person
        taken = self.uploads.intake.take(posted.files)
        act = REPLACE if posted.form.get("act") == REPLACE else ADD
        state = self._name(request, session, taken, act) if taken.pages else ""
        return self._page(request, session, taken, state)

    def _name(self, request: Request, session: PlatformSession, taken: TakenPages, act: str) -> str:
        """Tell the central service whose pages came; return what became of them."""
        said = {
            "unit_code": session.said["unit_code"],
            "token": session.said["token"],
            "reference": request.path_params["reference"],
            "paper": request.path_params["paper"],
            "act": act,
            "pages": [one.record() for one in taken.pages],
        }
        body = json.dumps(said).encode()
        answer = self.central.call("POST", "/v1/employers/pages", body, {"Content-Type": JSON})
        state = (decode_object(answer.body) or {}).get("state")
        words = self.painter.site["employer_pages"]["states"]
        return state if isinstance(state, str) and state in words else UNREACHED

    def _page(
        self,
        request: Request,
        session: PlatformSession,
        taken: TakenPages | None = None,
        state: str = "",
    ) -> Response:
        person = self._person(request, session)
        if isinstance(person, Response):
            return person
        html = self.painter.logged_in(
            "employer_pages",
            known=True,
            token=self.login.form_token(request),
            person=person,
            paper=person["papers"][request.path_params["paper"]],
            action=request.url.path,
            home=self.login.home,
            state=state,
            count=len(taken.pages) if taken else 0,
            wrong=[(name, one.value) for name, one in taken.wrong] if taken else [],
            nothing_chosen=taken is not None and not (taken.pages or taken.wrong),
            size=self.uploads.together_bytes // MIB,
            single=self.uploads.intake.reader.policy.longest_bytes // MIB,
            files=self.uploads.intake.most_files,
        )
        return HTMLResponse(html)

    def _person(self, request: Request, session: PlatformSession) -> Mapping[str, Any] | Response:
        """Return who is named; the list where the company has no such paper to hand in for them."""
        wanted, paper = request.path_params["reference"], request.path_params["paper"]
        known = self.people(session)
        if known is None:
            return self.login.notice("pages_unreached", HTTPStatus.SERVICE_UNAVAILABLE)
        mine = (one for one in known["people"] if one.get("reference") == wanted)
        found = next((one for one in mine if one["begun"] and paper in one["papers"]), None)
        return self._home() if found is None else found

    def _home(self) -> Response:
        return RedirectResponse(self.login.home, HTTPStatus.SEE_OTHER.value)
