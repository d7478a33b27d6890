"""Only the terminal's own signature counts: as it was sent, just now, and once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Request, Response
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from central.problems import REPLAYED
from central.signatures import (
    KnownTerminal,
    SignatureCheck,
    Signed,
    SignedMessage,
    _Keys,
    _Verifier,
    open_check,
    verify_usual,
)
from central.store.tables import NonceRow
from drivers.central.signing import sign
from kiosk.crypto.envelope import base64_of, digest
from kiosk.crypto.receipt import verify_acknowledgement
from kiosk.crypto.terminal_key import RENEWAL_PATH, TAG, TerminalKey, covered, renewal_of
from tests.central.standing import (
    NOON,
    OTHER_TERMINAL,
    SIGNER,
    TERMINAL,
    Standing,
    numbered,
    standing,
)

KEY, OTHER = TerminalKey(bytes(32)), TerminalKey(bytes([1]) * 32)
URL = "http://central.test/v1/applications/1?x=1"
BODY = b'{"a":1}'
HEADERS = {"Content-Type": "application/json", "Kiosk-Sequence": "7", "Accept": "*/*"}
WINDOW = 300.0


def signed(key: TerminalKey = KEY, late: float = 0.0, body: bytes = BODY) -> Request:
    request = Request("PUT", URL, headers=HEADERS, content=body)
    sign(request, key, NOON + timedelta(seconds=late), os.urandom)
    return request


def message(request: Request) -> SignedMessage:
    return SignedMessage(request.method, str(request.url), request.headers)


def find(key_id: str) -> KnownTerminal | None:
    return KnownTerminal("A-1", revoked=False, public_key=KEY.public) if key_id == KEY.id else None


class NotedSignatures(set[tuple[str, str]]):
    """Stands for the table: everything is kept."""

    def note(self, key_id: str, nonce: str, until: float, now: float) -> bool:
        assert until > now
        before = len(self)
        self.add((key_id, nonce))
        return len(self) > before


def opened() -> SignatureCheck:
    return open_check(WINDOW, lambda: NOON, NotedSignatures())


def verdict(found: SignedMessage, body: bytes = BODY, check: SignatureCheck | None = None) -> str:
    check = check or opened()
    said = check.verify_once(found, body, find)
    return said.known.id if isinstance(said, Signed) else said.type


def test_the_form_that_terminals_write_needs_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_said: Any, **_more: Any) -> None:
        raise AssertionError("the library was asked")

    monkeypatch.setattr("central.signatures._Verifier.verify", fail)
    for url in (URL, "https://central.test:443/v1/heartbeat", "http://10.0.0.1:8080/a/b-c"):
        request = Request("PUT", url, headers=HEADERS, content=BODY)
        sign(request, KEY, NOON, os.urandom)
        assert verdict(message(request)) == "A-1"


PIECES = ("", " ", "\t", '"', ";", "=", "(", ")", "0", "f", "/", "%2e", ":443", "?", "é", "\n")


@given(st.data())
def test_the_short_way_takes_nothing_that_the_library_refuses(data: st.DataObject) -> None:
    request = signed()
    found = {"method": request.method, "url": str(request.url), **request.headers}
    name = data.draw(st.sampled_from(sorted(found)))
    place = data.draw(st.integers(0, len(found[name])))
    length = data.draw(st.integers(0, 3))
    piece = data.draw(st.sampled_from(PIECES))
    found[name] = found[name][:place] + piece + found[name][place + length :]
    method, url = found.pop("method"), found.pop("url")
    changed, window = SignedMessage(method, url, found), timedelta(seconds=WINDOW)
    usual = verify_usual(changed, BODY, lambda _: KEY.public, NOON, window)
    if usual is None:
        return
    verifier = _Verifier(_Keys(lambda _: KEY.public), NOON, window)
    (alike,) = verifier.verify(
        changed,
        expect_tag=TAG,
        require_components=covered(found),
        body=BODY,
        max_age=None,
    )
    assert (alike.parameters["created"], alike.nonce) == (usual.created, usual.nonce)


def test_a_header_that_stands_there_twice_is_not_of_the_usual_form() -> None:
    request = signed()
    once = [(name.lower().encode(), value.encode()) for name, value in request.headers.items()]
    for more, is_taken in ([], True), ([(b"kiosk-sequence", b"7")], False):
        said = SignedMessage(request.method, str(request.url), Headers(raw=[*once, *more]))
        found = verify_usual(said, BODY, lambda _: KEY.public, NOON, timedelta(seconds=1))
        assert (found is not None) is is_taken


def test_what_was_signed_counts_once() -> None:
    check, request = opened(), message(signed())
    assert verdict(request, check=check) == "A-1"
    assert verdict(request, check=check) == "replayed"
    assert verdict(message(signed()), check=check) == "A-1"


def test_nothing_that_was_signed_may_change() -> None:
    request = signed()
    said = message(request)
    changed: list[tuple[SignedMessage, bytes]] = [
        (replace(said, method="POST"), BODY),
        (replace(said, url=URL.replace("/1?", "/2?")), BODY),
        (replace(said, url=URL.replace("x=1", "x=2")), BODY),
        (replace(said, url=URL.replace("central", "other")), BODY),
        (said, BODY + b" "),
        (said, b""),
    ]
    for name, value in (
        ("content-type", "text/html"),
        ("kiosk-sequence", "8"),
        ("kiosk-audit", f"1:{'a' * 64}"),  # one that was not there
        ("if-none-match", "*"),
        ("content-digest", "sha-256=:AAAA:"),
        ("signature-input", request.headers["signature-input"].replace("@path", "@query")),
        ("signature", "retirement-kiosk=:AAAA:"),
    ):
        headers = dict(request.headers) | {name: value}
        changed.append((replace(said, headers=headers), BODY))
    assert [verdict(*one) for one in changed] == ["unauthorised"] * len(changed)
    assert verdict(replace(said, headers=dict(request.headers) | {"accept": "x"})) == "A-1"


@pytest.mark.parametrize(
    "name", ["signature", "signature-input", "content-digest", "kiosk-sequence"]
)
def test_nothing_that_was_signed_may_be_left_out(name: str) -> None:
    request = signed()
    headers = {one: value for one, value in request.headers.items() if one != name}
    assert verdict(replace(message(request), headers=headers)) == "unauthorised"


def test_strangers() -> None:
    assert verdict(message(signed(OTHER))) == "unauthorised"
    for gone in ("created=", "nonce=", "keyid=", "tag="):
        request = signed()
        request.headers["signature-input"] = request.headers["signature-input"].replace(
            gone, f"x-{gone}"
        )
        assert verdict(message(request)) == "unauthorised"


@pytest.mark.parametrize(
    ("late", "said"), [(-301, "clock-wrong"), (-299, "A-1"), (299, "A-1"), (301, "clock-wrong")]
)
def test_the_window(late: float, said: str) -> None:
    early = replace(opened(), since=NOON - timedelta(days=1))
    assert verdict(message(signed(late=late)), check=early) == said


def test_what_was_signed_before_the_service_began_may_have_come_before() -> None:
    assert verdict(message(signed(late=-2))) == "replayed"


def test_what_came_to_one_process_is_refused_by_the_other(tmp_path: Path, database: str) -> None:
    with standing(tmp_path, database) as one, standing(tmp_path, database) as other:
        request = signed(one.key())
        assert one.office.verify_request(message(request), BODY) == other.office.verify_request(
            message(signed(one.key())), BODY
        )
        for office in (one.office, other.office) * 2:
            assert office.verify_request(message(request), BODY) == REPLAYED


def test_of_many_at_once_one_is_taken(central: Standing) -> None:
    found, start = message(signed(central.key())), Barrier(8)

    def ask(_number: int) -> bool:
        start.wait()
        return isinstance(central.office.verify_request(found, BODY), KnownTerminal)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 1


def test_a_process_that_begins_anew_still_knows(tmp_path: Path, database: str) -> None:
    with standing(tmp_path, database) as first:
        request = message(signed(first.key()))
        assert isinstance(first.office.verify_request(request, BODY), KnownTerminal)
    with standing(tmp_path, database) as second:
        assert second.office.verify_request(request, BODY) == REPLAYED


def test_signatures_are_forgotten_when_their_time_is_over(central: Standing) -> None:
    for minute in range(60):
        central.clock[0] = NOON + timedelta(minutes=minute)
        request = message(signed(central.key(), late=60.0 * minute))
        assert isinstance(central.office.verify_request(request, BODY), KnownTerminal)
    ((count,),) = central.rows([sa.func.count(NonceRow.name)])
    assert 5 < count < 20


def test_signatures_wait_for_no_flush(central: Standing) -> None:
    database = central.office.store.database
    word = "synchronous" if database.embedded else "synchronous_commit"
    asked = f"PRAGMA {word}" if database.embedded else f"SHOW {word}"
    for engine, said in ((database.engine, ("2", "on")), (database._quick, ("1", "off"))):
        with engine.connect() as connection:
            found = str(connection.exec_driver_sql(asked).scalar())
        if engine is database._quick or database.embedded:  # the tests' own server never flushes
            assert found == said[not database.embedded]


def test_a_lost_connection_is_made_anew(central: Standing) -> None:
    nonces, database = central.office.store.nonces, central.office.store.database
    assert nonces.note("key", "1", 2.0, 1.0)
    if not database.embedded:
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with database.engine.connect() as connection:
            connection.exec_driver_sql(f"{end} AND query LIKE 'INSERT INTO nonce%%'")
    assert nonces.note("key", "2", 2.0, 1.0)
    assert not nonces.note("key", "1", 2.0, 1.0)
    with pytest.raises(sa.exc.DBAPIError):
        database.put_down(sa.text("no SQL at all"))


@given(
    st.dictionaries(st.sampled_from(["signature", "signature-input", "content-digest"]), st.text())
)
def test_any_headers_are_answered(headers: dict[str, str]) -> None:
    found = replace(message(signed()), headers=headers)
    assert verdict(found) == "unauthorised"


# the next key


def announce(
    client: TestClient, key: TerminalKey, terminal: str = TERMINAL, **changes: Any
) -> Response:
    public = base64_of(key.public)
    proof = key.prove(renewal_of(terminal, public))
    said = {"version": 1, "public_key": public, "proof": proof} | changes
    return client.put(RENEWAL_PATH, json=said, headers={SIGNER: terminal})


def use(client: TestClient, key: TerminalKey, terminal: str = TERMINAL) -> int:
    client.auth.keys[terminal] = key  # type: ignore[attr-defined]
    path = f"/v1/applications/{numbered(1)}/progress"
    return client.get(path, headers={SIGNER: terminal}).status_code


def test_the_next_key_ends_the_one_before(central: Standing, client: TestClient) -> None:
    first = central.key()
    answer = announce(client, KEY)
    assert answer.status_code == 200
    trust, body = central.keys.signing.receipt_key, answer.request.read()
    assert verify_acknowledgement(answer.content, trust, RENEWAL_PATH, digest(body))
    assert (use(client, first), use(client, KEY), use(client, first)) == (404, 404, 401)
    client.auth.keys[TERMINAL] = KEY  # type: ignore[attr-defined]
    assert announce(client, KEY).status_code == 200
    assert use(client, KEY) == 404
    assert announce(client, OTHER).status_code == 200
    assert use(client, OTHER) == 404
    assert use(client, KEY) == 401


def test_a_revoked_terminal_has_no_next_key(central: Standing, client: TestClient) -> None:
    announce(client, KEY)
    central.office.store.terminals.revoke(TERMINAL)
    assert use(client, KEY) == 403


def test_two_terminals_have_two_keys(central: Standing, client: TestClient) -> None:
    announce(client, KEY)
    answer = announce(client, KEY, OTHER_TERMINAL)
    assert (answer.status_code, answer.json()["type"]) == (409, "key-taken")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"proof": base64_of(bytes(64))}, "proof-wrong"),
        ({"public_key": base64_of(bytes(31))}, "proof-wrong"),
        ({"public_key": base64_of(OTHER.public)}, "proof-wrong"),
        ({"version": 2}, "malformed"),
        ({"more": 1}, "malformed"),
    ],
)
def test_other_keys(client: TestClient, changes: dict[str, Any], kind: str) -> None:
    answer = announce(client, KEY, **changes)
    assert (answer.status_code, answer.json()["type"]) == (422, kind)


def test_a_key_that_goes_before_it_ends(central: Standing) -> None:
    central.office.store.terminals.end_old_key("nobody")
    central.office.store.terminals.end_old_key(TERMINAL)
    assert central.office.store.terminals.known(central.key().id, TERMINAL, KEY.public)
