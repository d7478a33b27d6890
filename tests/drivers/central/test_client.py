"""Every call ends with an answer or a trouble, whatever the other end does."""

from __future__ import annotations

import itertools
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from central.results.reading import read_result_rules
from drivers.central.client import LONGEST_BODY, LONGEST_FILES, CentralClient
from kiosk.crypto.receipt import verify_receipt
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.ports import CentralAnswer, Trouble
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import Standing, content, numbered, standing
from tests.drivers.central.lines import LIMIT, PieceServer, listening, serving
from wiring import places

NOW = datetime(2026, 11, 23, 4, 0, 0, tzinfo=UTC)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"


def client(url: str, seconds: float = LIMIT, tls: ssl.SSLContext | None = None) -> CentralClient:
    return CentralClient(url, lambda: None, seconds, time.monotonic, lambda: NOW, tls)


def asked(
    line: PieceServer, seconds: float = LIMIT, tls: ssl.SSLContext | None = None
) -> CentralAnswer:
    with listening(line):
        return client(line.url, seconds, tls).call("GET", "/healthz")


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Standing]:
    with standing(tmp_path) as built:
        yield built


@pytest.fixture
def at_central(central: Standing) -> Iterator[CentralClient]:
    with serving(central.app) as url:
        yield CentralClient(url, central.key, LIMIT, time.monotonic, lambda: NOW)


def test_an_application_is_delivered_once(central: Standing, at_central: CentralClient) -> None:
    envelope = central.envelope(content(numbered(1)))
    path = f"/v1/applications/{numbered(1)}"
    media = {"Content-Type": "application/vnd.kiosk.sealed+json"}
    first = at_central.call("PUT", path, envelope.encode(), media)
    again = at_central.call("PUT", path, envelope.encode(), media)
    assert (first.status, again.status) == (201, 200)
    assert (first.media_type, first.body) == ("application/json", again.body)
    key = central.keys.signing.receipt_key
    assert verify_receipt(first.body, key, envelope.id, envelope.digest)
    progress = at_central.call("GET", path + "/progress")
    assert len(json.loads(progress.body)["services"]) == 4


def test_refusals_are_answers(central: Standing, at_central: CentralClient) -> None:
    asking = {"Content-Type": "application/json"}
    nobody = json.dumps(central.visit("1", name="某人")).encode()
    unknown = at_central.call("POST", "/v1/people/facts", nobody, asking)
    assert (unknown.status, unknown.media_type) == (404, "application/problem+json")
    large = at_central.call("PUT", f"/v1/applications/{numbered(1)}", bytes(400_000))
    assert large.status == 413
    with serving(central.app) as url:
        assert client(url).call("POST", "/v1/people/facts", b"{}", asking).status == 401


def test_a_portrait_comes_whole(central: Standing, at_central: CentralClient) -> None:
    body = json.dumps(central.visit(proof=None)).encode()
    asking = {"Content-Type": "application/json"}
    answer = at_central.call("POST", "/v1/people/portrait", body, asking)
    assert (answer.media_type, answer.body[:2]) == ("image/jpeg", b"\xff\xd8")


def test_what_is_sent() -> None:
    line = PieceServer((OK + b"\r\n{}",))
    with listening(line):
        client(line.url + "/base").call("PUT", "/v1/x", b"body", {"Content-Type": "a/b"})
    head, body = line.heard[0].split(b"\r\n\r\n")
    assert head.startswith(b"PUT /base/v1/x HTTP/1.1\r\n")
    assert body == b"body"
    for header in (b"Content-Type: a/b", b"Content-Length: 4"):
        assert header.lower() in head.lower()
    assert b"identity" in head


KEY = TerminalKey(bytes(32))
CLOCK_WRONG = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\n"
    b"Date: Mon, 23 Nov 2026 05:00:00 GMT\r\nContent-Length: 22\r\n\r\n"
    b'{"type":"clock-wrong"}'
)
TOO_EARLY = CLOCK_WRONG.replace(b"401 Unauthorized", b"425 Too Early")
STRANGER = CLOCK_WRONG.replace(b"clock-wrong", b"no-terminal")


def created(head: bytes) -> int:
    found = re.search(rb";created=([0-9]+);keyid=\"([0-9a-f]+)\"", head)
    assert found is not None
    assert found[2].decode() == KEY.id
    return int(found[1])


@pytest.mark.parametrize(
    ("answer", "times"), [(CLOCK_WRONG, 2), (TOO_EARLY, 2), (STRANGER, 1), (OK + b"\r\n{}", 1)]
)
def test_what_was_signed_at_another_time_is_signed_anew_once(answer: bytes, times: int) -> None:
    line = PieceServer((answer,))
    with listening(line):
        central = CentralClient(line.url, lambda: KEY, LIMIT, time.monotonic, lambda: NOW)
        central.call("PUT", "/v1/x", b"body")
        central.call("PUT", "/v1/x", b"body")
    instants = [created(head) - int(NOW.timestamp()) for head in line.heard]
    assert instants == ([0, 3600, 3600, 3600] if times == 2 else [0, 0])
    nonces = {re.search(rb"nonce=\"(.*?)\"", head)[1] for head in line.heard}  # type: ignore[index]
    assert len(nonces) == len(line.heard)


def test_a_captive_portal_is_an_answer_as_it_is() -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\n\r\n<html>sign in</html>"
    assert asked(PieceServer((page,))) == CentralAnswer(
        200, "text/html", body=b"<html>sign in</html>"
    )


def test_redirects_are_not_followed() -> None:
    line = PieceServer()
    with listening(line):
        line.pieces = (
            f"HTTP/1.1 302 Found\r\nLocation: {line.url}/x\r\nContent-Length: 0\r\n\r\n".encode(),
        )
        answer = client(line.url).call("GET", "/healthz")
    assert answer == CentralAnswer(302)
    assert len(line.heard) == 1


def test_nobody_listens() -> None:
    with socket.socket() as bound:  # bound, so that nobody else can listen there either
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        assert client(url).call("GET", "/healthz") == CentralAnswer(trouble=Trouble.UNREACHABLE)


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)  # some networks answer for every name
    answer = client("http://central.example.invalid").call("GET", "/healthz")
    assert answer == CentralAnswer(trouble=Trouble.UNREACHABLE)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"HTTP/1.1 200",),
        (b"\x00\x01\x02 not HTTP\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",),
    ],
)
def test_broken_answers(pieces: tuple[bytes, ...]) -> None:
    assert asked(PieceServer(pieces)) == CentralAnswer(trouble=Trouble.UNREACHABLE)


@pytest.mark.parametrize("pieces", [(), (b"HTTP/1.1 200 OK\r\n",), (OK + b"\r\n{",)])
def test_a_stalled_server_ends_at_the_deadline(pieces: tuple[bytes, ...]) -> None:
    assert asked(PieceServer(pieces, stall=True), seconds=0.1) == CentralAnswer(
        trouble=Trouble.TIMEOUT
    )


def test_a_listener_that_never_accepts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert client(url, 0.1).call("GET", "/healthz") == CentralAnswer(trouble=Trouble.TIMEOUT)


@pytest.mark.parametrize("ticks", range(1, 12))
def test_the_deadline_is_one_for_all_waits(ticks: int) -> None:
    """A server that always sends in time, on a clock that runs out at wait number `ticks`."""
    instants = itertools.count()
    line = PieceServer((OK, b"\r\n", b"{", b"}"), stall=True)
    with listening(line):
        central = CentralClient(
            line.url, lambda: None, ticks, lambda: float(next(instants)), lambda: NOW
        )
        answer = central.call("PUT", "/v1/x", bytes(10))
    assert answer.trouble is Trouble.TIMEOUT or answer.body == b"{}"
    if ticks <= 3:
        assert answer.trouble is Trouble.TIMEOUT
    assert next(instants) <= ticks + 2


def test_a_body_without_end_is_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    assert asked(PieceServer((head, bytes(LONGEST_BODY)))).body == bytes(LONGEST_BODY)
    answer = asked(PieceServer((head, *[bytes(65536)] * 64)))
    assert (answer.status, answer.body) == (200, b"")


def test_a_certificate_may_be_longer_but_not_without_end() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"
    longest = LONGEST_FILES["application/pdf"]
    services = read_catalogue(places.CONFIG).services
    rules = read_result_rules(places.CONFIG / "results.toml", services)
    assert longest == rules.longest_file_bytes
    assert asked(PieceServer((head, bytes(longest)))).body == bytes(longest)
    assert asked(PieceServer((head, bytes(longest + 1)))).body == b""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Mon, 23 Nov 2026 04:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 03:00:00 GMT", 0.0),
        ("Mon, 23 Nov 2026 04:00:30 -0000", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    head = f"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: {value}\r\n\r\n"
    assert asked(PieceServer((head.encode(),))) == CentralAnswer(503, retry_after=seconds)


def test_a_date_beyond_every_calendar_is_none() -> None:
    date = f"Fri, 31 Dec {9 * 10**20} 23:59:59 GMT"
    head = f"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nDate: {date}\r\nRetry-After: {date}\r\n\r\n"
    assert asked(PieceServer((head.encode(),))) == CentralAnswer(503)


def test_no_retry_after() -> None:
    assert asked(PieceServer((OK + b"\r\n{}",))).retry_after is None


def test_the_environment_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert asked(PieceServer((OK + b"\r\n{}",))).status == 200


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(made.public_bytes(pem) + private)
    return file


def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_trusted_certificate(certificate: Path) -> None:
    line = PieceServer((OK + b"\r\n{}",), tls=server_side(certificate))
    trusting = ssl.create_default_context(cafile=certificate)
    assert asked(line, tls=trusting) == CentralAnswer(200, body=b"{}")


def test_a_stranger_with_a_certificate(certificate: Path) -> None:
    line = PieceServer((OK + b"\r\n{}",), tls=server_side(certificate))
    assert asked(line) == CentralAnswer(trouble=Trouble.TLS)
    assert line.heard == []


def test_another_name_on_the_certificate(certificate: Path) -> None:
    line = PieceServer((OK + b"\r\n{}",), tls=server_side(certificate))
    trusting = ssl.create_default_context(cafile=certificate)
    with listening(line):
        url = line.url.replace("localhost", "127.0.0.1")
        assert client(url, tls=trusting).call("GET", "/") == CentralAnswer(trouble=Trouble.TLS)


@pytest.mark.parametrize(
    ("pieces", "trouble"), [((), Trouble.UNREACHABLE), ((b"HTTP/1.1 200 OK\r\n\r\n",), Trouble.TLS)]
)
def test_no_tls_where_tls_should_be(pieces: tuple[bytes, ...], trouble: Trouble) -> None:
    line = PieceServer(pieces)
    with listening(line):
        url = line.url.replace("http:", "https:")
        assert client(url).call("GET", "/") == CentralAnswer(trouble=trouble)


@pytest.mark.parametrize(
    "url",
    [
        *("", "central", "//central", "ftp://central", "ws://central", "socks5://central"),
        *("http://", "http://a:0", "http://a:99999", "http://a:port", "http://[::1"),
        *(" http://central", "http://a\n"),
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        client(url)


def test_a_closed_client_sends_nothing_more() -> None:
    closed = client("http://127.0.0.1:9")
    closed.close()
    closed.close()
    with pytest.raises(RuntimeError, match="closed"):
        closed.call("GET", "/")
