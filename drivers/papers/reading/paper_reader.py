"""Reading of one straightened paper: its codes, which way up it lies, its lines and fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from drivers.papers.reading.code_reader import read_codes
from drivers.papers.reading.field_reader import is_another_paper, read_fields
from drivers.papers.reading.text_detector import TextDetector
from drivers.papers.reading.text_recogniser import TextRecogniser
from drivers.papers.reading.upright import set_upright
from kiosk.paper_text import PaperText

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from drivers.papers.reading.field_rules import PaperRules
    from drivers.papers.reading.text_models import TextModels

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
        """Return what a BGR picture of the paper `code` says.

        Of a paper without rules only its codes are read, and which way up it lies.
        """
        rules, codes = self._rules.get(code), read_codes(picture)
        upright = set_upright(picture, self._detector, self._recogniser)
        if rules is None:
            return PaperText(codes, upright.quarter_turns)
        lines = (self._recogniser.read(upright.pixels, one) for one in upright.boxes)
        texts = [line.text for line in lines if line.sureness >= LEAST_SURE]
        fields = (*read_fields(texts, rules, today), *codes)
        return PaperText(fields, upright.quarter_turns, is_another_paper(texts, rules))
