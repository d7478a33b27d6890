"""How a page is shown and spoken: text size, contrast, reach, volume and pace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class TextSize(IntEnum):
    """The steps of the 大字 switch."""

    NORMAL = 0
    LARGE = 1
    LARGEST = 2


class Volume(IntEnum):
    """The three steps of the loudspeaker."""

    QUIET = 0
    MIDDLE = 1
    LOUD = 2


class Pace(StrEnum):
    """The pace at which sentences are said."""

    USUAL = "usual"
    SLOW = "slow"


class Contrast(StrEnum):
    """The two colour themes."""

    LIGHT = "light"
    HIGH = "high_contrast"


class Reach(StrEnum):
    """How high a hand comes; for a seated person everything pressable is drawn lower."""

    STANDING = "standing"
    SEATED = "seated"


@dataclass(frozen=True)
class View:
    """How pages are drawn and said for this person; reset at the end of the visit."""

    text_size: TextSize = TextSize.NORMAL
    contrast: Contrast = Contrast.LIGHT
    volume: Volume = Volume.MIDDLE
    pace: Pace = Pace.USUAL
    reach: Reach = Reach.STANDING
