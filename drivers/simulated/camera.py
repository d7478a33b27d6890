"""A simulated network camera: MJPEG over HTTP, 640x480, 15 frames a second."""

from __future__ import annotations

import contextlib
import threading
import time
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAMES_A_SECOND: Final = 15
PATH: Final = "/stream.mjpg"
BOUNDARY: Final = "frame"


class Film(Protocol):
    """A source of the frames that a camera shows."""

    def jpeg(self, scene: str, number: int, /) -> bytes:
        """Return frame `number` of a scene as JPEG."""


class SimulatedCamera:
    """A camera on the loopback that shows one scene at a time.

    `port` 0 takes any free one. `sleep` and `monotonic` are in seconds; without them the camera
    lives in real time.
    """

    def __init__(
        self,
        film: Film,
        port: int = 0,
        sleep: Callable[[float], object] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        scene: str = "nobody",
    ) -> None:
        self.scene = scene
        self._film = film
        self._off = threading.Event()
        self._sleep = sleep or self._off.wait
        self._monotonic = monotonic
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Viewer, self._stream))
        self._server.daemon_threads = False  # closing waits for every viewer
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="simulated-camera", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address of the stream."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def close(self) -> None:
        """Switch the camera off; its viewers lose the stream."""
        self._off.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _stream(self) -> Iterator[bytes]:
        """Yield the JPEGs of one viewer at the camera's pace; a slow viewer misses frames."""
        begun = self._monotonic()
        number = 0
        while not self._off.is_set():
            yield self._film.jpeg(self.scene, number)
            passed = (self._monotonic() - begun) * FRAMES_A_SECOND
            number = max(number + 1, int(passed))
            self._sleep(max(0.0, (number - passed) / FRAMES_A_SECOND))


class _Viewer(BaseHTTPRequestHandler):
    timeout = 2.0  # a viewer that takes nothing for so long is dropped

    def __init__(self, stream: Callable[[], Iterator[bytes]], *where: Any) -> None:
        self._stream = stream
        super().__init__(*where)

    def do_GET(self) -> None:
        if self.path != PATH:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        with contextlib.suppress(OSError):
            for jpeg in self._stream():
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
                self.wfile.write(head.encode() + b"\r\n\r\n" + jpeg + b"\r\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Log nothing: the base class would write each request to standard error."""
