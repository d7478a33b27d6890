"""One e-mail about new alarms, handed to the operator's mail server within one deadline.

smtplib waits for each piece by itself, so that a server which answers byte by byte has no end.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from threading import Event
from typing import TYPE_CHECKING

from central.alarm_sending.routes import Mailbox, MailRoute, MailSecurity
from central.offices.call_timer import CALL_TIMER

if TYPE_CHECKING:
    from central.store.alarm_sending.alarm_sending import UnsentAlarm


SUCCESS = 250


class MailTrouble(StrEnum):
    """Why a mail was not taken."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    UNTRUSTED = "untrusted"  # its certificate is of another server, or of no known authority
    NO_TLS = "no-tls"
    LOGIN = "login"
    REFUSED = "refused"  # the sender, all recipients or the mail itself


@dataclass(frozen=True)
class MailWords:
    """Words of the mail: subject and lines with fields; `kinds` names each kind of alarm."""

    subject: str
    line: str
    foot: str
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class MailSender:
    """Sends mails: `tls` verifies the server, `point_name` names a service point by its code."""

    mailbox: Mailbox
    seconds: float
    tls: ssl.SSLContext
    words: MailWords
    point_name: Callable[[str], str] = field(repr=False)

    def send(self, alarms: Sequence[UnsentAlarm], now: datetime) -> MailTrouble | None:
        """Send one mail about all these alarms; return why it was not taken, None for taken."""
        route, expired = self.mailbox.route, Event()
        with ExitStack() as limits:
            line = MailLine(route, self.tls, self.seconds, expired, limits)
            try:
                trouble = self._hand_over(line, self._message(alarms, now))
            except smtplib.SMTPAuthenticationError:
                trouble = MailTrouble.LOGIN
            except smtplib.SMTPNotSupportedError:
                trouble = MailTrouble.LOGIN if route.user else MailTrouble.NO_TLS
            except smtplib.SMTPServerDisconnected:
                trouble = MailTrouble.UNREACHABLE
            except smtplib.SMTPException:
                trouble = MailTrouble.REFUSED
            except TimeoutError:
                trouble = MailTrouble.SLOW
            except ssl.SSLError:
                trouble = MailTrouble.UNTRUSTED
            except OSError:
                trouble = MailTrouble.UNREACHABLE
            finally:
                line.close()
            return MailTrouble.SLOW if trouble and expired.is_set() else trouble

    def _hand_over(self, line: MailLine, message: EmailMessage) -> MailTrouble | None:
        route = self.mailbox.route
        line.connect(route.host, route.port)
        if route.security is MailSecurity.STARTTLS:
            answer, _ = line.ehlo()
            if not line.has_extn("starttls"):
                return MailTrouble.NO_TLS if answer == SUCCESS else MailTrouble.REFUSED
            line.secure()
        if route.user:
            line.login(route.user, self.mailbox.password)
        line.send_message(message)
        return None

    def _message(self, alarms: Sequence[UnsentAlarm], now: datetime) -> EmailMessage:
        """Return the mail: what, where, when; no detail, and nothing about anybody."""
        route, message = self.mailbox.route, EmailMessage()
        message["Subject"] = self.words.subject.format(count=len(alarms))
        message["From"], message["To"] = route.sender, ", ".join(route.recipients)
        message["Date"] = now
        # The same at each try, by which a mailbox knows a mail whose answer was lost.
        numbers = f"{alarms[0].number}-{alarms[-1].number}-{len(alarms)}"
        message["Message-ID"] = f"<alarms-{numbers}@{route.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers it
        lines = [
            self.words.line.format(
                number=one.number,
                at=one.at[:16].replace("T", " "),
                kind=self.words.kinds.get(one.kind, one.kind),
                terminal=one.terminal,
                point=self.point_name(one.point),
            )
            for one in alarms
        ]
        message.set_content("\n".join((*lines, "", self.words.foot)) + "\n")
        return message


class MailLine(smtplib.SMTP):
    """A connection to a mail server that is cut when its time is over, whatever it waits for.

    `tls` verifies the server; `seconds`: the time; `expired` is set before the cut; `limits` ends
    it with the block.
    """

    def __init__(
        self,
        route: MailRoute,
        tls: ssl.SSLContext,
        seconds: float,
        expired: Event,
        limits: ExitStack,
    ) -> None:
        self._limit = seconds, expired, limits
        self._begins_with_tls, self._tls = route.security is MailSecurity.TLS, tls
        super().__init__(timeout=seconds)
        self._host = route.host  # by this name STARTTLS verifies

    def secure(self) -> None:
        """Go on under TLS; raises what smtplib raises."""
        self.starttls(context=self._tls)
        assert self.sock is not None
        self._watch(self.sock)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = socket.create_connection((host, port), timeout)
        self._watch(line)
        if not self._begins_with_tls:
            return line
        try:
            secured = self._tls.wrap_socket(line, server_hostname=host)
        except OSError:  # smtplib's own class leaves the line open
            line.close()
            raise
        self._watch(secured)
        return secured

    def _watch(self, line: socket.socket) -> None:
        seconds, expired, limits = self._limit
        limits.enter_context(CALL_TIMER.limit(line, seconds, expired))
