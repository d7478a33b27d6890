"""Layout of help texts by columns of the terminal, of which a Chinese character takes two."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterable

WIDE = "WF"  # Unicode Standard Annex 11: wide and full-width characters take two columns


class ColumnFormatter(argparse.HelpFormatter):
    """Lays help out by columns of the terminal: a Chinese character takes two."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap_columns(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(f"{indent}{line}" for line in wrap_columns(text, width))


def wrap_columns(text: str, width: int) -> list[str]:
    """Return the lines of `text` with at most `width` columns of a terminal each.

    A line ends at a space or, between Chinese characters, anywhere.
    """
    lines, line = [], ""
    for word in _unbroken(" ".join(text.split())):
        if line and count_columns(line) + count_columns(word.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line.rstrip()] if line else lines


def count_columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(one) in WIDE else 1 for one in text)


def _unbroken(text: str) -> Iterable[str]:
    """Yield the parts of a text within which no line ends, each with the space after it.

    No line begins with Chinese punctuation.
    """
    part = ""
    for before, sign in zip(" " + text, text, strict=False):
        wide = unicodedata.east_asian_width(sign) in WIDE
        was_wide = unicodedata.east_asian_width(before) in WIDE
        closing = wide and not unicodedata.category(sign).startswith("L")
        if part and not closing and (before == " " or wide or was_wide):
            yield part
            part = ""
        part += sign
    if part:
        yield part
