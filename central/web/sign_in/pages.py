"""The pages of log-in, set-up and log-out, and the first page after it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from central.web.page_table import SESSION_COOKIE, WebPage, see_other, set_cookie, token_digest
from central.web.sign_in.log_in import LoginFailure, log_in, set_up
from central.web_accounts import WebEventKind, WebRole

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest

HOME_PATH = "/"
_SECONDS_A_MINUTE = 60


def show_login(asking: PageRequest) -> Response:
    """Return the form to log in; who is logged in already is led on."""
    if asking.account is not None:
        return see_other(HOME_PATH)
    return asking.page("login.html", failure=None, done="setup" in asking.query)


def take_login(asking: PageRequest) -> Response:
    """Log in by the posted form: a session with a new token, or the form with what to do."""
    found = log_in(asking)
    if isinstance(found, LoginFailure):
        return asking.page("login.html", _status(found), failure=_words(asking, found), done=False)
    answer = see_other(HOME_PATH)
    set_cookie(answer, SESSION_COOKIE, found)
    return answer


def show_setup(asking: PageRequest) -> Response:
    """Return the form by which the owner of a new account chooses the password."""
    return asking.page("setup.html", failure=None, length=_length(asking))


def take_setup(asking: PageRequest) -> Response:
    """Set an account up by the posted form; then comes the log-in, with the next code."""
    failure = set_up(asking)
    if failure is None:
        return see_other("/login?setup=done")
    words = _words(asking, failure)
    return asking.page("setup.html", _status(failure), failure=words, length=_length(asking))


def log_out(asking: PageRequest) -> Response:
    """End the session and lead to the log-in."""
    asking.context.sessions.end(token_digest(asking.secret))
    asking.context.events.record(asking.event(WebEventKind.LOGGED_OUT))
    answer = see_other("/login")
    answer.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def show_home(asking: PageRequest) -> Response:
    """Return the first page: who is logged in, and which pages there are for this role."""
    return asking.page("home.html")


def _length(asking: PageRequest) -> int:
    return asking.context.policy.web.password_length


def _words(asking: PageRequest, failure: LoginFailure) -> str:
    words: str = asking.context.renderer.texts["failures"][failure.trouble.value]
    minutes = -(-failure.seconds // _SECONDS_A_MINUTE)
    return words.format(minutes=minutes, length=_length(asking))


def _status(failure: LoginFailure) -> HTTPStatus:
    return HTTPStatus.TOO_MANY_REQUESTS if failure.seconds else HTTPStatus.UNPROCESSABLE_ENTITY


EVERY_ROLE = frozenset(WebRole)
PAGES = (
    WebPage("GET", "/login", show_login, None),
    WebPage("POST", "/login", take_login, None),
    WebPage("GET", "/setup", show_setup, None),
    WebPage("POST", "/setup", take_setup, None),
    WebPage("POST", "/logout", log_out, EVERY_ROLE),
    WebPage("GET", HOME_PATH, show_home, EVERY_ROLE),
)
