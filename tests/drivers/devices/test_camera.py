"""Only the newest frame is kept, a stall is noticed, and a lost camera is opened again."""

from __future__ import annotations

import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from drivers.devices.camera import CameraTimeouts, Capture, VideoCamera, open_video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_ONCE = CameraTimeouts(first_pause=0.0, longest_pause=0.0)
FAILED = object()
LIMIT = 30.0


class FilmedCapture:
    """A capture whose pictures the test hands over one by one."""

    def __init__(self) -> None:
        self.pictures: queue.Queue[Any] = queue.Queue()
        self.asked = threading.Semaphore(0)
        self.released = threading.Event()

    def read(self) -> tuple[bool, Any]:
        """Wait for a picture; a film that nobody hands anything to ends, as a pulled camera does."""
        self.asked.release()
        try:
            picture = self.pictures.get(timeout=LIMIT)
        except queue.Empty:  # its test is long over: an exception would be laid at another's door
            return False, None
        return picture is not FAILED, picture

    def release(self) -> None:
        self.released.set()

    def show(self, picture: Any) -> None:
        """Hand a picture over and wait until the next one is asked for."""
        self.pictures.put(picture)
        assert self.asked.acquire(timeout=LIMIT)


class Studio:
    """Opens one film after another; None means that the camera is not there."""

    def __init__(self, *films: FilmedCapture | None) -> None:
        self.films = list(films)
        self.exhausted = threading.Event()
        self.time = 100.0

    def open(self) -> Capture | None:
        if not self.films:
            self.exhausted.set()
            return None
        return self.films.pop(0)

    def camera(self, pace: CameraTimeouts = AT_ONCE) -> VideoCamera:
        return VideoCamera(self.open, lambda: self.time, pace)


def picture(value: int, width: int = 4, height: int = 2) -> Any:
    return np.full((height, width, 3), value, np.uint8)


@pytest.fixture
def running() -> Iterator[Callable[[VideoCamera], VideoCamera]]:
    cameras: list[VideoCamera] = []

    def run(camera: VideoCamera) -> VideoCamera:
        cameras.append(camera)
        camera.start()
        return camera

    yield run
    for camera in cameras:
        camera.stop()


def begin(film: FilmedCapture, value: int) -> None:
    assert film.asked.acquire(timeout=LIMIT)
    film.show(picture(value))


def test_four_thousand_pixels_are_made_fewer(
    running: Callable[[VideoCamera], VideoCamera],
) -> None:
    film = FilmedCapture()
    camera = running(Studio(film).camera())
    assert film.asked.acquire(timeout=LIMIT)
    film.show(picture(7, 3840, 2160))
    frame = camera.latest()
    assert frame is not None
    assert (frame.width, frame.height) == (1280, 720)
    assert frame.pixels == bytes([7]) * (1280 * 720 * 3)
    film.pictures.put(FAILED)


def test_only_the_newest_frame_is_kept(running: Callable[[VideoCamera], VideoCamera]) -> None:
    film = FilmedCapture()
    studio = Studio(film)
    camera = studio.camera()
    assert camera.latest() is None
    running(camera)
    camera.start()
    begin(film, 1)
    studio.time += 0.1
    film.show(picture(2))
    frame = camera.latest()
    assert frame is not None
    assert (frame.sequence, frame.taken_at, frame.width, frame.height) == (2, 100.1, 4, 2)
    assert frame.pixels == bytes([2]) * 24
    film.pictures.put(FAILED)


def test_an_old_frame_is_not_shown(running: Callable[[VideoCamera], VideoCamera]) -> None:
    film = FilmedCapture()
    studio = Studio(film)
    camera = running(studio.camera())
    begin(film, 1)
    studio.time += 1.0
    assert camera.latest() is not None
    studio.time += 0.01
    assert camera.latest() is None
    film.pictures.put(FAILED)


@pytest.mark.parametrize("stalled", [False, True])
def test_a_lost_camera_is_opened_again(
    running: Callable[[VideoCamera], VideoCamera], *, stalled: bool
) -> None:
    first, second = FilmedCapture(), FilmedCapture()
    studio = Studio(first, None, None, second)
    camera = running(studio.camera())
    begin(first, 1)
    if stalled:
        studio.time += 1.5
    first.pictures.put(picture(9) if stalled else FAILED)
    assert first.released.wait(LIMIT)
    assert second.asked.acquire(timeout=LIMIT)
    assert camera.latest() is None
    second.show(picture(2))
    frame = camera.latest()
    assert frame is not None
    assert (frame.sequence, frame.pixels[0]) == (2, 2)
    second.pictures.put(FAILED)


def test_stop_forgets_and_start_begins_anew(
    running: Callable[[VideoCamera], VideoCamera],
) -> None:
    first, second = FilmedCapture(), FilmedCapture()
    studio = Studio(first)
    camera = running(studio.camera())
    begin(first, 1)
    first.pictures.put(picture(2))
    first.pictures.put(FAILED)
    camera.stop()
    camera.stop()
    assert camera.latest() is None
    studio.films.append(second)  # only now: the first grabber may have looked for another film
    camera.start()
    begin(second, 3)
    frame = camera.latest()
    assert frame is not None
    assert frame.pixels[0] == 3
    second.pictures.put(FAILED)


def test_a_grabber_that_ends_late_disturbs_nothing(
    running: Callable[[VideoCamera], VideoCamera],
) -> None:
    late, second = FilmedCapture(), FilmedCapture()
    camera = running(Studio(late, second).camera(CameraTimeouts(stop=0.0)))
    begin(late, 1)
    camera.stop()  # the grabber still waits inside read
    camera.start()
    begin(second, 5)
    late.pictures.put(picture(2))
    assert late.released.wait(LIMIT)
    frame = camera.latest()
    assert frame is not None
    assert frame.pixels[0] == 5
    second.pictures.put(FAILED)


def test_the_pause_grows_while_the_camera_is_away() -> None:
    studio = Studio()
    camera = studio.camera(CameraTimeouts(first_pause=1.0, longest_pause=3.0))
    pauses: list[float | None] = []

    class NotedStop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout)
            if len(pauses) == 3:
                self.set()
            return self.is_set()

    camera._grab(NotedStop())
    assert pauses == [2.0, 3.0, 3.0]


class Mjpeg(BaseHTTPRequestHandler):
    """One boundary-separated JPEG after another, as the camera of a terminal sends them."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
        self.end_headers()
        jpeg = cv2.imencode(".jpg", picture(200, 64, 48))[1].tobytes()
        try:
            while True:
                head = f"--f\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")
        except OSError:
            return

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def stream() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Mjpeg) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/visible.mjpeg"
        server.shutdown()
        thread.join()


class WatchedCapture:
    """A real capture that tells when its first picture has been kept."""

    def __init__(self, capture: Capture | None, kept: threading.Event) -> None:
        assert capture is not None
        self._capture, self._kept, self._reads = capture, kept, 0

    def read(self) -> tuple[bool, Any]:
        if self._reads:
            self._kept.set()
        self._reads += 1
        return self._capture.read()

    def release(self) -> None:
        self._capture.release()


def test_mjpeg_over_http(stream: str, running: Callable[[VideoCamera], VideoCamera]) -> None:
    kept = threading.Event()
    camera = VideoCamera(lambda: WatchedCapture(open_video(stream), kept), lambda: 0.0, AT_ONCE)
    running(camera)
    assert kept.wait(LIMIT)
    frame = camera.latest()
    assert frame is not None
    assert (frame.width, frame.height, len(frame.pixels)) == (64, 48, 64 * 48 * 3)
    assert abs(frame.pixels[0] - 200) <= 2


LONELY = "127.0.0.9"  # cameras of other tests may still look for theirs, and say so


def test_nothing_there_is_none(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as bound:  # bound, so that nobody else can listen there either
        bound.bind((LONELY, 0))
        port = bound.getsockname()[1]
        assert open_video(f"http://{LONELY}:{port}/") is None
    assert open_video("/dev/kiosk/no-such-camera") is None
    out, err = capfd.readouterr()
    assert (out, LONELY in err, "no-such-camera" in err) == ("", False, False)
