"""Drawn photographs of the paper bench: kinds of paper by desks by what disturbs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.simulated.bench import first_font
from drivers.simulated.scenes.desk_photograph import (
    DeskPhotograph,
    DeskScene,
    LampSpot,
    SheetPose,
    place_sheet,
    take_photograph,
)
from drivers.simulated.scenes.desk_surface import DeskSurface
from drivers.simulated.scenes.paper_kinds import DrawnPaper, PaperKind, draw_paper
from wiring import places

SIZE = (2592, 1944)
READABLE, UNREADABLE = 0.75, 0.4
"""Least legibility of the worst line of a good photograph, and the most of an unreadable one."""
GOOD = ("plain", "hard_light", "tilted", "curl", "finger", "glare_beside", "slightly_soft")
BAD = ("glare", "glare_small", "blur", "blur_heavy")
SURFACES = tuple(DeskSurface)


@dataclass(frozen=True)
class Specimen:
    """One photograph of the bench, with what it shows."""

    kind: PaperKind
    surface: DeskSurface
    disturbance: str
    photograph: DeskPhotograph

    @property
    def is_good(self) -> bool:
        """Tell whether a clerk can read every line."""
        return self.disturbance in GOOD


def rotated(disturbances: tuple[str, ...], seed: int) -> Iterator[Specimen]:
    """Yield one photograph of every kind on every surface, with the disturbances in turn."""
    for at, kind in enumerate(PaperKind):
        for place, surface in enumerate(SURFACES):
            disturbance = disturbances[(at + place + seed) % len(disturbances)]
            random = np.random.default_rng([seed, at, place])
            yield draw_specimen(kind, surface, disturbance, random)


def draw_specimen(
    kind: PaperKind,
    surface: DeskSurface,
    disturbance: str,
    random: np.random.Generator,
    paper: DrawnPaper | None = None,
) -> Specimen:
    """Return one photograph; `random` fixes it. `paper` is another one of the same kind.

    Raises ValueError where the legibility that was drawn contradicts the disturbance's name.
    """
    paper = paper or drawn(kind)
    scene = _scene(paper, kind, surface, disturbance, random)
    photograph = take_photograph(paper, scene, random)
    worst = min(photograph.legibility)
    if (disturbance in GOOD and worst < READABLE) or (disturbance in BAD and worst > UNREADABLE):
        raise ValueError(f"{kind} on {surface}, {disturbance}: legibility {worst:.2f}")
    return Specimen(kind, surface, disturbance, photograph)


@cache
def drawn(kind: PaperKind) -> DrawnPaper:
    """Return a drawn paper of a kind."""
    return draw_paper(kind, first_font(places.ASSETS / "fonts"))


def _scene(
    paper: DrawnPaper,
    kind: PaperKind,
    surface: DeskSurface,
    disturbance: str,
    random: np.random.Generator,
) -> DeskScene:
    pose = _pose(kind, disturbance, random)
    blur = {"blur": 2.5, "blur_heavy": 4.5, "slightly_soft": 0.6}.get(disturbance, 0.0)
    base = DeskScene(
        surface,
        pose,
        SIZE,
        light=random.uniform(0.85, 1.0),
        side_light=0.22 if disturbance == "hard_light" else random.uniform(0.02, 0.1),
        blur=blur,
        noise=random.uniform(1.5, 3.0),
    )
    corners = place_sheet(paper, base)
    if disturbance == "finger":
        held = int(random.integers(4))
        return replace(base, finger=held)
    if disturbance in {"glare", "glare_small", "glare_beside"}:
        spot = _spot(paper, corners, disturbance, random)
        return replace(base, spot=spot)
    return base


def _pose(kind: PaperKind, disturbance: str, random: np.random.Generator) -> SheetPose:
    most = 4.0 if kind is PaperKind.A4 else 30.0
    aside = 20.0 if kind is PaperKind.A4 else 250.0
    angle = random.uniform(-most, most) if disturbance == "tilted" else random.uniform(-3, 3)
    return SheetPose(
        SIZE[0] / 2 + random.uniform(-aside, aside),
        SIZE[1] / 2 + random.uniform(-aside, aside) * 0.6,
        angle,
        lean=random.uniform(0, 0.04),
        curl=random.uniform(0.01, 0.025) if disturbance == "curl" else 0.0,
    )


def _spot(
    paper: DrawnPaper, corners: NDArray[np.float32], disturbance: str, random: np.random.Generator
) -> LampSpot:
    """Return a reflection on the middle of a line, or on the desk beside a corner of the sheet."""
    if disturbance == "glare_beside":
        corner = corners[int(random.integers(4))]
        away = corner - corners.mean(axis=0)
        x, y = corner + away / np.linalg.norm(away) * 60
        return LampSpot(float(x), float(y), 75, 255)
    left, top, width, height = paper.lines[int(random.integers(len(paper.lines)))]
    share = random.uniform(0.3, 0.7)
    onto = cv2.getPerspectiveTransform(paper.corners, corners)
    on_line = np.array([[(left + share * width, top + height / 2)]], np.float32)
    x, y = cv2.perspectiveTransform(on_line, onto)[0, 0]
    shorter = float(np.linalg.norm(corners[3] - corners[0]))
    widest = random.uniform(0.2, 0.33) * shorter
    radius = random.uniform(70, 100) if disturbance == "glare_small" else widest
    return LampSpot(float(x), float(y), radius, random.uniform(235, 330))
