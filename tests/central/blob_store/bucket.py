"""A small S3-compatible server that verifies each signature by itself, and can be made bad.

It shares no code with the client: what was signed is taken from the request as it came over the
wire, by the steps of AWS Signature Version 4.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY, SECRET, REGION = "AKIDTEST", "a/secret+of/the+test", "cn-test-1"
FIFTEEN_MINUTES = 900
_SAID = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+),\s*"
    r"SignedHeaders=(?P<names>[^,]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass
class Bucket:
    """Objects by their path; `status`: what is answered instead of anything else, 0 for nothing."""

    objects: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    status: int = 0
    address: str = ""

    def trouble(self, method: str, path: str, headers: Any, body: bytes) -> str:
        """Return why a request is not signed as it should be, "" where it is."""
        said = _SAID.fullmatch(headers.get("Authorization", ""))
        if said is None:
            return "AccessDenied"
        stamp = headers["X-Amz-Date"]
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs((datetime.now(UTC) - at).total_seconds()) > FIFTEEN_MINUTES:
            return "RequestTimeTooSkewed"
        content = hashlib.sha256(body).hexdigest()
        if headers["X-Amz-Content-Sha256"] != content:
            return "XAmzContentSHA256Mismatch"
        names = said["names"].split(";")
        if not {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names) or said["key"] != KEY:
            return "InvalidAccessKeyId"
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
        place, _, query = path.partition("?")
        whole = "\n".join((method, place, query, lines, said["names"], content))
        scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
        digest = hashlib.sha256(whole.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
        key = ("AWS4" + SECRET).encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        wanted = hmac.digest(key, text.encode(), "sha256").hex()
        is_right = said["scope"] == scope and said["signature"] == wanted
        return "" if is_right else "SignatureDoesNotMatch"


@contextmanager
def serving_bucket() -> Iterator[Bucket]:
    """Listen until the block ends."""
    here = Bucket()

    class BucketRequest(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            trouble = here.trouble(self.command, self.path, self.headers, body)
            if trouble:
                here.refused.append(trouble)
                return self.answer(403, trouble.encode())
            if here.status:
                return self.answer(here.status)
            if self.command == "PUT":
                here.objects[self.path] = body
                return self.answer(200)
            found = here.objects.get(self.path)
            return self.answer(404) if found is None else self.answer(200, found)

        def do_GET(self) -> None:
            self.do_PUT()

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), BucketRequest)
    server.daemon_threads = True
    here.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
