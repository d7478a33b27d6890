"""A mail server on this machine that speaks SMTP (RFC 5321) with STARTTLS and AUTH PLAIN."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

USER, PASSWORD = "kiosk", "mail secret"


@dataclass
class MailState:
    """What came, and what is answered: by default everything is taken.

    `refuse`: the answer to a command by its name; `drip`: the banner comes byte by byte and has no
    end; `offers_tls`: STARTTLS is offered.
    """

    tls: ssl.SSLContext
    offers_tls: bool = True
    refuse: dict[str, str] = field(default_factory=dict)
    drip: threading.Event | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)


class _MailConnection(socketserver.StreamRequestHandler):
    def __init__(self, state: MailState, *where: Any) -> None:
        self.state, self.secure = state, False
        super().__init__(*where)

    def handle(self) -> None:
        if self.state.drip is not None:
            while not self.state.drip.wait(0.02):
                try:
                    self.request.sendall(b"2")
                except OSError:
                    return
            return
        try:
            self.say("220 localhost test")
            while line := self.rfile.readline():
                if not self.answer(line.decode().strip()):
                    return
        except (OSError, ssl.SSLError):
            return

    def finish(self) -> None:
        super().finish()
        self.request.close()  # after STARTTLS another one than the server knows

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{one}\r\n" for one in lines).encode())

    def answer(self, line: str) -> bool:
        name = line.split(" ", maxsplit=1)[0].upper()
        if name in self.state.refuse:
            self.say(self.state.refuse[name])
        elif name == "EHLO":
            offers = ["STARTTLS"] if self.state.offers_tls and not self.secure else ["AUTH PLAIN"]
            self.say("250-localhost", *(f"250-{one}" for one in offers), "250 8BITMIME")
        elif name == "STARTTLS":
            self.say("220 go on")
            self.request = self.state.tls.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
            self.secure = True
        elif name == "AUTH":
            said = base64.b64decode(line.split(" ")[2]).decode()
            self.state.logins.append(said)
            self.say("235 welcome" if said == f"\0{USER}\0{PASSWORD}" else "535 wrong")
        elif name == "DATA":
            self.say("354 go on")
            self.take()
        elif name == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    def take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        content = b"".join(one.removeprefix(b".") if one[:2] == b".." else one for one in lines)
        if "." in self.state.refuse:
            self.say(self.state.refuse["."])
            return
        found = message_from_bytes(content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.state.mails.append(found)
        self.state.raw.append(content)
        self.state.secured.append(self.secure)
        self.say("250 taken")


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of callers who hang up."""


@contextmanager
def mail_server(certificate: Path, key: Path) -> Iterator[tuple[int, MailState]]:
    """Serve on a free port of this machine; yield it and the server's state."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    state = MailState(tls)
    with _MailServer(("127.0.0.1", 0), partial(_MailConnection, state)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1], state
        finally:
            if state.drip is not None:
                state.drip.set()
            server.shutdown()
            thread.join()
