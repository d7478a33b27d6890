"""What reading an uploaded page says: its limits, and why a file is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PDF_HEAD, HEAD_BYTES = b"%PDF-", 1024  # as Adobe's readers look for it


class PageTrouble(StrEnum):
    """Why a file is not taken; the value names the words (config/texts/phone.toml)."""

    EMPTY = "empty"
    KIND = "kind"  # neither JPEG, PNG nor PDF
    LARGE = "large"  # too many bytes
    PIXELS = "pixels"
    SMALL = "small"  # nobody could read it
    DAMAGED = "damaged"
    LOCKED = "locked"  # a password
    ACTIVE = "active"  # scripts, files inside
    NO_SCAN = "no_scan"  # a PDF whose pages are not one picture each
    PAGES = "pages"  # too many in one file
    SLOW = "slow"
    BUSY = "busy"
    UNREACHED = "unreached"  # read, but the central service does not answer
    MANY = "many"  # more files at once than are taken


@dataclass(frozen=True)
class PageLimits:
    """How pictures are drawn anew: lengths in pixels, `quality` of JPEG, pages of one file."""

    most_pixels: int
    least_side: int
    longest_side: int
    quality: int
    most_pages: int
