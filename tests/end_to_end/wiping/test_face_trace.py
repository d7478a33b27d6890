"""A whole visit sends and writes nothing of a face: every byte that leaves it is searched.

The kiosk, its face engine and whatever else it starts run under strace. What comes in from the
camera is known from the same trace; the portrait and its 128 numbers are known beforehand.
"""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from drivers.devices.chip_photo import FOLDER_PREFIX
from drivers.face.engine.face_engine import FaceEngine
from drivers.simulated.desk import DemoDesk
from tests.drivers.face.conftest import engine_plan
from tests.end_to_end.conftest import TERMINAL
from tests.end_to_end.wiping.byte_trace import MovedBytes, opened, read_trace, strace
from tests.end_to_end.wiping.test_wiping import OTHERS, kiosk, shredding
from wiring import places

PIECE = 48  # bytes in a row that cannot be there by chance
SHARED = "/dev/shm/"
PORTRAIT = places.ASSETS / "portraits" / "collins.jpg"
COPY = """
import socket, sys
came = socket.create_connection(("127.0.0.1", int(sys.argv[1]))).recv(99999)
with open(sys.argv[2], "wb") as copy:
    copy.write(came[500:2500])
"""


def pieces(data: bytes, every: int) -> set[bytes]:
    """Return pieces from all over something, none of them of few values."""
    found = (data[at : at + PIECE] for at in range(0, len(data) - PIECE, every))
    return {one for one in found if len(set(one)) > 8}


def of_the_portrait() -> set[bytes]:
    """Return pieces of the portrait as a file, as text, as pixels, and of its numbers."""
    data = PORTRAIT.read_bytes()
    engine = FaceEngine(engine_plan())
    assert engine.prepare(data) is None
    assert engine.reference is not None
    numbers = (engine.reference, engine.reference.astype(np.float32))
    text = base64.b64encode(data)
    found = pieces(data, PIECE) | pieces(text, PIECE)
    for one in numbers:
        found |= pieces(one.tobytes(), one.itemsize)
    return found


def of_the_camera(moved: list[MovedBytes], port: int) -> set[bytes]:
    """Return pieces of every picture that came in."""
    came = [one.data for one in moved if not one.out and f":{port}" in one.where]
    return set().union(*(pieces(data, 4 * PIECE) for data in came))


def leaks(data: bytes, secrets: set[bytes]) -> bool:
    """Tell whether a piece lies anywhere in the data."""
    return any(data[at : at + PIECE] in secrets for at in range(len(data) - PIECE + 1))


def leaked(moved: list[MovedBytes], secrets: set[bytes]) -> list[str]:
    return [one.where for one in moved if one.out and leaks(one.data, secrets)]


def port_of(desk: DemoDesk) -> int:
    port = urlsplit(desk._ready["simulate"]["camera"]).port
    assert port is not None
    return port


def wait_for_idle_page(child: subprocess.Popen) -> None:
    """Read what the kiosk tells until it is idle: pieces of the papers' pictures come before."""
    for line in child.stdout:
        if line == "idle\n":
            return
    raise AssertionError("the kiosk ended before it was idle")


@pytest.mark.slow
def test_nothing_of_a_face_leaves_the_kiosk(tmp_path):
    trace, run = tmp_path / "trace", tmp_path / "run"
    with DemoDesk(places.ROOT, run, TERMINAL) as desk:
        desk.bench.show("too_far")
        port = port_of(desk)
        with kiosk(desk, ("self", "keep nothing"), shredding(), strace(trace)) as child:
            wait_for_idle_page(child)
            for line in (json.dumps([]), ""):
                child.stdin.write(line + "\n")
                child.stdin.flush()
            assert child.wait(120) == 0
    moved = list(read_trace(trace))
    camera = of_the_camera(moved, port)
    assert len(camera) > 1000, "the trace saw no pictures"
    secrets = camera | of_the_portrait()
    sent = [one for one in moved if one.out]
    assert sum(len(one.data) for one in sent) > 10_000
    assert any(b'"alone"' in one.data for one in sent), "no wire was seen"
    assert leaked(moved, secrets) == []
    files = [one for one in run.rglob("*") if one.is_file()]
    mine = [one for one in files if one.relative_to(run).parts[0] not in OTHERS]
    assert [one.name for one in mine if leaks(one.read_bytes(), secrets)] == []
    named = {one for one in opened(trace) if one.startswith(SHARED)}
    assert not [one for one in named if FOLDER_PREFIX not in one], "frames have no name"
    assert not [one for one in named if Path(one).exists()]


@pytest.mark.slow
def test_a_copied_picture_is_found(tmp_path):
    """The control: somebody reads the camera and writes a piece of what came."""
    trace, copy = tmp_path / "trace", tmp_path / "copy"
    picture = np.random.default_rng(4).bytes(60_000)
    with socket.create_server(("127.0.0.1", 0)) as camera:
        port = camera.getsockname()[1]
        command = [*strace(trace), sys.executable, "-c", COPY, str(port), str(copy)]
        with subprocess.Popen(command) as child:
            viewer, _ = camera.accept()
            with viewer:
                viewer.sendall(picture)
                assert child.wait(60) == 0
    moved = list(read_trace(trace))
    assert str(copy) in leaked(moved, of_the_camera(moved, port))
    assert leaks(PORTRAIT.read_bytes()[700:900], of_the_portrait())
