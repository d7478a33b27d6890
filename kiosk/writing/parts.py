"""Composition of characters from parts, such as 王 and 月 to 玥, for rare characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config.schema import read_rows

MOST, FEWEST = 4, 2  # parts of one character
FILES = ("parts.tsv", "parts_of_names.tsv")


@dataclass(frozen=True)
class Parts:
    """The characters by their parts in any order; those of names come first."""

    made: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def joined(self, text: str) -> tuple[tuple[str, int], ...]:
        """Return what the last characters of a text make, each with how many of them it takes.

        More parts come first: 日 日 日 rather means 晶 than 昌.
        """
        found: dict[str, int] = {}
        for count in range(MOST, FEWEST - 1, -1):
            if len(text) >= count:
                for sign in self.made.get(in_order(text[-count:]), ()):
                    found.setdefault(sign, count)
        return tuple(found.items())


def in_order(parts: Iterable[str]) -> str:
    """Return the parts in the order in which `made` has them."""
    return "".join(sorted(parts))


def read_parts(folder: Path) -> Parts:
    """Return the parts: files of a character, a tab, its parts. Raises ConfigError."""
    made: dict[str, tuple[str, ...]] = {}
    for name in reversed(FILES):
        for _, (sign, parts) in read_rows(folder / name, 2):
            key = in_order(parts)
            made[key] = (*made.get(key, ()), sign)
    return Parts(made)
