"""Comparison of all faces in a folder of people, one folder a person; for measuring only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.face.evaluation.scores import Comparisons
from kiosk.ports import ReferenceKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from drivers.face.detection.yunet import FoundFace, YuNet
    from drivers.face.embedding.embedder import Embedder

ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".pgm", ".webp"})
CHIP_WIDTH, CHIP_HEIGHT, CHIP_QUALITY = 102, 126, 60  # face-study.md §4.2: a chip's photo, soft
CHIP_GROWS: Final = 3
CHIP_SHARE: Final = 1.9  # of the face's width
LONGEST: Final = 1280
SMALLEST: Final = 250  # smaller pictures are enlarged, or no face is found in them


@dataclass(frozen=True)
class KnownPeople:
    """The comparisons, how many pictures there were, and those without exactly one face."""

    comparisons: Comparisons
    pictures: int
    unusable: tuple[str, ...]


def pictures_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield person and file of each picture below `folder`, in a fixed order."""
    for person in sorted(one for one in folder.iterdir() if one.is_dir()):
        for file in sorted(person.iterdir()):
            if file.suffix.lower() in ENDINGS:
                yield person.name, file


def compare_all(folder: Path, yunet: YuNet, embedder: Embedder, kind: ReferenceKind) -> KnownPeople:
    """Compare every picture, as a reference of `kind`, with every other one as a live look.

    `folder` has a folder of pictures for each person; `yunet` finds the faces. Return the distances
    and the pictures that could not be used.
    """
    persons, probes, references, unusable = [], [], [], []
    for person, file in pictures_of(folder):
        picture = read_picture(file)
        face = only_face(picture, yunet)
        reference = _reference(picture, face, yunet, kind)
        if face is None or reference is None:
            unusable.append(f"{person}/{file.name}")
            continue
        persons.append(person)
        probes.append(embedder.embed(picture, face))
        references.append(embedder.embed(*reference, reference=True))
    apart = np.array(
        [[embedder.distance(one, other) for other in probes] for one in references]
    ).reshape(len(persons), len(persons))
    np.fill_diagonal(apart, np.nan)
    return KnownPeople(
        Comparisons(apart, tuple(persons)), len(persons) + len(unusable), tuple(unusable)
    )


def read_picture(file: Path) -> Any:
    """Return a picture as BGR, at a size in which faces are found; None when it is none."""
    picture: Any = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return None
    longest = max(picture.shape[:2])
    scale = min(LONGEST / longest, max(1.0, SMALLEST / longest))
    if scale == 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def only_face(picture: Any, yunet: YuNet) -> FoundFace | None:
    """Return the face of a picture; None for none, and for several of about one size."""
    faces = yunet.find(picture) if picture is not None else ()
    if not faces:
        return None
    wide = max(face.width for face in faces)
    near = [face for face in faces if face.width > wide / 2]
    return near[0] if len(near) == 1 else None


def _reference(
    picture: Any, face: FoundFace | None, yunet: YuNet, kind: ReferenceKind
) -> tuple[Any, FoundFace] | None:
    if face is None or kind is ReferenceKind.PORTRAIT:
        return None if face is None else (picture, face)
    small = chip(picture, face)
    found = only_face(small, yunet)
    return None if found is None else (small, found)


def chip(picture: Any, face: FoundFace) -> Any:
    """Return what a card's small photo would show: 102 x 126, poor JPEG, enlarged again."""
    width = CHIP_SHARE * face.width
    scale = CHIP_WIDTH / width
    middle = (face.x + face.width / 2, face.y + face.height / 2)
    move = np.array(
        [
            [scale, 0, CHIP_WIDTH / 2 - scale * middle[0]],
            [0, scale, CHIP_HEIGHT / 2 - scale * middle[1]],
        ]
    )
    small = cv2.warpAffine(
        cv2.GaussianBlur(picture, (0, 0), max(0.1, 0.4 / scale)),
        move,
        (CHIP_WIDTH, CHIP_HEIGHT),
        borderMode=cv2.BORDER_REPLICATE,
    )
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, CHIP_QUALITY])
    poor: Any = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return cv2.resize(poor, None, fx=CHIP_GROWS, fy=CHIP_GROWS, interpolation=cv2.INTER_CUBIC)
