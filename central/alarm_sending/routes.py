"""Where alarms are sent: the operator's file of `serve --alarms`, and config/alarm_sending.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from central.webhooks.addresses import url_trouble
from kiosk.config.schema import ConfigError, Problem, line_or_section, load
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from central.webhooks.policy import IpNetwork

FILE = "alarm_sending.toml"
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}")
HOST = re.compile(r"[A-Za-z0-9.:-]{1,253}")
LARGEST_PORT = 65_535


class MailSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    PLAIN = "plain"  # to this machine alone


@dataclass(frozen=True)
class MailRoute:
    """A mail server, whom it writes to (`recipients`) and as whom (`sender`).

    `user` is "" where the server wants none; `password_file` holds the password and nothing else.
    """

    host: str
    port: int
    security: MailSecurity
    sender: str
    recipients: tuple[str, ...]
    user: str = ""
    password_file: str = ""


@dataclass(frozen=True)
class HookRoute:
    """The address of a webhook."""

    url: str


@dataclass(frozen=True)
class AlarmRoutes:
    """The ways by which alarms are sent; None for one that is not used."""

    email: MailRoute | None = None
    webhook: HookRoute | None = None


@dataclass(frozen=True)
class SendingPolicy:
    """Limits and pauses of sending.

    A connection may take `timeout_seconds`. A process holds a way for `lease_seconds` and sends at
    most `batch` alarms in a round; rounds begin every `round_seconds`. After a failure the pause is
    `first_seconds`, doubled up to `longest_seconds`; the `alarm_after`-th in a row is an alarm of
    its own. Alarms older than `oldest_hours` are not sent any more.
    """

    timeout_seconds: float
    lease_seconds: float
    batch: int
    round_seconds: float
    first_seconds: float
    longest_seconds: float
    alarm_after: int
    oldest_hours: float

    def pause(self, failures: int) -> float:
        """Return the pause in seconds after the `failures`-th failure in a row, counted from 1."""
        doublings = min(max(failures - 1, 0), 60)
        return min(self.first_seconds * 2.0**doublings, self.longest_seconds)


@dataclass(frozen=True)
class Mailbox:
    """A route by e-mail with its password, "" for none."""

    route: MailRoute
    password: str = field(default="", repr=False)


def read_sending_policy(config: Path) -> SendingPolicy:
    """Return the policy in the folder `config`; raises kiosk.config.schema.ConfigError."""
    return load(SendingPolicy, config / FILE)


def read_alarm_routes(path: Path, networks: Collection[IpNetwork]) -> AlarmRoutes:
    """Return the routes in the operator's file; raises kiosk.config.schema.ConfigError.

    `networks`: those in which a webhook may lie although they are not public.
    """
    routes = load(AlarmRoutes, path)
    problems = []
    if routes.email is not None:
        problems += [_problem(path, f"email.{key}", words) for key, words in _faults(routes.email)]
    if routes.webhook is not None and (trouble := url_trouble(routes.webhook.url, networks)):
        words = texts_of("central.hook_address")[trouble.value]
        problems.append(_problem(path, "webhook.url", words))
    if problems:
        raise ConfigError(tuple(problems))
    return routes


def read_mailbox(path: Path, route: MailRoute) -> Mailbox:
    """Return a route of the file `path` with its password; raises ConfigError."""
    if not route.user:
        return Mailbox(route)
    try:
        password = (path.parent / route.password_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        password = ""
    if not password:
        words = text_of("central.mail_password")
        raise ConfigError((_problem(path, "email.password_file", words),))
    return Mailbox(route, password)


def _problem(path: Path, key: str, words: str) -> Problem:
    return Problem(str(path), line_or_section(path, key), key, words)


def _faults(route: MailRoute) -> list[tuple[str, str]]:
    found = []
    if HOST.fullmatch(route.host) is None:
        found.append(("host", text_of("central.mail_host")))
    if not 1 <= route.port <= LARGEST_PORT:
        found.append(("port", text_of("central.mail_port")))
    if ADDRESS.fullmatch(route.sender) is None:
        found.append(("sender", text_of("central.mail_address")))
    if not route.recipients or not all(map(ADDRESS.fullmatch, route.recipients)):
        found.append(("recipients", text_of("central.mail_address")))
    if route.security is MailSecurity.PLAIN and not _is_own_machine(route.host):
        found.append(("security", text_of("central.mail_plain")))
    return found


def _is_own_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
