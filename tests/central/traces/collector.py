"""A collector of traces: an HTTP server that takes OTLP as protobuf, and can be made bad."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Collector:
    """What arrived; while `held` is clear nothing is answered."""

    bodies: list[bytes] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def taken(self) -> list[Any]:
        """Every span that arrived, in order."""
        found: list[Any] = []
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    found.extend(scope.spans)
        return found

    def resources(self) -> set[tuple[str, str]]:
        return {
            (one.key, one.value.string_value)
            for body in self.bodies
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans
            for one in resource.resource.attributes
        }


@contextmanager
def collecting(*, answers: bool = True) -> Iterator[Collector]:
    """Listen until the block ends; without `answers` a call waits until then."""
    here = Collector()
    if answers:
        here.held.set()

    class TakingTraces(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            assert self.headers["Content-Type"] == "application/x-protobuf"
            here.held.wait(60)
            here.bodies.append(gzip.decompress(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), TakingTraces)
    server.daemon_threads = True
    here.address = f"http://127.0.0.1:{server.server_port}/v1/traces"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield here
    finally:
        here.held.set()
        server.shutdown()
        thread.join()
        server.server_close()
