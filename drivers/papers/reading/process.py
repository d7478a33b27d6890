"""The loop of the process that reads papers: picture, answer, wipe."""

from __future__ import annotations

import os
import resource
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from drivers.papers.reading.messages import (
    LIMITS,
    LONGEST_PICTURE,
    READY,
    decode_request,
    encode_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

    from drivers.papers.reading.field_rules import PaperRules
    from drivers.papers.reading.paper_reader import PaperReader
    from drivers.papers.reading.text_models import TextModels

NICENESS: Final = 10  # the page, the camera and the face check come first


@dataclass(frozen=True)
class ReaderPlan:
    """What the process loads: models below `folder`, and the rules of each paper."""

    folder: Path
    models: TextModels
    rules: Mapping[str, PaperRules]


def serve(wire: Connection[Any, Any], plan: ReaderPlan) -> None:
    """Answer requests until the wire ends; the parent alone decides when that is.

    A model that is not the one that was measured ends the process before it says that it is ready,
    what is no picture ends it, too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no paper may lie in a core dump
    os.nice(NICENESS)
    try:
        reader = _reader(plan)
        if reader is None:
            return
        wire.send_bytes(READY)
        while True:
            request = decode_request(wire.recv_bytes(LIMITS.length))
            wire.send_bytes(_answer(reader, request, wire.recv_bytes(LONGEST_PICTURE)))
    except (EOFError, OSError):
        return


def _reader(plan: ReaderPlan) -> PaperReader | None:
    # Imported here so that the kiosk's own process never loads the networks.
    import cv2  # noqa: PLC0415

    from drivers.face.models import UnknownModelError  # noqa: PLC0415
    from drivers.papers.reading.paper_reader import PaperReader  # noqa: PLC0415

    cv2.setNumThreads(1)
    try:
        return PaperReader(plan.folder, plan.models, plan.rules)
    except (UnknownModelError, OSError, cv2.error):
        return None


def _answer(reader: PaperReader, request: Any, jpeg: bytes) -> bytes:
    import cv2  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    picture: Any = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise EOFError
    said = encode_text(reader.read(picture, request.code, request.today))
    picture.fill(0)
    return said
