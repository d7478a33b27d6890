"""Rows of the readiness report, shortened to what a page can show."""

from __future__ import annotations

import re

from kiosk.pages.display import TextSize
from kiosk.visit.state import Visit

# Rows a page by text size; LINES_LOW is for a seated person.
LINES = {TextSize.NORMAL: 3, TextSize.LARGE: 2, TextSize.LARGEST: 1}


LINES_LOW = {TextSize.NORMAL: 2, TextSize.LARGE: 1, TextSize.LARGEST: 1}


LONGEST = {TextSize.NORMAL: 44, TextSize.LARGE: 36, TextSize.LARGEST: 30}  # of what was seen


# A word without a place at which a line could be broken, such as a device address.
ADDRESS = re.compile(r"[!-~]{23,}")


def shortened(said: str, visit: Visit) -> str:
    """Return the text cut to one row; the whole text stands on paper and in the files."""
    most = LONGEST[visit.display.view.text_size]
    said = " ".join(_address(word) for word in said.split(" "))
    return said if len(said) <= most else said[: most - 1] + "…"


def _address(word: str) -> str:
    """Return a long address with its middle left out, because no line can break in it."""
    return ADDRESS.sub(lambda found: f"{found[0][:10]}…{found[0][-9:]}", word)
