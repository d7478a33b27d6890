"""The printed slip as a value: lines and codes, without any printer's commands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Size(StrEnum):
    """Character size on the slip; NORMAL is the printer's 24-dot font."""

    NORMAL = "normal"
    LARGE = "large"  # double width and height


@dataclass(frozen=True)
class SlipLine:
    """One line of text; an empty one is a blank line."""

    text: str = ""
    size: Size = Size.NORMAL
    centred: bool = False


@dataclass(frozen=True)
class Qr:
    """A QR code, centred."""

    payload: str


@dataclass(frozen=True)
class Slip:
    """A whole slip, cut at its end."""

    parts: tuple[SlipLine | Qr, ...]
