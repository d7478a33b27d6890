"""Accounts of the staff who use the pages in a browser, and of the offices' own systems."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class WebRole(StrEnum):
    """What an account may do; `central.web.page_table` says which pages that is."""

    CLERK = "clerk"  # works on the tasks of one office
    REVIEWER = "reviewer"  # the second pair of eyes of one office
    OFFICE_HEAD = "office_head"
    SUPERVISOR = "supervisor"  # of the whole city
    TECHNICIAN = "technician"
    REMOTE_HELPER = "remote_helper"  # sees the page of whoever asked for help at a terminal


OFFICE_ROLES = frozenset({WebRole.CLERK, WebRole.REVIEWER, WebRole.OFFICE_HEAD})
"""Roles that belong to one office; the others belong to none."""
WORKING_ROLES = frozenset({WebRole.CLERK, WebRole.OFFICE_HEAD})
"""Roles that may work on a task of their office."""
REVIEWING_ROLES = frozenset({WebRole.REVIEWER, WebRole.OFFICE_HEAD})
"""Roles that may confirm a colleague's decision."""


@dataclass(frozen=True)
class WebAccount:
    """One account; `id` is a pseudonym, `office` a code of config/offices.toml, "" for none."""

    id: str
    role: WebRole
    office: str = ""


@dataclass(frozen=True)
class WebCredentials:
    """What log-in compares with.

    `password_hash` is "" before set-up. `code_key`: base32 key of the one-time codes; `code_step`:
    the last step whose code was used. `setup`: digest of the set-up secret, "" once it was used;
    `setup_until`: seconds since 1970.
    """

    account: WebAccount
    is_disabled: bool
    password_hash: str = field(repr=False)
    code_key: str = field(repr=False)
    code_step: int
    setup: str = field(repr=False)
    setup_until: float


@dataclass(frozen=True)
class OfficeClient:
    """The account of an office's own system; `office` is a code of config/offices.toml."""

    id: str
    office: str


@dataclass(frozen=True)
class ClientCertificate:
    """A certificate by which a system comes: `x5t#S256` (RFC 8705 §3.1), and its last moment.

    `good_until`: seconds since 1970.
    """

    thumbprint: str
    good_until: float


@dataclass(frozen=True)
class ListedClient:
    """An account of a system as the operator lists it; `until`: the ends of its certificates."""

    client: OfficeClient
    is_disabled: bool
    until: tuple[float, ...]


class WebEventKind(StrEnum):
    """Events of the audit of the pages and of the API for offices' systems; the value is stored."""

    ADDED = "added"
    RESET = "reset"
    DISABLED = "disabled"
    CERTIFIED = "certified"  # a further certificate of an office's system
    WEBHOOK = "webhook"  # where an office's system is told events, or that it is told none
    ISSUED = "issued"  # an access token, to an office's system
    SET_UP = "set-up"
    LOGGED_IN = "logged-in"
    LOGIN_FAILED = "login-failed"
    LOGGED_OUT = "logged-out"
    DENIED = "denied"  # a page or an act that the role does not have
    FORGED = "forged"  # a form without the token of this session, or from another site
    EXPORTED = "exported"
    ACKNOWLEDGED = "acknowledged"
    TOOK = "took"  # a task of the own office
    GAVE_BACK = "gave-back"
    VIEWED = "viewed"  # a case of the own office, a form or a page of it
    HANDED_ON = "handed-on"  # a task, to a colleague
    ASKED = "asked"  # a person for something more
    PAUSED = "paused"
    RESUMED = "resumed"
    REFUSED = "refused"
    FINISHED = "finished"
    CONFIRMED = "confirmed"  # a colleague's decision
    DECLINED = "declined"  # a colleague's decision
    ASSIGNED = "assigned"  # an alarm, to a colleague
    MUTED = "muted"  # alarms of a terminal and kind, for a while
    STOPPED = "stopped"  # a ring of a release
    REQUESTED = "requested"  # something of a terminal
    HELP_BEGAN = "help-began"  # the page of a terminal is looked at
    HELP_ENDED = "help-ended"
    ENROL_CONFIRMED = "enrol-confirmed"  # a terminal's six digits, by one of two people
    ENROL_REFUSED = "enrol-refused"
    ENROL_DIFFERS = "enrol-differs"  # other digits than those of the terminal's key
    NOTICED = "noticed"  # a step of a notice to an office
    OFFERED = "offered"  # an offer to who wishes to do something, or its end
    POINTS = "points"  # the list of service points, or one of them, was changed
    WITHDREW = "withdrew"  # an own decision, before it took effect


@dataclass(frozen=True)
class WebEvent:
    """One event of the audit.

    `at`: ISO 8601. `source`: the client's address, "" for an operator's command. `account` is ""
    where nobody was logged in. `detail` names numbers, never a person.
    """

    at: str
    account: str
    source: str
    kind: WebEventKind
    detail: str = ""


def trouble_with_office(role: WebRole, office: str, offices: Collection[str]) -> str:
    """Return why this role can't have this office, "" when it can; `offices` are all codes."""
    if role not in OFFICE_ROLES:
        return f"a {role.value} belongs to no office; leave out --office" if office else ""
    if not office:
        return f"a {role.value} belongs to an office: --office, one of {', '.join(offices)}"
    return "" if office in offices else f"{office}: no such office; one of {', '.join(offices)}"
