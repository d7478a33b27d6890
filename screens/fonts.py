"""The font files; all must exist before a window opens."""

from __future__ import annotations

from pathlib import Path

from screens.scene import Weight


class FontMissingError(Exception):
    """A font file does not exist; `path` names it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"font file is missing: {path}")
        self.path = path


def font_files(assets: Path) -> dict[Weight, Path]:
    """Return the font file of each weight; raises FontMissingError."""
    files = {weight: assets / "fonts" / weight.value for weight in Weight}
    for path in files.values():
        if not path.is_file():
            raise FontMissingError(path)
    return files
