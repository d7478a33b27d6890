"""Bench of remote help: bytes of frames, and how soon a page is seen in the control room.

The way is the real one on this machine: the terminal's line with signed requests on kept
connections, the service's HTTP server, its socket, and the stream that an open page follows. TLS
and the browser are not in it.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from typing import TYPE_CHECKING

from central.remote_help.room_socket import RoomLine, serve_room
from central.web.live.hub import LiveHub
from central.web.live.policy import read_live_policy
from drivers.central.client import CentralClient
from drivers.central.remote_help import CentralRemoteHelper, RemoteLineEvents
from kiosk.pages.remote_frame import KnownWords, frame_of
from script.benches.figures import BenchFigure, Report
from tests.central.listening import listening
from tests.central.standing import CONFIG, Standing, standing
from wiring.gallery.page_catalogue import demo_handbook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.pages.page import Page

import uvicorn

JOURNEYS = "tests.kiosk.pages.page_journeys"
SESSION = "0198c0de-0000-4000-8000-000000000001"
WHOLE, QUICK = 300, 40
DELAY_MS = 300.0
LONGEST_BYTES = 1773.0
LIMIT = 30.0


def frames() -> list[bytes]:
    """Return the frames of all invented pages, hidden ones among them."""
    book = demo_handbook()
    # Tests have no annotations everywhere, so that an import would be looked through by mypy.
    pages: tuple[Page, ...] = tuple(import_module(JOURNEYS).PAGES)
    told = (book.words, book.failures, book.catalogue, book.questions)
    known = KnownWords(told, book.words["addressing"])
    made = (frame_of(page, book.remote_help, known) for page in pages)
    return [one.encode(number) for number, one in enumerate(made, 1)]


def delays(central: Standing, folder: Path, sent: Sequence[bytes]) -> list[float]:
    """Return the ms from each frame's way out to the event of the helper's page."""
    stop = serve_room(folder / "help.sock", central.app.state.help)
    with listening(uvicorn.Config(central.app, log_level="error")) as (port, _server):

        def connect(seconds: float) -> CentralClient:
            url, key = f"http://127.0.0.1:{port}", central.key()
            return CentralClient(url, lambda: key, seconds, time.monotonic, central.office.now)

        events = RemoteLineEvents(*([lambda: None] * 3))
        helper = CentralRemoteHelper(connect, LIMIT, events)
        first = Event()
        helper.begin(SESSION, lambda _news: first.set())
        helper.show(sent[0])
        assert first.wait(LIMIT)
        page = _HelperPage(RoomLine(folder / "help.sock"), central)
        page.open()
        found = [page.delay(helper.show, frame) for frame in sent[1:]]
        page.close()
        helper.end()
        helper.join()
    stop()
    return found


class _HelperPage:
    """An open page of a helper: follows the stream and notes when a frame is seen."""

    def __init__(self, line: RoomLine, central: Standing) -> None:
        self._line, self._pause = line, central.office.policy.remote_help.tick_seconds
        policy = replace(read_live_policy(CONFIG), longest_seconds=3600.0)
        self._hub = LiveHub(policy, time.monotonic)
        self._seen: dict[int, float] = {}
        self._news = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._follow()))

    def open(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._hub.stop()
        self._thread.join()

    def delay(self, show: Callable[[bytes], None], frame: bytes) -> float:
        """Show a frame and return the ms until it is seen."""
        number = json.loads(frame)["number"]
        began = time.monotonic()
        show(frame)
        while number not in self._seen:
            assert self._news.wait(LIMIT), "the frame was never seen"
            self._news.clear()
        return (self._seen[number] - began) * 1000

    def _read(self) -> str | None:
        view = self._line.look(SESSION, "B-0001")
        return None if view is None else str(view.frame["number"])

    async def _follow(self) -> None:
        async for told in self._hub.follow("B-0001", self._read, self._pause, lambda: True):
            with suppress(ValueError):
                self._seen[int(told.removeprefix("data:"))] = time.monotonic()
                self._news.set()


def measure(*, quick: bool = False) -> Report:
    """Return the report."""
    made = frames()
    shown = [len(one) for one in made if json.loads(one)["page"]]
    count = QUICK if quick else WHOLE
    sent = [made[number % len(made)] for number in range(count + 1)]
    numbered = [_with_number(one, number) for number, one in enumerate(sent, 1)]
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), "") as central:
        found = delays(central, Path(folder), numbered)
    figures = {
        "pages": BenchFigure(len(made), "pages"),
        "pages_shown": BenchFigure(len(shown), "pages"),
        "bytes_median": BenchFigure(median(shown), "bytes"),
        "bytes_most": BenchFigure(max(shown), "bytes", LONGEST_BYTES),
        "delay_median": BenchFigure(median(found), "ms"),
        "delay_p95": BenchFigure(quantiles(found, n=20)[-1], "ms", DELAY_MS),
    }
    return Report("remote", figures)


def _with_number(frame: bytes, number: int) -> bytes:
    said = json.loads(frame) | {"number": number}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
