"""What an attacker sends: forged forms, other sites, strange bodies; and the headers of answers."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from central.store.tables import AlarmRow
from central.store.web.events import WebEvents
from central.web.app import HEADERS, LIVE_PATHS, LIVE_POLICY, PAGES
from central.web.page_table import SESSION_COOKIE
from tests.central.web.desk import PASSWORD, URL, Browser, WebDesk

FORM = "application/x-www-form-urlencoded"
OWN = {"Origin": URL, "Sec-Fetch-Site": "same-origin", "Content-Type": FORM}


def raise_alarm(desk: WebDesk) -> None:
    row = {
        "at": desk.context.said_at(),
        "terminal": "T",
        "kind": "vouched-alone",
        "detail": "c: s at p",
    }
    desk.central.office.store.database.write(lambda session: session.add(AlarmRow(**row)))


def acknowledge(browser: Browser, body: bytes | str, **headers: str) -> int:
    said = OWN | {name.replace("_", "-"): value for name, value in headers.items()}
    content = body.encode() if isinstance(body, str) else body
    return browser.client.post("/alarms/1/acknowledge", content=content, headers=said).status_code


def test_a_form_counts_only_with_the_token_of_its_own_session(desk: WebDesk) -> None:
    raise_alarm(desk)
    browser, other = desk.logged_in("S-0001"), desk.logged_in("S-0002")
    token = browser.token("/")
    assert acknowledge(browser, "reason=a") == 403
    assert acknowledge(browser, "reason=a&token=") == 403
    assert acknowledge(browser, f"reason=a&token={other.token('/')}") == 403
    assert acknowledge(browser, f"reason=a&token={browser.client.cookies[SESSION_COOKIE]}") == 403
    assert desk.context.vouching_alarms.count_waiting() == 1
    forged = ("S-0001", "forged", "POST /alarms/{number:int}/acknowledge")
    assert desk.events().count(forged) == 4
    assert acknowledge(browser, f"reason=a&token={token}") == 303
    assert desk.context.vouching_alarms.count_waiting() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://pages.example.invalid"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(desk: WebDesk, headers: dict[str, str]) -> None:
    raise_alarm(desk)
    browser = desk.logged_in("S-0001")
    body = f"reason=a&token={browser.token('/')}"
    assert acknowledge(browser, body, **headers) == 403
    assert acknowledge(browser, body) == 303


def test_nobody_is_logged_in_by_another_site(desk: WebDesk) -> None:
    person, browser = desk.person("S-0001"), desk.browser()
    form = {"account": "S-0001", "password": PASSWORD, "code": person.code(1)}
    for token in ("", "0" * 64):
        answer = browser.client.post("/login", data=form | {"token": token}, headers=OWN)
        assert (answer.status_code, SESSION_COOKIE in browser.client.cookies) == (403, False)
    assert "forged" not in [kind for _, kind, _ in desk.events()]  # anybody could fill the audit


def test_a_session_gets_a_new_token_at_each_log_in(desk: WebDesk) -> None:
    person, browser = desk.person("S-0001"), desk.browser()
    browser.client.cookies.set(SESSION_COOKIE, "ab" * 32)
    person.log_in(browser)
    assert browser.client.cookies.jar
    tokens = {cookie.value for cookie in browser.client.cookies.jar}
    assert "ab" * 32 not in tokens or len(tokens) > 1
    before = set(tokens)
    other = desk.browser()
    person.log_in(other)
    assert not before & {other.client.cookies[SESSION_COOKIE]}


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"a" * 17 * 1024, FORM, 413),
        (b"reason=" + b"x" * 1024 * 1024, FORM, 413),
        (b"reason=%ff%fe", FORM, 400),
        (b"reason=\xff\xfe", FORM, 400),
        (b"no form at all", FORM, 400),
        (b"token=a&token=b", FORM, 400),
        (b"&".join(b"f%d=1" % number for number in range(40)), FORM, 400),
        (b'{"reason": "a"}', "application/json", 415),
        (b"", "multipart/form-data; boundary=x", 415),
        (b"", FORM, 403),
    ],
)
def test_strange_bodies_get_a_page_that_says_so(
    desk: WebDesk, body: bytes, content_type: str, status: int
) -> None:
    browser = desk.logged_in("S-0001")
    assert acknowledge(browser, body, Content_Type=content_type) == status
    assert acknowledge(desk.browser(), body, Content_Type=content_type) in (status, 303)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/static/../app.py", 404),
        ("GET", "/static/", 404),
        ("GET", "/alarms/1/acknowledge", 405),
        ("POST", "/helpers", 405),
        ("DELETE", "/helpers", 405),
        ("PUT", "/login", 405),
        ("TRACE", "/", 405),
        ("POST", "/alarms/one/acknowledge", 404),
        ("POST", "/alarms/-1/acknowledge", 404),
        ("GET", "/helpers?days=%ff", 400),
        ("GET", "/helpers?days=0", 400),
        ("GET", "/helpers?days=1000000000000", 400),
        ("GET", "/helpers?days=7%00", 400),
        ("GET", "/helpers?days=7'%20OR%201=1--", 400),
        ("GET", "/%ff%fe", 404),
    ],
)
def test_strange_addresses_get_a_page_that_says_so(
    desk: WebDesk, method: str, path: str, status: int
) -> None:
    browser = desk.logged_in("S-0001")
    answer = browser.client.request(method, path, headers=OWN)
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_an_alarm_that_is_none_of_this_page_is_not_found(desk: WebDesk) -> None:
    row = {"at": desk.context.said_at(), "terminal": "T", "kind": "silent", "detail": "since"}
    desk.central.office.store.database.write(lambda session: session.add(AlarmRow(**row)))
    browser = desk.logged_in("S-0001")
    for number in (1, 2, 2**70):
        answer = browser.post(f"/alarms/{number}/acknowledge", {"reason": "a"})
        assert answer.status_code == 404, number


def test_every_answer_has_the_headers(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    paths = [page.path for page in PAGES if page.method == "GET"]
    answers = [browser.get(path) for path in (*paths, "/nowhere", "/static/web.css")]
    answers.append(browser.client.post("/login", content=b"x" * 99_999, headers=OWN))
    for answer in answers:
        said = {name: answer.headers[name] for name in HEADERS}
        is_live = answer.request.url.path in LIVE_PATHS
        policy = {"Content-Security-Policy": LIVE_POLICY} if is_live else {}
        assert said == {**HEADERS, **policy}
        assert "server" not in answer.headers


def test_no_page_has_a_script_or_a_style_in_it(desk: WebDesk) -> None:
    raise_alarm(desk)
    browser = desk.logged_in("S-0001")
    for path in ("/login", "/setup", "/", "/helpers", "/nowhere"):
        text = (desk.browser() if path == "/login" else browser).get(path).text.lower()
        assert not [
            word
            for word in ("<script", "<style", " style=", " on", "javascript:")
            if word in text.replace(" on the", "")
        ], path


def test_what_somebody_typed_is_escaped(desk: WebDesk) -> None:
    raise_alarm(desk)
    browser = desk.logged_in("S-0001")
    browser.post("/alarms/1/acknowledge", {"reason": "<script>alert(1)</script>"}, "/helpers")
    text = browser.get("/helpers").text
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_fault_of_the_program_is_a_page_with_the_same_headers(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = desk.logged_in("S-0001")

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(WebEvents, "record", broken)
    with pytest.raises(ZeroDivisionError):
        browser.get("/helpers.csv")
    browser.client._transport.raise_server_exceptions = False
    answer = browser.get("/helpers.csv")
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_an_error_of_the_database_repeats_no_value(desk: WebDesk) -> None:
    """What is logged of it is the statement alone."""
    with pytest.raises(DBAPIError) as error:
        desk.context.database.read(lambda session: session.execute(text("SELECT :it"), {"it": {1}}))
    assert "SELECT" in str(error.value)
    assert "parameters hidden" in str(error.value)


def test_a_database_that_does_not_answer_is_told(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = desk.logged_in("S-0001")

    def broken(*_: object) -> None:
        raise OperationalError("SELECT secret", {"secret": 1}, Exception())

    monkeypatch.setattr(WebEvents, "record", broken)
    answer = browser.get("/helpers.csv")
    assert (answer.status_code, "secret" in answer.text) == (503, False)
    assert "现在连不上数据库" in answer.text
