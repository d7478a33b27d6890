"""Requests of the load generators are byte for byte those of the terminal's own client."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
import pytest

from drivers.central.signing import sign
from kiosk.crypto.terminal_key import TerminalKey
from script.benches.central.fleet.signed_request import SigningTerminal

AT = datetime(2026, 12, 1, 8, 30, 15, 600_000, tzinfo=UTC)
APPLICATION = {"Content-Type": "application/x", "Kiosk-Sequence": "1", "Kiosk-Audit": "1:aa"}


@pytest.mark.parametrize("headers", [APPLICATION, {"Content-Type": "application/json"}, {}])
@pytest.mark.parametrize("url", ["https://127.0.0.1:8443", "http://localhost:8080", "http://[::1]"])
def test_it_is_signed_as_a_terminal_signs(url: str, headers: dict[str, str]) -> None:
    key, path, body = TerminalKey(bytes(range(32))), "/v1/applications/x", b"sealed"
    theirs = httpx2.Request("PUT", url + path, content=body, headers=headers)
    sign(theirs, key, AT, bytes)
    mine = SigningTerminal(url, key, bytes).request("PUT", path, body, headers, AT)
    head, _, rest = mine.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    assert (first, rest) == (b"PUT /v1/applications/x HTTP/1.1", body)
    assert sorted(lines) == sorted(b"%s: %s" % one for one in theirs.headers.raw)
