"""Model files, checked by their digest before anything is loaded from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class UnknownModelError(ValueError):
    """Raised when a model file is not the one whose thresholds were measured."""


@dataclass(frozen=True)
class ModelFile:
    """A model by name and SHA-256, as hexadecimal digits (config/face.toml)."""

    file: str
    sha256: str

    def read(self, folder: Path) -> bytes:
        """Return the bytes of the file in `folder`.

        Raises UnknownModelError when they are others, OSError when there are none.
        """
        return read_model(folder / self.file, self.sha256)


def read_model(path: Path, sha256: str) -> bytes:
    """Return the bytes of a file.

    Raises UnknownModelError when its SHA-256 is not `sha256`, OSError when it can't be read.
    """
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise UnknownModelError(f"{path.name}: SHA-256 {found[:16]}…, expected {sha256[:16]}…")
    return data


@dataclass(frozen=True)
class ModelFiles:
    """The model files of the face check, each with its digest."""

    detector: ModelFile
    points: ModelFile
    eyes: ModelFile
    sface: ModelFile
    embed: ModelFile
    align: ModelFile
