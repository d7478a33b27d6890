"""Every answer that a terminal reads, recorded from the service that stands in this tree.

`python -m tests.central.recorded_answers` prints them as JSON. What a terminal of another version
makes of them is what tests/central/terminals/test_versions.py looks at.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from central.tasks import TaskState
from kiosk.crypto.envelope import MEDIA_TYPE, base64_of
from tests.central.standing import NOON, POINT, WANG, Standing, numbered, standing

JSON = "application/json"
PAGE = b"a sealed page"
BLOB = hashlib.sha256(PAGE).hexdigest()
FILED, RATED = f"/v1/applications/{numbered(1)}", f"/v1/ratings/{numbered(1)}/filing"
HEARTBEAT = {
    "version": 1,
    "at": NOON.isoformat(timespec="seconds"),
    "states": {},
    "waiting": 0,
    "quarantined": 0,
    "oldest_seconds": 0,
    "versions": {},
    "audit": "0:" + "0" * 64,
}


def _requests(central: Standing) -> Iterator[tuple[str, str, str, bytes, str]]:
    """Name, method, path, body and media type of each request, in order."""
    body = central.body(1)
    yield "receipt", "PUT", FILED, body, MEDIA_TYPE
    yield "receipt again", "PUT", FILED, body, MEDIA_TYPE
    yield "other digest", "PUT", FILED, central.body(services=["R01"]), MEDIA_TYPE
    yield "open case", "PUT", f"/v1/applications/{numbered(2)}", central.body(2), MEDIA_TYPE
    yield "rating", "PUT", RATED, b'{"grade":5}', JSON
    yield "rated otherwise", "PUT", RATED, b'{"grade":1}', JSON
    chunk = f"/v1/blobs/{BLOB}/chunks/0?bytes={len(PAGE)}"
    yield "page", "PUT", chunk, PAGE, "application/octet-stream"
    yield "facts", "POST", "/v1/people/facts", _said(**central.visit()), JSON
    acting = _said(**central.visit(), principal=WANG)
    yield "principals", "POST", "/v1/people/principals", acting, JSON
    yield "progress", "GET", f"{FILED}/progress", b"", ""
    yield "corrections", "GET", f"/v1/points/{POINT}/corrections", b"", ""
    yield "news", "GET", f"/v1/points/{POINT}/desk", b"", ""
    yield "month", "GET", f"/v1/points/{POINT}/months/2026-11/H-0001", b"", ""
    yield "staff", "GET", f"/v1/points/{POINT}/staff", b"", ""
    yield "keys", "GET", "/v1/keys", b"", ""
    yield "heartbeat", "POST", "/v1/heartbeat", _said(**HEARTBEAT), JSON
    entry = {"sequence": 9, "path": FILED, "digest": "0" * 64}
    compared = json.dumps({"from": 1, "to": 9, "entries": [entry]}).encode()
    yield "reconciliation", "POST", "/v1/reconciliation", compared, JSON


def _said(**words: object) -> bytes:
    return json.dumps(words).encode()


def ask_for_everything(central: Standing) -> dict[str, Any]:
    """Return each request by its name, with the service's answer."""
    exchanges: dict[str, Any] = {}
    with central.client() as client:
        for name, method, path, body, media in _requests(central):
            headers = central.headers(content_type=media) if media else central.headers()
            if method == "PUT":
                headers["Kiosk-Sequence"] = str(len(exchanges) + 1)
            answer = client.request(method, path, content=body, headers=headers)
            exchanges[name] = {
                "method": method,
                "path": path,
                "body": base64_of(body),
                "status": answer.status_code,
                "media_type": answer.headers["content-type"].split(";")[0],
                "answer": answer.text,
            }
            if name == "receipt":
                central.settle("R01", TaskState.CORRECTION, NOON.isoformat(), reason="看不清")
    return exchanges


def record(folder: Path) -> dict[str, Any]:
    """Ask a service below `folder` for everything; return its public keys and the exchanges."""
    with standing(folder) as central:
        return {
            "keys": central.keys.public(),
            "exchanges": ask_for_everything(central),
        }


def main() -> None:
    """Print what this tree's service answers."""
    with TemporaryDirectory() as folder:
        json.dump(record(Path(folder)), sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
