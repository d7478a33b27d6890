"""Readings of characters as syllables with tones, for names that nobody recorded whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config.schema import read_rows

SURNAME = "^"
LONGEST_NAME = 4  # characters: what is longer is no person's name


@dataclass(frozen=True)
class Readings:
    """The readings: `usual` of each character, and `names` for names read differently.

    `signs` holds the characters of each syllable, those written most first.
    """

    usual: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signs: Mapping[str, str] = field(default_factory=dict)

    def syllables(self, words: str) -> tuple[str, ...]:
        """Return the syllables of the words; a character without a reading is left out."""
        return tuple(syllable for syllable in self._read(words) if syllable)

    def _read(self, words: str) -> Iterator[str]:
        at = 0
        while at < len(words):
            found = self._surname(words) if at == 0 else ()
            length = len(found)
            if not found:
                length, found = self._name(words[at:])
            yield from found
            at += length

    def _surname(self, words: str) -> tuple[str, ...]:
        if len(words) > LONGEST_NAME:
            return ()
        for length in (2, 1):
            if found := self.names.get(SURNAME + words[:length]):
                return found
        return ()

    def _name(self, words: str) -> tuple[int, tuple[str, ...]]:
        for length in (2, 1):
            if found := self.names.get(words[:length]):
                return len(found), found
        return 1, (self.usual.get(words[0], ""),)


def read_readings(folder: Path) -> Readings:
    """Return the readings of readings.tsv and readings_of_names.tsv. Raises ConfigError."""
    usual: dict[str, str] = {}
    signs: dict[str, str] = {}
    for syllable, first, second in rows_of(folder / "readings.tsv", 3):
        usual |= dict.fromkeys(first, syllable)
        signs[syllable] = first + second
    named = rows_of(folder / "readings_of_names.tsv", 2)
    names = {name: tuple(syllable.split()) for name, syllable in named}
    return Readings(usual, names, signs)


def rows_of(path: Path, columns: int) -> Iterator[list[str]]:
    """Yield the columns of each line that is no comment. Raises ConfigError."""
    return (row for _, row in read_rows(path, columns))
