"""The files of the networks that read papers, each by its digest."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.face.models import ModelFile

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class TextModels:
    """The files of detector and recogniser, and that of the characters."""

    detector: ModelFile
    recogniser: ModelFile
    characters: ModelFile


def load_text_models(path: Path) -> TextModels:
    """Return what a TOML file names; raises OSError, ValueError or KeyError when it is wrong."""
    with path.open("rb") as file:
        members = tomllib.load(file)
    parts = ("detector", "recogniser", "characters")
    return TextModels(*(ModelFile(members[one]["file"], members[one]["sha256"]) for one in parts))
