"""Accounts are set up, logged into and ended; wrong tries wait longer and longer."""

from __future__ import annotations

from central.store.web.tables import WebAccountRow, WebSessionRow, WebTryRow
from central.web.page_table import SESSION_COOKIE
from central.web_accounts import WebEvent, WebEventKind, WebRole
from kiosk.staff.code import SECONDS, step_of
from tests.central.web.desk import PASSWORD, WebDesk

WRONG = "账号、密码或验证码不对"


def test_an_account_is_set_up_once_and_logged_into(desk: WebDesk) -> None:
    person = desk.add("S-0001")
    browser = desk.browser()
    assert WRONG in person.set_up(browser, secret="0123-4567-89AB-CDEF").text
    assert "太短" in person.set_up(browser, password="short", again="short").text
    assert "太短" in person.set_up(browser, password="a" * 40, again="a" * 40).text
    assert "不一样" in person.set_up(browser, again="three plain word").text
    assert person.set_up(browser, secret=person.secret.lower()).status_code == 303
    desk.pass_time(seconds=SECONDS)
    again = person.set_up(browser)
    assert (again.status_code, WRONG in again.text) == (422, True)
    assert "开通好了" in browser.get("/login?setup=done").text
    answer = person.log_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "主管 S-0001" in browser.get("/").text
    assert browser.get("/login").headers["location"] == "/"
    kinds = [kind for _, kind, _ in desk.events()]
    assert kinds == ["added", "login-failed", "set-up", "login-failed", "logged-in"]


def test_a_set_up_secret_is_over_after_its_time(desk: WebDesk) -> None:
    person = desk.add("S-0001")
    desk.pass_time(hours=desk.context.policy.web.setup_hours, seconds=1)
    assert WRONG in person.set_up(desk.browser()).text


def test_the_cookie_is_of_this_host_alone_and_the_database_has_no_token(desk: WebDesk) -> None:
    browser = desk.browser()
    answer = desk.person("S-0001").log_in(browser)
    (cookie,) = answer.headers.get_list("set-cookie")
    name, _, said = cookie.partition("=")
    assert name == SESSION_COOKIE == "__Host-session"
    parts = {part.strip().lower() for part in said.split(";")[1:]}
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    token = browser.client.cookies[SESSION_COOKIE]
    assert len(token) == 64
    (row,) = desk.central.rows([WebSessionRow.token])
    assert token not in row[0]
    (kept,) = desk.central.rows([WebAccountRow.password_hash])
    assert kept[0].startswith("$argon2id$")
    assert PASSWORD not in kept[0]


def test_a_code_counts_once(desk: WebDesk) -> None:
    person = desk.person("S-0001")
    desk.pass_time(seconds=SECONDS)
    form = {"account": "S-0001", "password": PASSWORD, "code": person.code()}
    first, second = desk.browser(), desk.browser()
    assert first.post("/login", form, page="/login").status_code == 303
    assert WRONG in second.post("/login", form, page="/login").text


def test_of_two_at_once_with_one_code_one_gets_in(desk: WebDesk) -> None:
    """Both saw the code unused; the store decides."""
    person = desk.person("S-0001")
    event = WebEvent(desk.context.said_at(), person.name, "", WebEventKind.LOGGED_IN)
    step = step_of(desk.context.now()) + 1
    tries = [desk.context.accounts.use_code(person.name, step, event) for _ in range(2)]
    assert tries == [True, False]
    assert not desk.context.accounts.use_code(person.name, step - 1, event)
    assert [kind for _, kind, _ in desk.events()].count("logged-in") == 1


def test_what_is_wrong_is_not_told(desk: WebDesk) -> None:
    person = desk.person("S-0001")
    answers = [
        person.log_in(desk.browser(), account="S-0404"),
        person.log_in(desk.browser(), account="nobody at all"),
        person.log_in(desk.browser(), password="another password"),
        person.log_in(desk.browser(), code="000000"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    bodies = {answer.text.partition('class="panel"')[0] for answer in answers}
    assert len(bodies) == 1
    assert WRONG in bodies.pop()
    assert "nobody" not in str(desk.events())
    assert {name for name, kind, _ in desk.events() if kind == "login-failed"} == {"", "S-0001"}


def test_strange_codes_are_wrong_codes(desk: WebDesk) -> None:
    person = desk.person("S-0001")
    for code in ("１２３４５６", "", "12345678901234567890"):
        desk.context.tries.forget("S-0001", "10.0.0.7")
        assert WRONG in person.log_in(desk.browser(), code=code).text


def guess(desk: WebDesk, account: str, address: str) -> int:
    """Try a wrong password; return the status of the answer."""
    form = {"account": account, "password": "another password", "code": "000000"}
    return desk.browser(address).post("/login", form, page="/login").status_code


def test_wrong_tries_of_an_account_wait_longer_and_longer(desk: WebDesk) -> None:
    person, policy = desk.person("S-0001"), desk.context.policy.web
    addresses = (f"10.0.1.{number}" for number in range(100))
    tries = [guess(desk, "S-0001", next(addresses)) for _ in range(policy.account_tries)]
    assert tries == [422] * policy.account_tries
    waits = []
    for _ in range(6):
        assert guess(desk, "S-0001", next(addresses)) == 429
        rows = dict(desk.central.rows([WebTryRow.name, WebTryRow.wait_until]))
        waits.append(round(rows["account:S-0001"] - desk.context.now().timestamp()))
        desk.pass_time(seconds=waits[-1] - 1)
        assert guess(desk, "S-0001", next(addresses)) == 429
        desk.pass_time(seconds=1)
        assert guess(desk, "S-0001", next(addresses)) == 422
    assert waits == [60, 120, 240, 480, 900, 900]
    refused = person.log_in(desk.browser(next(addresses)))
    assert (refused.status_code, "请等 15 分钟再试" in refused.text) == (429, True)
    desk.pass_time(seconds=policy.longest_wait_seconds)
    assert person.log_in(desk.browser(next(addresses))).status_code == 303
    assert guess(desk, "S-0001", next(addresses)) == 422  # the wrong ones before are forgotten


def test_one_address_can_not_try_many_accounts(desk: WebDesk) -> None:
    person, most = desk.person("S-0001"), desk.context.policy.web.source_tries
    codes = [guess(desk, f"S-{number + 100}", "10.6.6.6") for number in range(most + 1)]
    assert codes == [422] * most + [429]
    assert person.log_in(desk.browser("10.0.0.8")).status_code == 303


def test_who_owns_an_account_gets_no_more_guesses_at_others_by_it(desk: WebDesk) -> None:
    person, most = desk.person("S-0001"), desk.context.policy.web.source_tries
    codes = []
    for number in range(most + 1):
        codes.append(guess(desk, f"S-{number + 100}", "10.6.6.6"))
        assert person.log_in(desk.browser("10.6.6.6")).status_code in (303, 429)
    assert codes == [422] * most + [429]


def test_many_of_the_staff_behind_one_address_do_not_lock_each_other_out(desk: WebDesk) -> None:
    person = desk.person("S-0001")
    for _ in range(desk.context.policy.web.source_tries + 5):
        assert person.log_in(desk.browser("10.5.5.5")).status_code == 303


def test_tries_are_forgotten_after_a_day(desk: WebDesk) -> None:
    for number in range(desk.context.policy.web.source_tries):
        guess(desk, f"S-{number + 100}", "10.6.6.6")
    desk.pass_time(hours=desk.context.policy.web.forget_hours)
    assert guess(desk, "S-0001", "10.6.6.7") == 422
    assert len(desk.central.rows([WebTryRow.name])) == 2


def test_a_session_ends_when_it_idles_and_after_its_longest_time(desk: WebDesk) -> None:
    policy = desk.context.policy.web
    browser = desk.logged_in("S-0001")
    desk.pass_time(minutes=policy.idle_minutes, seconds=-1)
    assert browser.get("/").status_code == 200
    desk.pass_time(minutes=policy.idle_minutes, seconds=1)
    assert browser.get("/").headers["location"] == "/login"
    other = desk.logged_in("S-0002")
    assert desk.central.rows([WebSessionRow.account]) == [("S-0002",)]  # what is over is deleted
    for _ in range(int(policy.longest_hours * 4)):
        assert other.get("/").status_code == 200
        desk.pass_time(minutes=15)
    assert other.get("/").headers["location"] == "/login"


def test_log_out_ends_the_session_on_the_server(desk: WebDesk) -> None:
    browser = desk.logged_in("S-0001")
    token = browser.client.cookies[SESSION_COOKIE]
    assert browser.post("/logout", {}).headers["location"] == "/login"
    again = desk.browser()
    again.client.cookies.set(SESSION_COOKIE, token)
    assert again.get("/").headers["location"] == "/login"
    assert desk.events()[-1] == ("S-0001", "logged-out", "")


def test_who_is_disabled_or_reset_is_out_at_once(desk: WebDesk) -> None:
    event = WebEvent(desk.context.said_at(), "S-0001", "", WebEventKind.DISABLED)
    browser = desk.logged_in("S-0001")
    assert desk.context.accounts.disable("S-0001", event)
    assert browser.get("/").headers["location"] == "/login"
    other = desk.person("S-0002", WebRole.CLERK)
    desk.context.accounts.disable("S-0002", event)
    assert WRONG in other.log_in(desk.browser()).text
