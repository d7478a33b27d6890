"""Control of a bench in another process: JSON over HTTP on the loopback, server and client."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.simulated.reader_bench import ReaderBench

DEADLINE_SECONDS: Final = 5.0
LONGEST_REQUEST: Final = 65536
ControlAnswer = tuple[HTTPStatus, dict[str, Any]]


class ControlServer:
    """Serves one bench: `POST {"do": "show", "with": {"scene": "dark"}}` -> `{"value": null}`.

    What the bench refuses is answered with status 400 and `{"refused": "…"}`. Only the methods of
    `BenchControl` can be called.
    """

    def __init__(self, bench: ReaderBench, port: int = 0) -> None:
        self._deeds: Mapping[str, Callable[..., Any]] = {
            name: getattr(bench, name)
            for name in dir(BenchControl)
            if not name.startswith("_") and hasattr(bench, name)
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Request, self._do))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="bench-control", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address for `BenchControl`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        """Stop listening; the bench stays."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _do(self, body: bytes) -> ControlAnswer:
        try:
            order = json.loads(body)
            value = self._deeds[order["do"]](**order.get("with", {}))
        except (KeyError, TypeError, ValueError, OSError) as refused:
            return HTTPStatus.BAD_REQUEST, {"refused": f"{type(refused).__name__}: {refused}"}
        return HTTPStatus.OK, {"value": str(value) if isinstance(value, Path) else value}


class _Request(BaseHTTPRequestHandler):
    timeout = DEADLINE_SECONDS

    def __init__(self, do: Callable[[bytes], ControlAnswer], *where: Any) -> None:
        self._do = do
        super().__init__(*where)

    def do_POST(self) -> None:
        length = min(int(self.headers.get("Content-Length", 0)), LONGEST_REQUEST)
        status, answer = self._do(self.rfile.read(length))
        body = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Log nothing: the base class would write each request to standard error."""


class BenchControl:
    """The bench of another process, with the methods of `SimulatedBench`.

    Each raises ValueError when the bench refuses it.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def urls(self) -> dict[str, str]:
        """Return the device addresses by the names of their sections in config/kiosk.toml."""
        return dict(self._do("urls"))

    def place_card(self, persona: str) -> None:
        """Put the card of a persona on the reader."""
        self._do("place_card", persona=persona)

    def lift_card(self) -> None:
        """Take the card from the reader."""
        self._do("lift_card")

    def fault(self, name: str) -> None:
        """Let the reader misbehave from now on, by the name of a fault."""
        self._do("fault", name=name)

    def license(self, *, valid: bool) -> None:
        """Set whether the reader's security module has a valid licence."""
        self._do("license", valid=valid)

    def unplug_reader(self) -> None:
        """Pull the reader's cable."""
        self._do("unplug_reader")

    def plug_reader(self) -> None:
        """Put the reader's cable back."""
        self._do("plug_reader")

    def lay(self, scene: str) -> None:
        """Lay a `PaperScene` under the document camera."""
        self._do("lay", scene=scene)

    def show(self, scene: str) -> None:
        """Put a `FaceScene` before the camera."""
        self._do("show", scene=scene)

    def tell(self, prompt: str) -> None:
        """Give the person before the camera a prompt of the page: "turn_left", "close_eyes"."""
        self._do("tell", prompt=prompt)

    def paper_out(self, *, out: bool = True) -> None:
        """Take the paper out of the printer, or put a new roll in."""
        self._do("paper_out", out=out)

    def document_paper_out(self, *, out: bool = True) -> None:
        """Take the paper out of the A4 printer, or put new sheets in."""
        self._do("document_paper_out", out=out)

    def printed_documents(self) -> int:
        """Return how many documents the A4 printer printed."""
        return int(self._do("printed_documents"))

    def paper_near_end(self, *, near: bool = True) -> None:
        """Set whether the printer's sensor sees the end of the roll come near."""
        self._do("paper_near_end", near=near)

    def cover_open(self, *, is_open: bool = True) -> None:
        """Open the printer's cover, or close it."""
        self._do("cover_open", is_open=is_open)

    def press_key(self, code: int) -> None:
        """Press a key of the keypad, by the kernel's key code."""
        self._do("press_key", code=code)

    def plug(self, *, plugged: bool) -> None:
        """Put the headphones in, or take them out."""
        self._do("plug", plugged=plugged)

    def scan(self, text: str) -> None:
        """Hold a code with this text before the scanner."""
        self._do("scan", text=text)

    def rings(self) -> int:
        """Return how often the helper's desk was rung."""
        return int(self._do("rings"))

    def answer_ring(self) -> None:
        """Answer from the helper's desk that somebody comes."""
        self._do("answer_ring")

    def last_slip(self) -> Path | None:
        """Return the picture of the newest slip, None before the first."""
        path = self._do("last_slip")
        return Path(path) if path else None

    def last_slip_texts(self) -> list[str]:
        """Return the printed lines of the newest slip."""
        return list(self._do("last_slip_texts"))

    def last_slip_codes(self) -> list[str]:
        """Return the QR payloads of the newest slip."""
        return list(self._do("last_slip_codes"))

    def unknown_bytes(self) -> list[int]:
        """Return all bytes that the printer did not understand."""
        return list(self._do("unknown_bytes"))

    def _do(self, action: str, **arguments: object) -> Any:
        where = urlsplit(self._url)
        wire = HTTPConnection(where.hostname or "", where.port, timeout=DEADLINE_SECONDS)
        with closing(wire):
            wire.request("POST", "/", json.dumps({"do": action, "with": arguments}))
            answer = wire.getresponse()
            told = json.load(answer)
        if answer.status != HTTPStatus.OK:
            raise ValueError(told["refused"])
        return told["value"]
