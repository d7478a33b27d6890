"""The check of the networks that read papers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.doctor.face import find_wrong_model
from drivers.doctor.finding import Finding, FindingLevel, good
from drivers.papers.reading.text_models import load_text_models
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check_papers(folder: Path, named: Path) -> Iterator[Finding]:
    """Yield models that are missing or not the measured ones: people are served without them.

    `folder` is that of the models, `named` config/paper_models.toml. Raises OSError, ValueError or
    KeyError when that is wrong.
    """
    what, again, models = (
        text_of("doctor.papers.models"),
        text_of("doctor.reinstall"),
        load_text_models(named),
    )
    wanted = (models.detector, models.recogniser, models.characters)
    wrong = [find_wrong_model(what, folder, one, again) for one in wanted]
    found = [replace(one, verdict=FindingLevel.WARNING) for one in wrong if one is not None]
    right = text_of("doctor.face.models_right", count=len(wanted))
    yield from found or [good(what, right)]
