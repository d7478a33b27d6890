"""The link at which the way to the central service ends is named. Against real sockets."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from drivers.central.client import CentralClient
from drivers.central.line_trial import LineLimits, LineTester, own_address
from drivers.central.name_lookup import Directory, Found, numeric
from drivers.central.trust import trusted
from kiosk.civil_time import to_civil
from kiosk.failures import Failure
from kiosk.maintenance.network_test import LineTest, Link
from kiosk.ports import CentralAnswer, Trouble
from tests.drivers.central.lines import PieceServer, listening
from tests.drivers.central.name_server import EVERYTHING, NameServer, answering
from tests.drivers.central.test_trust import another_authority, older_protocol, ours, side

LIMITS = LineLimits(connect=5.0, slow=5.0, clock=60.0)
NAME, PLACE = "central.example", "198.51.100.7"
WHOLE = list(Link)


def said(body: bytes = b"{}", kind: str = "application/json", at: datetime | None = None) -> bytes:
    date = format_datetime(at or datetime.now(UTC), usegmt=True)
    head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass
class LineHouse:
    """A terminal and what answers it."""

    folder: Path
    line: PieceServer
    host: str = "127.0.0.1"
    ahead: timedelta = timedelta()
    names: tuple[str, ...] = ()
    dns_port: int = 1
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        ours(self.folder)
        self.stack.enter_context(listening(self.line))
        self.authority = str(self.folder / "ours" / "authority.crt")

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def tester(self) -> LineTester:
        url = self.line.url.replace("localhost", self.host)
        tls = trusted(self.authority)
        central = CentralClient(url, lambda: None, 5.0, time.monotonic, self.now, tls)
        directory = self.directory()
        return LineTester(url, "BZ-DEMO", directory, tls, central, LIMITS, time.monotonic, self.now)

    def directory(self) -> Directory:
        hosts, servers = self.folder / "hosts", self.folder / "resolv.conf"
        hosts.write_text("127.0.0.1 localhost here.example # ours\n")
        servers.write_text("".join(f"nameserver {one}\n" for one in self.names))
        return Directory(os.urandom, hosts, servers, self.dns_port, seconds=0.5)

    def test(self) -> LineTest:
        return self.tester().test()


@pytest.fixture
def house(tmp_path):
    made: list[LineHouse] = []

    def make(line: PieceServer, **more: object) -> LineHouse:
        made.append(LineHouse(tmp_path, line, **more))
        return made[-1]

    yield make
    for one in made:
        one.stack.close()


def ends_at(test: LineTest, link: Link, failure: Failure) -> str:
    assert test.failing is not None
    assert (test.failing.link, test.failing.failure) == (link, failure)
    assert [step.link for step in test.steps] == WHOLE[: WHOLE.index(link) + 1]
    return test.failing.evidence


def test_a_whole_line(house, tmp_path):
    test = house(PieceServer((said(),), tls=ours(tmp_path))).test()
    assert [step.link for step in test.steps] == WHOLE
    assert test.failing is None
    assert abs(test.ahead) < 5
    assert "TLSv1.3" in test.steps[3].evidence


def test_without_encryption_in_a_demo(house):
    test = house(PieceServer((said(),))).test()
    assert test.failing is None
    assert "没有加密" in test.steps[3].evidence


def test_nobody_listens(house):
    one = house(PieceServer())
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    url = f"https://127.0.0.1:{free}"
    assert "拒绝" in ends_at(replace(one.tester(), url=url).test(), Link.TCP, Failure.PORT_CLOSED)


def test_a_portal_that_speaks_no_tls(house):
    one = house(PieceServer((b"HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\n\r\n",)))
    url = one.line.url.replace("http://localhost", "https://127.0.0.1")
    test = replace(one.tester(), url=url).test()
    assert "SSL" in ends_at(test, Link.TLS, Failure.TLS_REFUSED)


def test_an_older_protocol_is_refused(house, tmp_path):
    line = PieceServer((said(),), tls=older_protocol(tmp_path))
    evidence = ends_at(house(line).test(), Link.TLS, Failure.TLS_REFUSED)
    assert "protocol version" in evidence
    assert not any(b"token" in one for one in line.heard)


def test_somebody_elses_certificate(house, tmp_path):
    line = PieceServer((said(),), tls=another_authority(tmp_path))
    evidence = ends_at(house(line).test(), Link.TLS, Failure.CERTIFICATE_FOREIGN)
    assert "Retirement kiosk central authority" in evidence
    assert not any(b"token" in one for one in line.heard)


def test_another_hosts_certificate(house, tmp_path):
    one = house(PieceServer((said(),), tls=ours(tmp_path)))
    url = one.line.url.replace("localhost", "here.example")
    test = replace(one.tester(), url=url).test()
    assert "here.example" in ends_at(test, Link.TLS, Failure.CERTIFICATE_FOREIGN)


def expired(folder: Path, years: int) -> ssl.SSLContext:
    return side(folder / "ours", years)


def test_an_expired_certificate(house, tmp_path):
    context = expired(tmp_path, 3)
    line = PieceServer((said(),), tls=context)
    one = house(line)
    line.tls = context
    evidence = ends_at(one.test(), Link.TLS, Failure.CERTIFICATE_EXPIRED)
    assert "本机" in evidence


def test_a_clock_years_ahead_is_not_the_certificates_fault(house, tmp_path):
    then = datetime.now(UTC) - timedelta(days=365 * 3 - 1)
    line = PieceServer((said(at=then),), tls=expired(tmp_path, 3))
    assert f"对方说 {to_civil(then):%Y-%m-%d}" in ends_at(
        house(line).test(), Link.TLS, Failure.CLOCK_WRONG
    )


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nDate: soon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nDate: Thu, 26 Nov 2026 12:00:00 -0000\r\n\r\n",
    ],
)
def test_an_expired_certificate_whose_owner_tells_no_time(house, tmp_path, head):
    line = PieceServer((head,), tls=expired(tmp_path, 3))
    evidence = ends_at(house(line).test(), Link.TLS, Failure.CERTIFICATE_EXPIRED)
    assert "对方说" not in evidence


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_clock_some_minutes_off(house, tmp_path, minutes):
    one = house(PieceServer((said(),), tls=ours(tmp_path)), ahead=timedelta(minutes=minutes))
    test = one.test()
    evidence = ends_at(test, Link.TIME, Failure.CLOCK_WRONG)
    assert ("快" in evidence) is (minutes > 0)
    assert abs(test.ahead - minutes * 60) < 30


def test_a_captive_portal_whose_certificate_is_good(house, tmp_path):
    line = PieceServer((said(b"<html>login</html>", "text/html"),), tls=ours(tmp_path))
    assert "text/html" in ends_at(house(line).test(), Link.CENTRAL, Failure.PORTAL_BETWEEN)


@dataclass
class AnsweringService:
    """Says what a test wants, path by path."""

    answers: dict[str, CentralAnswer]

    def call(self, method, path, body=b"", headers=None):
        name = "staff" if path.endswith("/staff") else path
        return self.answers.get(name, CentralAnswer(200, "application/json"))


@pytest.mark.parametrize(
    ("name", "answer", "failure"),
    [
        ("staff", CentralAnswer(401, "application/problem+json"), Failure.TOKEN_REFUSED),
        ("staff", CentralAnswer(403, "application/problem+json"), Failure.TOKEN_REFUSED),
        ("staff", CentralAnswer(503, "application/problem+json"), Failure.CENTRAL_UNREACHABLE),
        ("/v1/keys", CentralAnswer(trouble=Trouble.TIMEOUT), Failure.CENTRAL_UNREACHABLE),
        ("/v1/keys", CentralAnswer(trouble=Trouble.TLS), Failure.CERTIFICATE_FOREIGN),
    ],
)
def test_what_the_central_service_says_against_it(house, tmp_path, name, answer, failure):
    one = house(PieceServer((said(),), tls=ours(tmp_path)))
    test = replace(one.tester(), central=AnsweringService({name: answer})).test()
    assert test.failing is not None
    assert (test.failing.link, test.failing.failure) == (Link.CENTRAL, failure)
    assert test.ahead is None  # it told no time


def test_a_slow_line(house, tmp_path):
    one = house(PieceServer((said(),), tls=ours(tmp_path)))
    hours = iter(range(100))
    test = replace(one.tester(), monotonic=lambda: next(hours) * 3600.0).test()
    assert test.failing is not None
    assert (test.failing.link, test.failing.failure) == (Link.LATENCY, Failure.CENTRAL_SLOW)


# names


def looked_up(house, server: NameServer, name: str = NAME) -> Found:
    with answering(server):
        one = house(PieceServer(), names=("127.0.0.1",), dns_port=server.port)
        return one.directory().look_up(name)


def test_an_honest_server(house):
    server = NameServer({NAME: (PLACE,)})
    assert looked_up(house, server) == Found((PLACE,), "127.0.0.1")
    assert server.heard[-1].endswith(".invalid")


def test_a_name_with_a_long_address_only(house):
    assert looked_up(house, NameServer({NAME: ("2001:db8::7",)})).addresses == ("2001:db8::7",)


@pytest.mark.parametrize("place", ["127.0.0.1", "0.0.0.0", "169.254.1.1", "224.0.0.1"])
def test_a_server_that_leads_nowhere_lies(house, place):
    assert looked_up(house, NameServer({NAME: (place,)})).failure is Failure.DNS_LIES


def test_a_server_that_knows_every_name_lies(house):
    found = looked_up(house, NameServer({EVERYTHING: (PLACE,)}))
    assert found == Found((PLACE,), "127.0.0.1", Failure.DNS_LIES)


def test_this_machine_may_be_named(house):
    found = looked_up(house, NameServer({"a.localhost": ("127.0.0.1",)}), "a.localhost")
    assert found.failure is None


@pytest.mark.parametrize(
    "server",
    [
        NameServer({}),
        NameServer({}, code=2),
        NameServer({NAME: (PLACE,)}, mute=True),
        NameServer({NAME: (PLACE,)}, other_number=True),
    ],
    ids=["no such name", "server failure", "mute", "answers another question"],
)
def test_a_server_that_does_not_tell(house, server):
    assert looked_up(house, server).failure is Failure.DNS_SILENT


def test_the_next_server_is_asked_when_the_first_is_silent(house):
    server = NameServer({NAME: (PLACE,)})
    with answering(server):
        one = house(PieceServer(), names=("::1", "127.0.0.1"), dns_port=server.port)
        assert one.directory().look_up(NAME) == Found((PLACE,), "127.0.0.1")


def test_without_any_server(house, tmp_path):
    one = house(PieceServer())
    lost = replace(one.directory(), servers=tmp_path / "nothing")
    assert lost.look_up(NAME) == Found((), "", Failure.DNS_SILENT)
    assert one.directory().look_up("a..b").failure is Failure.DNS_SILENT


def test_a_lie_is_told_at_its_link(house):
    server = NameServer({EVERYTHING: ("10.0.0.1",)})
    with answering(server):
        one = house(PieceServer(), names=("127.0.0.1",), dns_port=server.port)
        test = replace(one.tester(), url=f"https://{NAME}").test()
    assert "10.0.0.1" in ends_at(test, Link.DNS, Failure.DNS_LIES)


def test_the_machines_own_list_comes_first(house, tmp_path):
    one = house(PieceServer((said(),), tls=ours(tmp_path)))
    assert one.directory().look_up("here.example").addresses == ("127.0.0.1",)


def test_an_address_is_not_looked_up():
    assert numeric("192.0.2.1")
    assert numeric("::1")
    assert not numeric("central.example")


WITHOUT_NETWORK = "from drivers.central.line_trial import own_address; print(own_address('central.example').failure)"


def test_a_machine_without_network(tmp_path):
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        "--net",
        sys.executable,
        "-c",
        WITHOUT_NETWORK,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no network namespace here: {done.stderr.strip()[:80]}")
    assert done.stdout.strip() == Failure.NO_ADDRESS


def test_a_machine_with_its_own_address():
    assert own_address("127.0.0.1").evidence == "127.0.0.1"
    assert own_address("::1").link is Link.ADDRESS
