"""A reference provider of the platform's user service: HTTPS in a process of its own.

For demo, training and tests. It issues codes to telephones, and to browsers that log in
(`login_pages.py`), and redeems each once for a signed token. It shares no code with the client, so
that a misread wire can't be wrong in the same way on both ends.
"""

from __future__ import annotations

import argparse
import hmac
import json
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import OKPKey

from central.keys.certificates import open_certificates, server_context
from central.phone_proof.login_pages import AUTHORIZE, LoginPages, LoginUser, read_users
from central.policy import read_policy
from kiosk.civil_time import civil_now

ISSUER = "reference-platform"
CODE_SECONDS = 120.0
TOKEN_SECONDS = 120
CODE_BYTES = 18
LONGEST_BODY = 4096
REDEEM, CODES = "/tokens", "/codes"
CONFIG = Path(__file__).resolve().parents[2] / "config"
ADDRESS = """url = {url}
issuer = {issuer}
token = "platform.token"
key = "platform.pem"
authority = "authority.crt"
"""


class PlatformFault(StrEnum):
    """Faults that the provider can show at the next code that is redeemed."""

    BUSY = "busy"  # 503
    PAGE = "page"  # 200 with HTML
    FORGED = "forged"  # signed with another key
    OTHER_TERMINAL = "other-terminal"  # a token for another terminal
    OTHER_VISIT = "other-visit"  # of another nonce
    OLD = "old"  # a token whose time is over
    NO_FACE = "no-face"  # a log-in by password alone
    REPEATED = "repeated"  # the very token that was given before


@dataclass
class _IssuedCode:
    number: str
    until: float
    used: bool = False
    user: LoginUser | None = None
    client: str = ""
    nonce: str = ""

    def is_for(self, asked: Mapping[str, Any]) -> bool:
        """Tell whether a code of a browser is redeemed by its client, for its visit."""
        theirs = (self.client, self.nonce) == (asked.get("audience"), asked.get("nonce"))
        return self.user is None or theirs


@dataclass
class ReferencePlatform:
    """Codes that telephones show, and the tokens for them; `now` returns seconds since 1970."""

    token: str = field(repr=False)
    key: Ed25519PrivateKey = field(repr=False)
    now: Callable[[], float]
    faults: list[PlatformFault] = field(default_factory=list)
    _codes: dict[str, _IssuedCode] = field(default_factory=dict, repr=False)
    _last: str = field(default="", repr=False)
    _lock: Any = field(default_factory=threading.Lock, repr=False)

    def issue_code(self, number: str) -> str:
        """Return a fresh code for the telephone of the person with this ID number."""
        code = secrets.token_urlsafe(CODE_BYTES)
        with self._lock:
            self._codes[code] = _IssuedCode(number, self.now() + CODE_SECONDS)
        return code

    def issue_login(self, user: LoginUser, asked: Mapping[str, str]) -> str:
        """Return a fresh code for the browser of `user`, for the client and nonce of `asked`."""
        code, until = secrets.token_urlsafe(CODE_BYTES), self.now() + CODE_SECONDS
        who = _IssuedCode(user.number, until, False, user, asked["client_id"], asked["nonce"])
        with self._lock:
            self._codes[code] = who
        return code

    def redeem(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, str]]:
        """Return status and body of the answer to a code that a terminal scanned."""
        with self._lock:
            fault = self.faults.pop(0) if self.faults else None
            if fault is PlatformFault.BUSY:
                return 503, {}
            issued = self._codes.get(str(asked.get("code")))
            if issued is None or not issued.is_for(asked):
                return 404, {}
            if fault is not PlatformFault.REPEATED and (issued.used or issued.until <= self.now()):
                return (409 if issued.used else 410), {}
            issued.used = True
            if fault is not PlatformFault.REPEATED:
                self._last = self._sign(issued, asked, fault)
            return 200, {"token": self._last}

    def _sign(
        self, issued: _IssuedCode, asked: Mapping[str, Any], fault: PlatformFault | None
    ) -> str:
        at = int(self.now()) - (2 * TOKEN_SECONDS if fault is PlatformFault.OLD else 0)
        elsewhere, other_visit = PlatformFault.OTHER_TERMINAL, PlatformFault.OTHER_VISIT
        claims = {
            "iss": ISSUER,
            "aud": "elsewhere" if fault is elsewhere else asked.get("audience"),
            "nonce": "another visit" if fault is other_visit else asked.get("nonce"),
            "sub": issued.number,
            "jti": secrets.token_hex(16),
            "iat": at,
            "exp": at + TOKEN_SECONDS,
        }
        if issued.user is not None:
            address = {"formatted": issued.user.address}
            claims |= {"name": issued.user.name, "address": address}
            if fault is not PlatformFault.NO_FACE:
                claims["acr"] = issued.user.kind
        forged = fault is PlatformFault.FORGED
        key = Ed25519PrivateKey.generate() if forged else self.key
        header = {"alg": "Ed25519"}
        return jwt.encode(header, claims, OKPKey.import_key(key), algorithms=["Ed25519"])


@contextmanager
def serve_platform(
    folder: Path,
    now: Callable[[], float],
    port: int = 0,
    *,
    people: Path | None = None,
    clients: Mapping[str, str] | None = None,
) -> Iterator[tuple[Path, ReferencePlatform]]:
    """Serve the platform on 127.0.0.1; yield the file for `serve --unified-user`, and the state.

    `folder` takes its keys and certificates; `now` returns seconds since 1970; `port` 0 is any free
    one. `people` is the folder of who can log in, `clients` says where the browsers of each client
    may be sent back.
    """
    folder.mkdir(parents=True, exist_ok=True)
    policy = read_policy(CONFIG / "central.toml").certificates
    files = open_certificates(folder, (), policy, civil_now())
    state = ReferencePlatform(secrets.token_hex(16), Ed25519PrivateKey.generate(), now)
    users = read_users(people) if people else {}
    pages = LoginPages(users, clients or {}, state.issue_login)
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(state, pages))
    server.socket = server_context(files).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    url = f"https://127.0.0.1:{server.server_address[1]}{REDEEM}"
    path = folder / "unified_user.toml"
    path.write_text(ADDRESS.format(url=json.dumps(url), issuer=json.dumps(ISSUER)), "utf-8")
    (folder / "platform.token").write_text(state.token, "ascii")
    public = state.key.public_key()
    (folder / "platform.pem").write_bytes(
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    try:
        yield path, state
    finally:
        server.shutdown()
        server.server_close()


def simulate_platform(options: argparse.Namespace) -> int:
    """Run the provider until SIGTERM, SIGINT or the end of standard input; return 0.

    Prints one line of JSON when it is ready: `file` for `serve --unified-user`, `codes`, the URL at
    which a telephone gets a code for `{"number": …}`, and `authorize`, where browsers log in.
    """
    over: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.put(None))
    threading.Thread(
        target=_await_end_of_input, args=(sys.stdin.fileno(), over), daemon=True
    ).start()
    clients = dict(one.split("=", 1) for one in options.client)
    with serve_platform(
        options.folder,
        lambda: civil_now().timestamp(),
        options.port,
        people=options.people,
        clients=clients,
    ) as (path, _):
        address = next(one for one in path.read_text("utf-8").splitlines() if one.startswith("url"))
        url = json.loads(address.partition("=")[2])
        base = url.removesuffix(REDEEM)
        told = {"file": str(path), "codes": base + CODES, "authorize": base + AUTHORIZE}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        over.get()
    return 0


def _await_end_of_input(descriptor: int, over: SimpleQueue[None]) -> None:
    with suppress(OSError):  # a terminal that is gone ends it, too
        while os.read(descriptor, 1024):
            pass
    over.put(None)


def _handler(state: ReferencePlatform, pages: LoginPages) -> type[BaseHTTPRequestHandler]:
    class PlatformRequest(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing: no code and no number stands in a log."""

        def do_GET(self) -> None:
            status, headers, body = pages.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length", "0")), LONGEST_BODY)
            asked = json.loads(self.rfile.read(length))
            said = self.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(said, f"Bearer {state.token}".encode()):
                self._answer(401, b"{}")
            elif self.path == CODES:
                code = state.issue_code(str(asked["number"]))
                self._answer(200, json.dumps({"code": code}).encode())
            elif state.faults and state.faults[0] is PlatformFault.PAGE:
                state.faults.pop(0)
                self._answer(200, b"<html>login</html>")
            else:
                status, body = state.redeem(asked)
                self._answer(status, json.dumps(body).encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return PlatformRequest
