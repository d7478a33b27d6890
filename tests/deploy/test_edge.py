"""The front of the central service: HAProxy reads its configuration, and does what it says."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from central.keys.certificates import open_certificates
from central.policy import read_policy
from drivers.central.trust import trusted
from kiosk.civil_time import civil_now
from wiring import places

CONFIGURATION = places.ROOT / "deploy" / "edge" / "haproxy.cfg"
HAPROXY = shutil.which("haproxy")
GUARD = 30.0
pytestmark = pytest.mark.skipif(HAPROXY is None, reason="no HAProxy here: script/bootstrap --test")


@dataclass
class Backend:
    """A service that answers with what it heard; `port` is where."""

    port: int
    heard: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def backend() -> Iterator[Backend]:
    class EchoHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path != "/healthz":
                found.heard.append((self.command, self.path, dict(self.headers.items()), body))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_PUT(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), EchoHandler)
    found = Backend(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(GUARD)


@dataclass(frozen=True)
class Edge:
    """A running HAProxy; `connect` returns a TLS connection to it."""

    port: int
    authority: Path

    def connect(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.port), GUARD)
        return trusted(str(self.authority)).wrap_socket(plain, server_hostname="localhost")

    def ask(self, said: bytes) -> bytes:
        """Send one request and return the head of its answer."""
        with self.connect() as line:
            line.sendall(said)
            return line.recv(65536)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def environment(folder: Path, port: int, servers: tuple[int, int]) -> dict[str, str]:
    policy = read_policy(places.CONFIG / "central.toml")
    files = open_certificates(folder, (), policy.certificates, civil_now())
    whole = folder / "edge.pem"
    whole.write_bytes(files.certificate.read_bytes() + files.key.read_bytes())
    return {
        **os.environ,
        "KIOSK_EDGE_BIND": f"127.0.0.1:{port}",
        "KIOSK_EDGE_CERTIFICATE": str(whole),
        **{
            f"KIOSK_EDGE_SERVER_{number}": f"127.0.0.1:{one}"
            for number, one in enumerate(servers, 1)
        },
    }


@contextmanager
def edge(folder: Path, servers: tuple[int, int]) -> Iterator[Edge]:
    port, policy = free_port(), read_policy(places.CONFIG / "central.toml")
    said = environment(folder, port, servers)
    child = subprocess.Popen([str(HAPROXY), "-f", str(CONFIGURATION), "-db"], env=said)
    try:
        for _ in range(300):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), GUARD).close()
                break
            assert child.poll() is None
            time.sleep(0.1)
        files = open_certificates(folder, (), policy.certificates, civil_now())
        yield Edge(port, files.authority)
    finally:
        child.kill()
        child.wait(GUARD)


def test_haproxy_reads_it_without_a_warning(tmp_path: Path) -> None:
    said = environment(tmp_path, 8443, (8001, 8002))
    found = subprocess.run(
        [str(HAPROXY), "-c", "-f", str(CONFIGURATION)],
        env=said,
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert (found.returncode, found.stderr.replace("Configuration file is valid", "").strip()) == (
        0,
        "",
    )


def test_calls_pass_and_what_is_too_much_does_not(tmp_path: Path) -> None:
    head = b"PUT /v1/x HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 9.9.9.9\r\n"
    with backend() as one, edge(tmp_path, (one.port, one.port)) as front:
        with front.connect() as slow:
            slow.sendall(head + b"Content-Length: 100\r\n\r\n{")
            assert front.ask(head + b"Content-Length: 2\r\n\r\n{}").startswith(b"HTTP/1.1 200 ")
        much = front.ask(head + b"Content-Length: 10000000000\r\n\r\n{")
        assert much.startswith(b"HTTP/1.1 413 ")
    ((method, path, headers, body),) = one.heard  # neither the slow one nor the endless one
    assert (method, path, body) == ("PUT", "/v1/x", b"{}")
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "https")


def test_a_server_that_is_away_costs_no_call(tmp_path: Path) -> None:
    asked = b"POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
    with backend() as one, edge(tmp_path, (free_port(), one.port)) as front:
        answers = [front.ask(asked) for _ in range(8)]
    assert all(answer.startswith(b"HTTP/1.1 200 ") for answer in answers)
    assert len(one.heard) == 8


def test_a_terminal_is_told_when_to_come_again_where_no_service_is_ready(tmp_path: Path) -> None:
    with edge(tmp_path, (free_port(), free_port())) as front:
        asked = b"GET /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n"
        # Until its first look at the servers HAProxy ends the connection without an answer.
        answer = next(found for _ in range(1000) if (found := front.ask(asked)))
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nretry-after: 10\r\n" in answer.lower()


def test_older_tls_is_not_spoken(tmp_path: Path) -> None:
    with backend() as one, edge(tmp_path, (one.port, one.port)) as front:
        context = trusted(str(front.authority))
        context.minimum_version, context.maximum_version = (
            ssl.TLSVersion.TLSv1_2,
            ssl.TLSVersion.TLSv1_2,
        )
        plain = socket.create_connection(("127.0.0.1", front.port), GUARD)
        with plain, pytest.raises(ssl.SSLError):
            context.wrap_socket(plain, server_hostname="localhost")
