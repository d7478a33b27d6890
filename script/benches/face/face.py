"""Bench of the face check: speed and size beside the library's own flow in the same run.

`--clips` plays rendered people and attacks, `--data FOLDER` measures a folder of faces.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import psutil

from drivers.face.checker import FacePlan, ProcessFaceChecker
from drivers.face.detection.yunet import YuNet
from drivers.face.embedding.embedder import SFACE
from drivers.face.engine.face_engine import FaceEngine
from drivers.face.engine.messages import LookRequest
from drivers.face.liveness.rules import LivenessStep
from drivers.face.policy import liveness_rules, thresholds_for
from drivers.simulated.scenes.clip import FrameClip, Species
from kiosk.ports import Frame, ReferenceKind
from kiosk.units import MIB
from script.benches.face.clip_results import ClipCampaign, share_named
from script.benches.face.face_clips import clips
from script.benches.face.face_data import folder
from script.benches.face.face_flow import PORTRAITS, ROOT, cast, engine_plan, policy
from script.benches.figures import BenchFigure, Report

FRAMES, QUICK_FRAMES = 60, 12
PORTRAIT = ReferenceKind.PORTRAIT
MOST_DECIDE_MS, LEAST_GAIN, MOST_MIB = 150.0, 4.0, 350.0
MOST_START_SECONDS = 1.0
MOST_LIVE_MS = 1000 / 15  # one look at 15 frames a second
LIBRARY = """
import json, resource, sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
frames = np.load(sys.argv[2])
begun = time.perf_counter()
import face_recognition as library
print(time.perf_counter() - begun, flush=True)
for line in sys.stdin:
    one = time.perf_counter()
    known = library.face_encodings(library.load_image_file(sys.argv[1]))[0]
    found = library.face_encodings(frames[int(line)])
    library.compare_faces(found, known)
    print(time.perf_counter() - one, flush=True)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)
"""


def measure(*, quick: bool) -> Report:
    """Measure detection, embedding, decision, start and size; the library's flow in between."""
    count = QUICK_FRAMES if quick else FRAMES
    clip = FrameClip(cast(), Species.GENUINE, seed=3)
    frames = [clip.frame(number) for number in range(count)]
    figures = parts(frames)
    with library_flow(frames) as library:
        decide, times, more = process(frames, library)
        figures |= more
        figures |= library.ended()
    gain = median(times) / median(decide)
    figures |= {
        "decide_p50": BenchFigure(1000 * median(decide), "ms"),
        "decide_p95": BenchFigure(1000 * p95(decide), "ms", MOST_DECIDE_MS),
        "library_flow_p50": BenchFigure(1000 * median(times), "ms"),
        "library_flow_p95": BenchFigure(1000 * p95(times), "ms"),
        "share_of_library_flow": BenchFigure(1 / gain, "of its time", 1 / LEAST_GAIN),
    }
    return Report("face", figures)


def parts(frames: list[Any]) -> dict[str, BenchFigure]:
    """Measure the parts in this process, one after the other on each frame."""
    plan = engine_plan()
    engine = FaceEngine(plan)
    yunet = YuNet(plan.models.detector.read(plan.folder))
    engine.prepare((PORTRAITS / "collins.jpg").read_bytes())
    detect, embed, live = [], [], []
    for frame in frames:
        (face, *_) = yunet.find(frame)
        height, width = frame.shape[:2]
        detect.append(timed(yunet.find, frame))
        embed.append(timed(engine.embedder.embed, frame, face))
        live.append(timed(engine.look, frame, LookRequest(width, height, compare=False)))
    return {
        "detect_p50": BenchFigure(1000 * median(detect), "ms"),
        "detect_p95": BenchFigure(1000 * p95(detect), "ms"),
        "embed_p50": BenchFigure(1000 * median(embed), "ms"),
        "embed_p95": BenchFigure(1000 * p95(embed), "ms"),
        "live_look_p50": BenchFigure(1000 * median(live), "ms", MOST_LIVE_MS),
        "live_look_p95": BenchFigure(1000 * p95(live), "ms"),
    }


def process(
    frames: list[Any], library: FaceRecognitionLibrary
) -> tuple[list[float], list[float], dict[str, BenchFigure]]:
    """Measure the engine's own process; return seconds of decisions, the library's, and figures.

    After each decision the library has its turn at the same frame: so both meet the same machine.
    """
    numbers, plan = policy(), engine_plan()
    digest = numbers.models.sface.sha256
    thresholds = {PORTRAIT: thresholds_for(numbers, SFACE, digest, PORTRAIT)}
    checker = ProcessFaceChecker(
        FacePlan(plan, thresholds, numbers.decision, liveness_rules(numbers, SFACE), lambda: 0.5)
    )
    portrait = (PORTRAITS / "collins.jpg").read_bytes()
    begun = time.perf_counter()
    checker.start()
    checker.prepare(portrait)
    started = time.perf_counter() - begun
    decide, beside = [], []
    for number, rows in enumerate(frames):
        checker.begin()  # so that every look compares
        frame = Frame(number, number / 15, rows.shape[1], rows.shape[0], rows.tobytes())
        decide.append(timed(checker.look, frame))
        beside.append(library.seconds(number))
    assert checker.pid is not None
    size = psutil.Process(checker.pid).memory_info().rss
    checker.close()
    figures = {
        "cold_start": BenchFigure(started, "s", MOST_START_SECONDS),
        "rss": BenchFigure(size / MIB, "MiB", MOST_MIB),
    }
    return decide, beside, figures


class FaceRecognitionLibrary:
    """face_recognition as its documentation uses it, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._start = self._next()

    def seconds(self, number: int) -> float:
        """Return the seconds that the library takes for one frame."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return self._next()

    def ended(self) -> dict[str, BenchFigure]:
        """End the process; return the library's start time and memory."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return {
            "library_start": BenchFigure(self._start, "s"),
            "library_rss": BenchFigure(self._next() / MIB, "MiB"),
        }

    def _next(self) -> float:
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())


@contextmanager
def library_flow(frames: list[Any]) -> Iterator[FaceRecognitionLibrary]:
    """Start the library's process, which knows the frames by their numbers."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as place:
        path = f"{place}/frames.npy"
        np.save(path, np.array([frame[..., ::-1] for frame in frames]))
        command = [sys.executable, "-c", LIBRARY, str(PORTRAITS / "collins.jpg"), path]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT, process_group=0
        ) as process:
            yield FaceRecognitionLibrary(process)


def timed(work: Callable[..., object], *given: object) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(times, n=20)[-1]


def campaign(kept: Path | None, share: str, seconds: float, movements: str) -> ClipCampaign:
    """Return how clips are played, as the command line says it.

    `seconds` is the longest that it may take.
    """
    steps = tuple(LivenessStep(one) for one in movements.split(",") if one)
    return ClipCampaign(kept, share_named(share), seconds, steps)


__all__ = ["campaign", "clips", "folder", "measure"]
