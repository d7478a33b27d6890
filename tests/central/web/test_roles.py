"""Which role may open which page, both ways; and no page without a log-in."""

from __future__ import annotations

import pytest

from central.web.app import PAGES
from central.web.page_table import WebPage
from central.web_accounts import WebRole
from tests.central.standing import numbered
from tests.central.web.desk import Browser, WebDesk

EVERYBODY = frozenset(WebRole)
SUPERVISOR = frozenset({WebRole.SUPERVISOR})
TECHNICIAN = frozenset({WebRole.TECHNICIAN})
HEAD = frozenset({WebRole.OFFICE_HEAD})
REMOTE = frozenset({WebRole.REMOTE_HELPER})
MAY: dict[tuple[str, str], frozenset[WebRole]] = {
    ("GET", "/"): EVERYBODY,
    ("POST", "/logout"): EVERYBODY,
    **{("GET", path): SUPERVISOR for path in ("/city", "/city/live", "/city/{table}.csv")},
    **{
        ("GET", path): SUPERVISOR | HEAD
        for path in ("/notices", "/notices.csv", "/notices/{number:int}")
    },
    ("GET", "/talents"): SUPERVISOR,
    ("POST", "/talents"): SUPERVISOR,
    ("POST", "/talents/{number:int}/end"): SUPERVISOR,
    **{("GET", f"/service-points{what}"): SUPERVISOR for what in ("", ".csv", "/{code}")},
    **{("POST", f"/service-points{what}"): SUPERVISOR for what in ("", "/{code}")},
    **{("GET", path): TECHNICIAN for path in ("/fleet", "/fleet/live", "/fleet.csv")},
    ("GET", "/fleet/terminals/{terminal}"): TECHNICIAN,
    **{
        ("POST", f"/fleet/{what}"): TECHNICIAN
        for what in (
            "terminals/{terminal}/ask",
            "alarms/{number:int}/acknowledge",
            "alarms/{number:int}/assign",
            "alarms/{number:int}/mute",
            "rings/{number:int}/stop",
            "enrolments/{enrolment:uuid}/confirm",
            "enrolments/{enrolment:uuid}/refuse",
        )
    },
    ("GET", "/remote-help"): REMOTE,
    ("GET", "/remote-help/live"): REMOTE,
    ("POST", "/remote-help/point"): REMOTE,
    ("POST", "/remote-help/leave"): REMOTE,
    ("POST", "/notices"): SUPERVISOR,
    ("POST", "/notices/{number:int}/answer"): HEAD,
    ("POST", "/notices/{number:int}/conclude"): SUPERVISOR,
    ("GET", "/helpers"): frozenset({WebRole.SUPERVISOR}),
    ("GET", "/overdue"): frozenset({WebRole.SUPERVISOR}),
    ("GET", "/helpers.csv"): frozenset({WebRole.SUPERVISOR}),
    ("GET", "/overdue.csv"): frozenset({WebRole.SUPERVISOR}),
    ("POST", "/alarms/{number:int}/acknowledge"): frozenset({WebRole.SUPERVISOR}),
    **{
        ("GET", path): frozenset({WebRole.CLERK, WebRole.REVIEWER, WebRole.OFFICE_HEAD})
        for path in ("/tasks", "/tasks/ended")
    },
    ("POST", "/tasks/{serial:int}/{service}/take"): frozenset({WebRole.CLERK, WebRole.OFFICE_HEAD}),
    ("POST", "/tasks/{serial:int}/{service}/give-back"): frozenset(
        {WebRole.CLERK, WebRole.OFFICE_HEAD}
    ),
    **{
        ("GET", f"/cases/{{serial:int}}/{{service}}{what}"): frozenset(
            {WebRole.CLERK, WebRole.REVIEWER, WebRole.OFFICE_HEAD}
        )
        for what in (
            "",
            "/papers/{place:int}",
            "/pages/{blob}",
            "/forms/{form}",
            "/certificate",
            "/decision/certificate",
        )
    },
    **{
        (method, "/cases/{serial:int}/{service}/acts/{act}"): frozenset(
            {WebRole.CLERK, WebRole.OFFICE_HEAD}
        )
        for method in ("GET", "POST")
    },
    ("POST", "/cases/{serial:int}/{service}/acts/finish"): frozenset(
        {WebRole.CLERK, WebRole.OFFICE_HEAD}
    ),
    **{
        (method, "/cases/{serial:int}/{service}/decision"): frozenset(
            {WebRole.CLERK, WebRole.REVIEWER, WebRole.OFFICE_HEAD}
        )
        for method in ("GET", "POST")
    },
}
"""Written down a second time, so that a role that slips into the table of pages is seen."""
PUBLIC = {
    ("GET", "/check"),
    ("GET", "/c/{code}"),
    ("POST", "/check/file"),
    ("POST", "/check/photo"),
} | {
    ("GET", path) for path in ("/guide", "/guide/{code}", "/needs", "/age", "/points", "/progress")
}
PUBLIC |= {("POST", "/progress")}
OPEN = {("GET", "/login"), ("POST", "/login"), ("GET", "/setup"), ("POST", "/setup")} | PUBLIC


def ask(browser: Browser, page: WebPage, token: str = "") -> int:
    path = page.path.replace("{number:int}", "1").replace("{serial:int}", "1")
    path = path.replace("{service}", "R01").replace("{place:int}", "1")
    path = path.replace("{blob}", "0" * 64).replace("{form}", "service")
    path = path.replace("{terminal}", "BZ-1").replace("{enrolment:uuid}", numbered(1))
    path = path.replace("{act}", "pause").replace("{table}", "ways")
    if page.method == "GET":
        return browser.get(path).status_code
    files = {"file": ("", b"")} if page.longest_file else None
    return browser.client.post(
        path, data={"token": token, "reason": "看过"}, files=files
    ).status_code


def test_the_matrix_has_every_page() -> None:
    named = {(page.method, page.path) for page in PAGES}
    assert named == MAY.keys() | OPEN
    assert {(page.method, page.path) for page in PAGES if page.roles is None} == OPEN


@pytest.mark.parametrize("role", list(WebRole))
def test_each_role_opens_its_pages_and_no_other(desk: WebDesk, role: WebRole) -> None:
    browser = desk.logged_in("S-0001", role)
    pages = [page for page in PAGES if page.roles is not None]
    for page in sorted(pages, key=lambda one: one.path == "/logout"):  # it ends the session
        status = ask(browser, page, browser.token("/"))
        allowed = role in MAY[page.method, page.path]
        assert (status != 403) is allowed, (page.path, status)
        denied = [detail for _, kind, detail in desk.events() if kind == "denied"]
        assert (f"{page.method} {page.path}" in denied) is not allowed


def test_nobody_opens_a_page_without_a_session(desk: WebDesk) -> None:
    browser = desk.browser()
    for page in (page for page in PAGES if page.roles is not None):
        assert ask(browser, page) == 303
        browser.client.cookies.set("__Host-session", "ab" * 32)
        assert ask(browser, page) == 303
        browser.client.cookies.clear()


@pytest.mark.parametrize("role", list(WebRole))
def test_the_menu_has_what_the_role_may_open(desk: WebDesk, role: WebRole) -> None:
    text = desk.logged_in("S-0001", role).get("/").text
    for page in (page for page in PAGES if page.name):
        assert (f'href="{page.path}"' in text) is (role in MAY[page.method, page.path])
    assert ("现在还没有给这个角色的页面" in text) is not any(
        page.name and role in MAY[page.method, page.path] for page in PAGES
    )
