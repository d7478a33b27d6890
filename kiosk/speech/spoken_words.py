"""The words for numbers and letters that are said, from config/texts/speech.toml.

They are a constant resource of the program, like its recordings, and read when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from kiosk.config.schema import load
from kiosk.operator_texts import FOLDER

FILE: Final = FOLDER.with_name("speech.toml")


@dataclass(frozen=True)
class Place:
    """A place of the decimal system that has a name: 100 is 百."""

    worth: int
    name: str


@dataclass(frozen=True)
class NumberPhrases:
    """Numbers that are recorded together with their unit: 11 月.

    `digits`: said digit by digit, as years are; `last_word`: only where nothing follows.
    """

    unit: str
    first: int
    last: int
    digits: bool = False
    last_word: bool = False


@dataclass(frozen=True)
class SpokenWords:
    """The file config/texts/speech.toml.

    `counted` are the words before which 2 is said as `two_counted`, except after `ordinal`;
    `measured` those before which a long number is not spelled in digits. `letters` are characters
    that sound like the names of the Latin letters. `pieces` stand beside or in place of numbers.
    """

    digits: tuple[str, ...]
    places: tuple[Place, ...]
    two_counted: str
    one_spelled: str
    ordinal: str
    counted: tuple[str, ...]
    measured: tuple[str, ...]
    pieces: tuple[str, ...]
    number_phrases: tuple[NumberPhrases, ...]
    letters: Mapping[str, str]

    @property
    def all(self) -> tuple[str, ...]:
        """Return every text without the numbers, each of which is a recording."""
        own = (self.one_spelled, self.ordinal, *(one.unit for one in self.number_phrases))
        return (*self.digits, *own, *self.pieces, *self.letters.values())

    @cached_property
    def phrases_by_unit(self) -> tuple[NumberPhrases, ...]:
        """Return the phrases of numbers, those with the longest unit first."""
        return tuple(sorted(self.number_phrases, key=lambda one: -len(one.unit)))

    @cached_property
    def counted_pattern(self) -> re.Pattern[str]:
        """Return the pattern of what follows a number of counted things."""
        return re.compile(rf"\s*({'|'.join(self.counted)})")

    @cached_property
    def ordinal_pattern(self) -> re.Pattern[str]:
        """Return the pattern of what stands before an ordinal number."""
        return re.compile(rf"{self.ordinal}\s*$")

    @cached_property
    def long_number_pattern(self) -> re.Pattern[str]:
        """Return the pattern of numbers that are spelled: of cards and telephones."""
        return re.compile(rf"\d{{3,}}[Xx]?(?!\d*\s*(?:{'|'.join(self.measured)}))")

    @cached_property
    def digit_names(self) -> Mapping[str, str]:
        """Return the names of the digits in spelled numbers."""
        names = {str(at): name for at, name in enumerate(self.digits)}
        return {**names, "1": self.one_spelled}


@cache
def spoken_words() -> SpokenWords:
    """Return the words of this program. Raises ConfigError when it is not installed whole."""
    return load(SpokenWords, FILE)
