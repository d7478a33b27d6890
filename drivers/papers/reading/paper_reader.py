"""Reading of one straightened paper: its lines, which way up it lies, its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.papers.reading.field_reader import is_another_paper, read_fields
from drivers.papers.reading.text_detector import TextDetector
from drivers.papers.reading.text_recogniser import TextRecogniser
from kiosk.paper_text import PaperText

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from drivers.papers.reading.field_rules import PaperRules
    from drivers.papers.reading.text_models import TextModels
    from drivers.papers.reading.text_recogniser import ReadLine

TRIED: Final = 3  # lines that are read both ways to tell which way up the paper lies
LEAST_SURE: Final = 0.6  # of a line that counts


class PaperReader:
    """Detector, recogniser and the rules of each paper; `folder` is that of the models.

    Raises UnknownModelError, OSError and cv2.error when a model can't be loaded.
    """

    def __init__(self, folder: Path, models: TextModels, rules: Mapping[str, PaperRules]) -> None:
        self._detector = TextDetector(models.detector.read(folder))
        characters = [*models.characters.read(folder).decode("utf-8").split("\n"), " "]
        self._recogniser = TextRecogniser(models.recogniser.read(folder), tuple(characters))
        self._rules = rules

    def read(self, picture: Any, code: str, today: date) -> PaperText:
        """Return what a BGR picture of the paper `code` says; nothing for a paper without rules."""
        rules = self._rules.get(code)
        if rules is None:
            return PaperText()
        lines, turned = self._lines(picture)
        texts = [line.text for line in lines if line.sureness >= LEAST_SURE]
        another = is_another_paper(texts, rules)
        return PaperText(read_fields(texts, rules, today), turned, another)

    def _lines(self, picture: Any) -> tuple[list[ReadLine], bool]:
        """Return the lines, and whether the paper lay upside down."""
        boxes = self._detector.find(picture)
        turned = cv2.rotate(picture, cv2.ROTATE_180)
        longest = sorted(boxes, key=lambda one: one.left - one.right)[:TRIED]
        upright = [self._recogniser.read(picture, one) for one in longest]
        opposite = [self._recogniser.read(turned, one.turned(picture.shape)) for one in longest]
        is_turned = _sureness(opposite) > _sureness(upright)
        if not is_turned:
            return [self._recogniser.read(picture, one) for one in boxes], False
        ordered = [one.turned(picture.shape) for one in reversed(boxes)]
        return [self._recogniser.read(turned, one) for one in ordered], True


def _sureness(lines: list[ReadLine]) -> float:
    return float(np.mean([line.sureness for line in lines])) if lines else 0.0
