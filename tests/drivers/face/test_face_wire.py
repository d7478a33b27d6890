"""What the engine's process says is data: read within limits, never unpickled."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.checker import ProcessFaceChecker
from drivers.face.detection.cues import FaceBox, FaceCues
from drivers.face.engine.engine_process import LOST
from drivers.face.engine.messages import (
    FaceFinding,
    FaceOutcome,
    Forget,
    Glance,
    LookRequest,
    Prepare,
    Ready,
    Request,
    SecondView,
)
from drivers.face.engine.wire import (
    LONGEST,
    Answer,
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
)
from kiosk.failures import Failure
from kiosk.ports import Coach

CUES = FaceCues(FaceBox(1.5, -2.0, 300.25, 400.0), 0.1, 1.2, None, 0.3)
SEEN = FaceFinding(2**32 - 1, None, CUES, 0.75, 0.31, None)
ANSWERS = [
    Ready("yunet 2023mar, dlib128"),
    Failure.FACE_MODEL_WRONG,
    FaceOutcome(),
    FaceOutcome(failure=Failure.PORTRAIT_UNUSABLE),
    FaceOutcome(alone=True),
    FaceOutcome(alone=True, view=SecondView(7, -0.1, 0.5)),
    FaceOutcome(alone=False, view=SecondView(0)),
    FaceOutcome(seen=SEEN),
    FaceOutcome(seen=FaceFinding(0, Coach.NO_FACE, None)),
]
REQUESTS = [
    Prepare(7),
    LookRequest(640, 480),
    LookRequest(1, 1, False, False, 3),
    Glance(640, 480),
    Forget(),
]


def is_refused(read: Callable[[bytes], object], said: bytes) -> bool:
    try:
        read(said)
    except ValueError:
        return True
    return False


def changed(path: tuple[str, ...], value: object) -> bytes:
    """Return an answer in which one member is another."""
    said = json.loads(encode_answer(FaceOutcome(seen=SEEN)))
    place = said
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return json.dumps(said).encode()


@pytest.mark.parametrize("answer", ANSWERS, ids=repr)
def test_answers_arrive_as_they_were(answer: Answer) -> None:
    assert decode_answer(encode_answer(answer)) == answer
    assert len(encode_answer(answer)) < LONGEST


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_requests_arrive_as_they_were(request_: Request) -> None:
    assert decode_request(encode_request(request_)) == request_


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"ready":7}',
        b'{"ready":"a\\nb"}',
        b'{"ready":"' + b"x" * 300 + b'"}',
        b'{"failed":"nothing_known"}',
        b'{"failed":{}}',
        b'{"ready":"a","ready":"b"}',
        pickle.dumps(FaceOutcome()),
        b"[" * 2000,
        b'{"failure":null,"seen":null,"alone":1,"view":null}',
        b'{"failure":null,"seen":null,"alone":true,"view":7}',
        b'{"failure":null,"seen":null,"alone":true,"view":{"fingerprint":-1,"nose":0,"apart":0}}',
        b'{"failure":7,"seen":null,"alone":null,"view":null}',
        changed(("seen",), []),
        changed(("more",), 1),
        changed(("seen", "more"), 1),
        changed(("seen", "fingerprint"), 2**32),
        changed(("seen", "fingerprint"), True),
        changed(("seen", "hint"), "jump"),
        changed(("seen", "quality"), "much"),
        changed(("seen", "quality"), False),
        changed(("seen", "distance"), 1e7),
        changed(("seen", "apart"), float("nan")),
        changed(("seen", "cues"), 3),
        changed(("seen", "cues", "nose"), None),
        changed(("seen", "cues", "light"), None),
        changed(("seen", "cues", "lattice"), "45"),
        changed(("seen", "cues", "box"), {"x": 1}),
        changed(("seen", "cues", "box", "x"), 1e300),
    ],
)
def test_what_is_no_answer_is_refused(said: bytes) -> None:
    assert is_refused(decode_answer, said)


@pytest.mark.parametrize(
    "said",
    [
        b"null",
        b'{"ask":"leave"}',
        b'{"ask":["look"]}',
        b'{"ask":"prepare"}',
        b'{"ask":"prepare","size":"7"}',
        b'{"ask":"prepare","size":-1}',
        b'{"ask":"prepare","size":true}',
        b'{"ask":"forget","size":1}',
    ],
)
def test_what_is_no_request_is_refused(said: bytes) -> None:
    assert is_refused(decode_request, said)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_an_answer_or_none(said: bytes) -> None:
    try:
        answer = decode_answer(said)
    except ValueError:
        return
    assert decode_answer(encode_answer(answer)) == answer


@given(
    st.sampled_from(REQUESTS),
    st.dictionaries(
        st.sampled_from(["ask", "size", "width", "height", "compare", "eyes", "part"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]),
    ),
)
def test_any_members_are_a_request_or_none(request_: Request, members: dict[str, Any]) -> None:
    said = json.loads(encode_request(request_)) | members
    with suppress(ValueError):
        assert decode_request(json.dumps(said).encode()) is not None


class FaceWirePickle:
    """Pickled, it makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("size", [0, LONGEST + 1, 50_000_000], ids=["pickle", "long", "huge"])
def test_an_engine_that_was_taken_over_is_lost_and_runs_nothing_here(
    own_checker: ProcessFaceChecker, portrait: bytes, tmp_path: Path, size: int
) -> None:
    assert own_checker.prepare(portrait) is None
    engine = own_checker._engine
    assert engine is not None
    said = bytes(size) or pickle.dumps(FaceWirePickle(tmp_path / "made"))
    near, far = multiprocessing.Pipe()
    mine, engine._wire = engine._wire, near
    writing = threading.Thread(target=send, args=(far, said))
    writing.start()
    try:
        assert engine.ask(Forget(), b"", 1.0, 10.0) == LOST
        assert not (tmp_path / "made").exists()
    finally:
        near.close()
        writing.join()
        engine._wire = mine


def send(far: Any, said: bytes) -> None:
    with suppress(OSError):
        far.send_bytes(said)
