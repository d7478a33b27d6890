"""The page of wishes: log-in at the platform, kinds, town, number and a consent of its own.

What was typed goes to the central service at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from central.web.forms import read_form
from kiosk.json_decoder import decode_object
from kiosk.ports import JSON, Central
from kiosk.retirement.divisions import CITY
from phone.platform_sessions import BrowserLogin, PlatformSession, threaded

if TYPE_CHECKING:
    from starlette.requests import Request

    from kiosk.retirement.divisions import Divisions
    from phone.painter import PagePainter
    from phone.platform_site import PlatformSite

MOBILE = re.compile(r"1\d{10}", re.ASCII)
KIND = "kind-"
"""What the name of a kind's field begins with."""


@dataclass(frozen=True)
class WishSite:
    """Everything that the page uses."""

    central: Central
    painter: PagePainter
    platform: PlatformSite
    divisions: Divisions
    monotonic: Callable[[], float]

    def routes(self) -> list[Route]:
        """Return the page as routes."""
        return [
            Route(self._login.home, threaded(self._home)),
            Route(f"{self._login.home}/act", self._act, methods=["POST"]),
            *self._login.routes(),
        ]

    @cached_property
    def _login(self) -> BrowserLogin:
        shared = self.platform, self.painter, self.monotonic
        return BrowserLogin("wishes", "face", *shared, self._redeem)

    def _home(self, request: Request) -> Response:
        session = self._login.session(request)
        state = self._ask(session, {"act": "look"}) if session else None
        return self._page(request, state, known=session is not None)

    def _redeem(self, code: str, nonce: str) -> Mapping[str, str]:
        match self._call("/v1/proofs/platform", {"code": code, "nonce": nonce}):
            case {"token": str(token), "id_number": str(number)} if token:
                return {"token": token, "id_number": number}
        return {}

    async def _act(self, request: Request) -> Response:
        form = await read_form(request)
        if isinstance(form, HTTPStatus):
            return self._login.notice("refused", form)
        return await run_in_threadpool(self._carry_out, request, form)

    def _carry_out(self, request: Request, form: Mapping[str, str]) -> Response:
        session = self._login.posted_by(request, form)
        if isinstance(session, Response):
            return session
        if form.get("act") == "withdraw":
            return self._page(request, self._ask(session, {"act": "withdraw"}), done="withdrawn")
        trouble = _trouble_with(form)
        if trouble:
            state = self._ask(session, {"act": "look"})
            return self._page(request, state, failure=trouble, typed=form)
        said = {
            "act": "keep",
            "kinds": _kinds_in(form),
            "division": form["division"],
            "mobile": form["mobile"].strip(),
            "consent": True,
        }
        return self._page(request, self._ask(session, said), done="kept", typed=form)

    def _ask(
        self, session: PlatformSession, said: Mapping[str, object]
    ) -> Mapping[str, Any] | None:
        """Return what the central service says of the wish now, None where it says nothing."""
        return self._call("/v1/wishes", {**said, **session.said})

    def _call(self, path: str, said: Mapping[str, object]) -> Mapping[str, Any] | None:
        body = json.dumps(said).encode()
        answer = self.central.call("POST", path, body, {"Content-Type": JSON})
        if answer.trouble is not None or answer.status != HTTPStatus.OK:
            return None
        return decode_object(answer.body)

    def _page(
        self,
        request: Request,
        state: Mapping[str, Any] | None,
        failure: str = "",
        done: str = "",
        typed: Mapping[str, str] | None = None,
        *,
        known: bool = True,
    ) -> Response:
        if known and state is None:
            failure, done = "unreached", ""
        wish: Mapping[str, Any] = (state or {}).get("wish") or {}
        division = (typed or {}).get("division", "") or wish.get("division", "")
        html = self.painter.logged_in(
            "wishes",
            known=known,
            token=self._login.form_token(request),
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
