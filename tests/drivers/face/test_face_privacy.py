"""What of a face gets out of memory in a whole check: everything sent and written is searched.

The wire to the engine's process, the files that both processes hold open, the proof that leaves
the terminal. A control plants what must be found. `tests/end_to_end` looks at a whole visit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.face.checker import ProcessFaceChecker
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm
from kiosk.people.consent import Proof, ProofMethod
from kiosk.ports import FaceBand, FaceLook, Frame
from tests.drivers.face.conftest import face_plan

PIECE = 48  # bytes of a picture in a row that cannot be there by chance


class OpenWire:
    """The wire to the engine, and a record of every byte on it."""

    def __init__(self, wire: Any) -> None:
        self._wire, self.bytes = wire, b""

    def send_bytes(self, said: bytes) -> None:
        self.bytes += said
        self._wire.send_bytes(said)

    def recv_bytes(self, longest: int) -> bytes:
        said: bytes = self._wire.recv_bytes(longest)
        self.bytes += said
        return said

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wire, name)


def pieces(data: bytes) -> list[bytes]:
    """Return pieces from all over a picture, none of them of one colour."""
    found = [data[at : at + PIECE] for at in range(0, len(data) - PIECE, len(data) // 199)]
    return [piece for piece in found if len(set(piece)) > 8]


def frames_of(film: SceneFilm) -> Iterator[Frame]:
    for number in range(450):
        jpeg = film.jpeg(FaceScene.PERSON, number)
        rows = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        yield Frame(number, number / 15, 640, 480, rows.tobytes())


def written(pid: int | str) -> set[str]:
    """Return the regular files that a process holds open for writing."""
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = link.readlink()
            flags = Path(f"/proc/{pid}/fdinfo/{link.name}").read_text("ascii")
        except FileNotFoundError:
            continue
        mode = int(re.search(r"flags:\s+(\d+)", flags)[1], 8) & 3
        if mode and target.is_file() and not str(target).startswith(("/dev/", "/proc/")):
            found.add(str(target))
    return found


def test_nothing_of_a_face_leaves_memory(
    checker: ProcessFaceChecker, film: SceneFilm, portrait: bytes
) -> None:
    before = written("self")
    checker.prepare(portrait)
    assert checker._engine is not None
    wire = checker._engine._wire = OpenWire(checker._engine._wire)
    shown: list[Frame] = []
    look: Any = None
    hint = None
    for frame in frames_of(film):
        shown.append(frame)
        look = checker.look(frame)
        assert isinstance(look, FaceLook), look
        if look.band is not None:
            break
        if look.hint is not hint and look.hint is not None:
            film.tell(look.hint.value)
        hint = look.hint
    assert look.band is FaceBand.ACCEPT
    assert checker.pid is not None
    assert written("self") == before
    assert written(checker.pid) == set()
    limits = Path(f"/proc/{checker.pid}/limits").read_text("ascii")
    assert re.search(r"Max core file size\s+0\s+0", limits), "no face may lie in a core dump"
    checker.forget()
    checker._engine._wire = wire._wire
    secrets = [
        piece for data in (portrait, *(f.pixels for f in shown[::20])) for piece in pieces(data)
    ]
    assert len(secrets) > 500
    assert len(wire.bytes) > 1000
    assert not [piece for piece in secrets if piece in wire.bytes]
    assert wire.bytes.count(b'"alone"') >= len(shown)
    assert not any(checker._engine.memory.bytes)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    proof = Proof(ProofMethod.FACE, at, look.score, look.threshold, look.engine, look.steps)
    assert set(proof.record()) == {"method", "at", "score", "threshold", "engine", "steps"}
    assert all(
        isinstance(value, float) or len(str(value)) < 60 for value in proof.record().values()
    )


def test_what_is_planted_is_found(film: SceneFilm, tmp_path: Path) -> None:
    frame = next(frames_of(film))
    assert any(piece in b"x" + frame.pixels for piece in pieces(frame.pixels))
    with (tmp_path / "face.raw").open("wb") as file:
        file.write(frame.pixels)
        assert str(tmp_path / "face.raw") in written("self")


@pytest.mark.parametrize("numbers", [True, False])
def test_answers_hold_no_embedding(portrait: bytes, film: SceneFilm, numbers: bool) -> None:
    """The engine answers with figures; the 128 numbers never cross the wire."""
    checker = ProcessFaceChecker(face_plan())
    try:
        checker.prepare(portrait)
        assert checker._engine is not None
        wire = checker._engine._wire = OpenWire(checker._engine._wire)
        looks = [checker.look(frame) for frame, _ in zip(frames_of(film), range(3), strict=False)]
        checker._engine._wire = wire._wire
    finally:
        checker.close()
    assert all(isinstance(look, FaceLook) for look in looks)
    said = wire.bytes if not numbers else wire.bytes + json.dumps(np.zeros(128).tolist()).encode()
    runs = re.findall(rb"(?:[-0-9.e]+, ){20,}", said)
    longest = max((run.count(b",") for run in runs), default=0)
    assert (longest >= 100) is numbers
