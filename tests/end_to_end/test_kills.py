"""Whoever is killed and whatever the line does: nothing lost, nothing doubled, nothing to read."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from drivers.central.client import CentralClient
from kiosk.ports import CentralAnswer, Trouble
from script.benches.applicants import NAME, SECRETS, invent
from script.benches.central.hostile_proxy import PORTAL, Fault, HostileProxy
from script.benches.central.kills import Campaign

# Among the first 40 connections of this seed every fault comes, the treacherous ones six times.
SEED = 20261386


@pytest.mark.slow
def test_every_acknowledged_application_arrives_once(tmp_path):
    outcome = Campaign(tmp_path / "run", SEED, naive=False).run(kills=20)
    assert (outcome.lost, outcome.doubled, outcome.wrong, outcome.leaks) == (0, 0, (), ()), outcome
    assert outcome.terminal_kills == 20, outcome
    assert outcome.server_kills == 5, outcome
    assert outcome.acknowledged >= 20, outcome
    assert outcome.met[Fault.ANSWER_LOST], outcome
    assert outcome.met[Fault.PORTAL], outcome


@pytest.mark.slow
def test_a_naive_sender_loses_doubles_and_leaks_in_the_same_harness(tmp_path):
    outcome = Campaign(tmp_path / "run", SEED, naive=True).run(kills=8)
    assert outcome.lost, outcome
    assert outcome.doubled, outcome
    assert outcome.leaks, outcome


def test_a_secret_is_found_in_every_writing():
    content = invent(7).content
    assert SECRETS.search(content)
    assert SECRETS.search(NAME.encode("gbk"))
    assert SECRETS.search(b'{"name": "\\u91d1\\u4e1d\\u96c0"}')
    assert not SECRETS.search(invent(7).masked_name.encode())


class CommittingHandler(BaseHTTPRequestHandler):
    """Commits what arrives whole, and says so."""

    committed: list[bytes]

    def do_PUT(self) -> None:
        body = self.rfile.read(length := int(self.headers["Content-Length"]))
        if len(body) == length:
            self.committed.append(body)
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_said):
        """Say nothing."""


@contextmanager
def service():
    handler = type("Here", (CommittingHandler,), {"committed": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1], handler.committed
        finally:
            server.shutdown()
            thread.join()


class Always(Random):
    """Draws one fault only."""

    fault = Fault.NONE

    def choices(self, *_arguments, **_more):
        return [self.fault]


BODY = b"sealed" * 2000
LOST = CentralAnswer(trouble=Trouble.UNREACHABLE)


@pytest.mark.parametrize(
    ("fault", "answer", "committed"),
    [
        (Fault.NONE, CentralAnswer(201, "application/json", body=b"{}"), True),
        (Fault.REFUSED, LOST, False),
        (Fault.REQUEST_CUT, LOST, False),
        (Fault.ANSWER_LOST, LOST, True),
        (Fault.ANSWER_CUT, LOST, True),
        (Fault.STALL, CentralAnswer(trouble=Trouble.TIMEOUT), True),
        (Fault.PORTAL, CentralAnswer(200, "text/html", body=PORTAL), False),
        (Fault.BUSY, CentralAnswer(503, "text/plain", body=b"busy"), False),
    ],
)
def test_the_proxy_does_to_a_request_what_it_says(tmp_path, fault, answer, committed):
    drawn = Always()
    drawn.fault = fault
    capture = tmp_path / "capture"
    capture.touch()
    with service() as (port, kept), HostileProxy(drawn, capture, port) as proxy:
        # patience runs out only where nothing ever comes
        patience = 1.5 if fault is Fault.STALL else 30.0
        client = CentralClient(
            proxy.url, lambda: None, patience, time.monotonic, lambda: datetime.now(UTC)
        )
        told = client.call("PUT", "/v1/applications/1", BODY)
        assert replace(told, date=None) == answer
        client.close()
    assert kept == ([BODY] if committed else [])
    assert proxy.met == {fault: 1}
    assert (BODY in capture.read_bytes()) is (fault is not Fault.REFUSED)


def test_the_proxy_refuses_while_nobody_is_there(tmp_path):
    with HostileProxy(Random(SEED), tmp_path / "capture", calm=True) as proxy:
        client = CentralClient(
            proxy.url, lambda: None, 30.0, time.monotonic, lambda: datetime.now(UTC)
        )
        assert client.call("PUT", "/v1/applications/1", BODY) == LOST
        client.close()
