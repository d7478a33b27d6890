"""Log-in with account, password and one-time code, and the set-up of a new account."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from central.fleet.enrolments import code_name
from central.web.page_table import new_token, token_digest
from central.web.passwords import is_weak
from central.web_accounts import WebEventKind
from kiosk.staff.code import matching_step

if TYPE_CHECKING:
    from central.web.page_table import PageRequest
    from central.web_accounts import WebCredentials

_ACCOUNT = re.compile(r"[A-Z]{1,4}-[0-9]{1,6}")
MOST_CHARACTERS = 256  # of a password: more is nobody's


class LoginTrouble(StrEnum):
    """Why nobody was let in; the value names the words of config/texts/web.toml.

    Which of account, password and code was wrong is not told.
    """

    WRONG = "wrong"
    WAIT = "wait"
    WEAK = "weak"
    UNEQUAL = "unequal"


@dataclass(frozen=True)
class LoginFailure:
    """A failed try; `seconds` until the next one may be made."""

    trouble: LoginTrouble
    seconds: int = 0


def log_in(asking: PageRequest) -> str | LoginFailure:
    """Begin a session by the posted form; return the token for its cookie, or why not."""
    context, form = asking.context, asking.form
    name = typed_account(form.get("account", ""))
    if wait := context.tries.begin(name, asking.source, context.now()):
        return LoginFailure(LoginTrouble.WAIT, wait)
    found = context.accounts.find(name)
    right = context.passwords.matches(
        form.get("password", "")[:MOST_CHARACTERS], found.password_hash if found else ""
    )
    step = _step_of(asking, found)
    event = asking.event(WebEventKind.LOGGED_IN, account=name)
    if not (found and right and step is not None):
        return _fail(asking, found)
    if not context.accounts.use_code(name, step, event):
        return _fail(asking, found)
    context.tries.forget(name, asking.source)
    token = new_token(context.random)
    context.sessions.begin(token_digest(token), name, context.now())
    return token


def set_up(asking: PageRequest) -> LoginFailure | None:
    """Keep the first password of an account by the posted form; return why not, None when kept."""
    context, form = asking.context, asking.form
    name, password = typed_account(form.get("account", "")), form.get("password", "")
    if is_weak(password, context.policy.web.password_length) or len(password) > MOST_CHARACTERS:
        return LoginFailure(LoginTrouble.WEAK)
    if password != form.get("again", ""):
        return LoginFailure(LoginTrouble.UNEQUAL)
    if wait := context.tries.begin(name, asking.source, context.now()):
        return LoginFailure(LoginTrouble.WAIT, wait)
    found, setup = context.accounts.find(name), code_name(form.get("secret", ""))
    step = _step_of(asking, found)
    if found is None or step is None or not _is_setup(asking, found, setup):
        return _fail(asking, found)
    event = asking.event(WebEventKind.SET_UP, account=name)
    kept = context.passwords.make(password)
    if not context.accounts.set_password(name, setup, kept, step, event):
        return _fail(asking, found)
    context.tries.forget(name, asking.source)
    return None


def typed_account(typed: str) -> str:
    """Return the name of an account as it was meant, "" for what can't be one.

    Nothing else of what somebody typed gets into a table: it may be the password.
    """
    name = typed.strip().upper()
    return name if _ACCOUNT.fullmatch(name) else ""


def _step_of(asking: PageRequest, found: WebCredentials | None) -> int | None:
    if found is None or found.is_disabled:
        return None
    typed = asking.form.get("code", "").replace(" ", "")
    if not typed.isascii():
        return None
    return matching_step(found.code_key, typed, asking.context.now(), found.code_step)


def _is_setup(asking: PageRequest, found: WebCredentials, setup: str) -> bool:
    same = hmac.compare_digest(found.setup.encode(), setup.encode())
    return same and asking.context.now().timestamp() < found.setup_until


def _fail(asking: PageRequest, found: WebCredentials | None) -> LoginFailure:
    known = found.account.id if found else ""
    asking.context.events.record(asking.event(WebEventKind.LOGIN_FAILED, account=known))
    return LoginFailure(LoginTrouble.WRONG)
