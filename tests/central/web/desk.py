"""The pages over a whole service's database, and people of the staff with a browser."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from httpx2 import Response
from starlette.testclient import TestClient

from central.fleet.enrolments import code_name, new_code
from central.office_desk.rules import read_desk_rules
from central.office_desk.texts import read_web_texts
from central.policy import read_policy
from central.store.city.city_policy import read_city_policy
from central.store.web.accounts import NewSecrets
from central.vault_port import CaseVaultPort
from central.web.app import build_web_app
from central.web.fleet_policy import read_fleet_policy
from central.web.live.policy import read_live_policy
from central.web.passwords import PasswordHashes
from central.web.public_data import read_public_data
from central.web.web_context import PagePolicies, WebContext, open_web
from central.web_accounts import OFFICE_ROLES, WebAccount, WebEvent, WebEventKind, WebRole
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.retirement.reading import read_catalogue
from kiosk.staff.code import KEY_BYTES, SECONDS, code_of, read_key, step_of, write_key
from tests.central.standing import CONFIG, POINT, Standing, result_rules

QUICK = PasswordHashes(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
URL = "https://pages.example.invalid"
PASSWORD = "three plain words"
TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')
POINT_NAME = "示范社区便民服务点"


@dataclass
class WebDesk:
    """The pages, and the service whose database they show."""

    context: WebContext
    central: Standing

    def browser(self, address: str = "10.0.0.7") -> Browser:
        client = TestClient(
            build_web_app(self.context),
            base_url=URL,
            follow_redirects=False,
            client=(address, 50000),
        )
        return Browser(client)

    def pass_time(self, **span: float) -> None:
        self.central.clock[0] += timedelta(**span)

    def add(self, name: str, role: WebRole = WebRole.SUPERVISOR, office: str = "") -> NewPerson:
        """Make an account as the operator does."""
        secret, key = new_code(os.urandom) + new_code(os.urandom), write_key(os.urandom(KEY_BYTES))
        until = self.context.now() + timedelta(hours=72)
        account = WebAccount(name, role, office or ("RS" if role in OFFICE_ROLES else ""))
        event = WebEvent(self.context.said_at(), name, "", WebEventKind.ADDED)
        secrets = NewSecrets(code_name(secret), until.timestamp(), key)
        assert self.central.office.store.web_accounts.add(account, secrets, event)
        return NewPerson(self, name, secret, key)

    def person(self, name: str, role: WebRole = WebRole.SUPERVISOR, office: str = "") -> NewPerson:
        """Make an account and let its owner set it up."""
        found = self.add(name, role, office)
        answer = found.set_up(self.browser())
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?setup=done")
        return found

    def logged_in(self, name: str, role: WebRole = WebRole.SUPERVISOR, office: str = "") -> Browser:
        """Make an account, set it up and log in."""
        browser = self.browser()
        answer = self.person(name, role, office).log_in(browser)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        return browser

    def events(self) -> list[tuple[str, str, str]]:
        found = self.context.events.all()
        return [(one.account, one.kind.value, one.detail) for one in found]


@dataclass
class NewPerson:
    """Somebody with an account: name, set-up secret, and the key in an authenticator program."""

    desk: WebDesk
    name: str
    secret: str
    key: str

    def code(self, steps: int = 0) -> str:
        """The code that the telephone shows; `steps` half minutes from now."""
        key = read_key(self.key)
        assert key is not None
        return code_of(key, step_of(self.desk.context.now()) + steps)

    def set_up(self, browser: Browser, **changes: str) -> Response:
        form = {"account": self.name, "secret": self.secret, "password": PASSWORD}
        form |= {"again": PASSWORD, "code": self.code()}
        return browser.post("/setup", form | changes, page="/setup")

    def log_in(self, browser: Browser, **changes: str) -> Response:
        """Log in with the next code: each counts once."""
        self.desk.pass_time(seconds=SECONDS)
        form = {"account": self.name, "password": PASSWORD, "code": self.code()}
        return browser.post("/login", form | changes, page="/login")


@dataclass
class Browser:
    """A browser that keeps cookies and posts the token of the page that it saw."""

    client: TestClient

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(path, **options)

    def token(self, page: str) -> str:
        found = TOKEN.search(self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(self, path: str, form: dict[str, str], page: str = "/", **options: Any) -> Response:
        """Post a form with the token of `page`, as a browser does."""
        whole = {"token": self.token(page)} | form
        headers = {"Origin": URL, "Sec-Fetch-Site": "same-origin"} | options.pop("headers", {})
        return self.client.post(path, data=whole, headers=headers, **options)

    def send(self, act: str, path: str, form: dict[str, str], file: bytes = b"") -> Response:
        """Post the form of an act; that of finishing has a file, as it was chosen or not."""
        named = ("certificate.pdf" if file else "", file, "application/pdf")
        options: dict[str, Any] = {"files": {"file": named}} if act == "finish" else {}
        return self.post(path, form, **options)


@contextmanager
def desk_over(
    central: Standing, url: str = "", vault: CaseVaultPort | None = None
) -> Iterator[WebDesk]:
    """Open the pages over the database of a service; `url`: under another account.

    `vault`: how they open cases.
    """
    owned = central.office.store.database.engine.url.render_as_string(hide_password=False)
    forms = read_form_definitions(CONFIG, read_catalogue(CONFIG)).contents
    context = open_web(
        url or owned,
        read_policy(CONFIG / "central.toml"),
        read_web_texts(CONFIG),
        points={POINT: POINT_NAME},
        forms=forms,
        desk_rules=read_desk_rules(CONFIG, forms.catalogue.services),
        result_rules=result_rules(),
        pages=PagePolicies(
            city=read_city_policy(CONFIG),
            public=read_public_data(CONFIG, forms.catalogue, CONFIG / "service_points.csv"),
            fleet=read_fleet_policy(CONFIG),
            live=replace(read_live_policy(CONFIG), interval_seconds=0.0, longest_seconds=0.0),
        ),
        vault=vault,
        now=lambda: central.clock[0],
        random=os.urandom,
    )
    assert isinstance(context, WebContext), context
    try:
        yield WebDesk(replace(context, passwords=QUICK), central)
    finally:
        context.database.close()
