"""Rendered scenes of the document camera, with a drawn certificate of nobody."""

from __future__ import annotations

import threading
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drivers.simulated.scenes.desk_photograph import (
    DeskScene,
    LampSpot,
    SheetPose,
    take_photograph,
)
from drivers.simulated.scenes.desk_surface import DeskSurface
from drivers.simulated.scenes.paper_kinds import PaperKind, blank_paper, draw_paper
from kiosk.operator_texts import texts_of

if TYPE_CHECKING:
    from pathlib import Path

WIDTH: Final = 1280
HEIGHT: Final = 960
TABLE: Final = 55  # grey of the table
SHEET: Final = (620, 820)
QUALITY: Final = 88


class PaperScene(StrEnum):
    """The scenes that the table can show."""

    SHEET = "sheet"
    EMPTY = "empty"
    CUT_OFF = "cut_off"
    BLURRED = "blurred"
    DARK = "dark"
    WHITE_DESK = "white_desk"
    WOODEN_DESK = "wooden_desk"
    TILTED = "tilted"
    CURLED = "curled"
    FINGER = "finger"
    GLARE = "glare"
    GLARE_BESIDE = "glare_beside"
    BLANK = "blank"
    TWO_SHEETS = "two_sheets"
    TORN = "torn"


MIDDLE: Final = SheetPose(WIDTH / 2, HEIGHT / 2)
DESKS: Final = {  # photographs of a certificate on a desk
    PaperScene.WHITE_DESK: DeskScene(DeskSurface.WHITE, MIDDLE),
    PaperScene.WOODEN_DESK: DeskScene(DeskSurface.LIGHT_WOOD, MIDDLE),
    PaperScene.TILTED: DeskScene(DeskSurface.DARK_WOOD, replace(MIDDLE, angle=14, lean=0.04)),
    PaperScene.CURLED: DeskScene(DeskSurface.GREY, replace(MIDDLE, curl=0.02)),
    PaperScene.FINGER: DeskScene(DeskSurface.LIGHT_GREY, MIDDLE, finger=2),
    PaperScene.GLARE: DeskScene(DeskSurface.CHARCOAL, MIDDLE, spot=LampSpot(560, 340, 120, 280)),
    PaperScene.GLARE_BESIDE: DeskScene(
        DeskSurface.CHARCOAL, MIDDLE, spot=LampSpot(180, 200, 110, 280)
    ),
    PaperScene.BLANK: DeskScene(DeskSurface.GREY, MIDDLE),
    PaperScene.TWO_SHEETS: DeskScene(
        DeskSurface.DARK_WOOD,
        replace(MIDDLE, x=330, angle=-4),
        scale=5.5,
        others=(replace(MIDDLE, x=940, angle=3),),
    ),
    PaperScene.TORN: DeskScene(DeskSurface.DARK_WOOD, replace(MIDDLE, torn=0.2)),
}


class PaperFilm:
    """The frames of each scene; drawn once, with the sensor's noise on each frame.

    `font` is a font with Chinese characters; `seed` fixes the noise.
    """

    def __init__(self, font: Path, seed: int = 0) -> None:
        self._font = font
        self._seed = seed
        self._random = np.random.default_rng(seed)
        self._lock = threading.Lock()
        self._still: dict[str, Any] = {}

    def jpeg(self, scene: str, _number: int, /) -> bytes:
        """Return one frame of a scene as JPEG; raises ValueError for an unknown scene."""
        with self._lock:
            if scene not in self._still:
                self._still[scene] = self._draw(PaperScene(scene))
            still = self._still[scene]
            noise = self._random.normal(0, 2, still.shape)
        frame = np.clip(still + noise, 0, 255).astype(np.uint8)
        return bytes(cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])

    def _draw(self, scene: PaperScene) -> Any:
        if scene in DESKS:
            kind = PaperKind.CERTIFICATE
            is_blank = scene is PaperScene.BLANK
            paper = blank_paper(kind) if is_blank else draw_paper(kind, self._font)
            desk = replace(DESKS[scene], size=(WIDTH, HEIGHT), noise=0)
            random = np.random.default_rng([self._seed, list(DESKS).index(scene)])
            return take_photograph(paper, desk, random).frame.astype(np.float64)
        table = Image.new("RGB", (WIDTH, HEIGHT), (TABLE, TABLE, TABLE + 6))
        if scene is not PaperScene.EMPTY:
            left = -200 if scene is PaperScene.CUT_OFF else (WIDTH - SHEET[0]) // 2
            table.paste(self._sheet(), (left, (HEIGHT - SHEET[1]) // 2))
        still = cv2.cvtColor(np.asarray(table), cv2.COLOR_RGB2BGR).astype(np.float64)
        if scene is PaperScene.BLURRED:
            still = cv2.GaussianBlur(still, (0, 0), 14)
        return still * 0.2 if scene is PaperScene.DARK else still

    def _sheet(self) -> Image.Image:
        sheet = Image.new("RGB", SHEET, (238, 232, 220))
        draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(str(self._font), 44)
        draw.rectangle((24, 24, SHEET[0] - 25, SHEET[1] - 25), outline=(150, 40, 40), width=6)
        for number, line in enumerate(texts_of("demo.certificate").values()):
            draw.text((80, 100 + 120 * number), line, fill=(40, 40, 40), font=font)
        return sheet
