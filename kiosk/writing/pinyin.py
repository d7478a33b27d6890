"""Pinyin input: candidates for letters without tones, the likely ones first.

The letters need not be complete: `zh` finds 中 as well as 张.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config.schema import read_rows

LETTERS = "abcdefghijklmnopqrstuvwxyz"  # v stands for ü
LONGEST = 6  # zhuang


@dataclass(frozen=True)
class Pinyin:
    """The readings and frequencies of characters.

    `signs` holds the characters of each syllable with its tone, `usual` the usual reading of each.
    Ranks: 0 is the most frequent.
    """

    signs: Mapping[str, str]
    usual: Mapping[str, str]
    ranks: Mapping[str, int]
    surnames: Mapping[str, int] = field(default_factory=dict)

    def candidates(self, letters: str, *, surname: bool = False) -> tuple[str, ...]:
        """Return the characters meant, whole syllables before begun ones, then the likely first.

        `surname`: a name begins here, so surnames come first.
        """
        if not letters:
            return ()
        begun: dict[str, bool] = {}
        for syllable, signs in self.signs.items():
            if syllable.startswith(letters):
                whole = syllable[:-1] == letters
                begun |= {sign: begun.get(sign, True) and not whole for sign in signs}
        worth = {sign: (begun[sign], *self._worth(sign, letters, surname)) for sign in begun}
        return tuple(sorted(begun, key=lambda sign: (worth[sign], sign)))

    def _worth(self, sign: str, letters: str, surname: bool) -> tuple[int, bool, int]:
        named = self.surnames.get(sign, len(self.surnames)) if surname else 0
        seldom = not self.usual.get(sign, "").startswith(letters)
        return named, seldom, self.ranks.get(sign, len(self.ranks))

    def may_follow(self, letters: str) -> str:
        """Return the letters that continue the given ones to some syllable."""
        at = len(letters)
        fits = {one[at] for one in self.signs if one.startswith(letters) and len(one) > at + 1}
        return "".join(sorted(fits))


def read_pinyin(folder: Path, signs: Mapping[str, str], usual: Mapping[str, str]) -> Pinyin:
    """Return the readings with the frequencies of characters and surnames.

    `signs` has the characters of each syllable with its tone, `usual` the usual reading of each;
    the frequencies lie in `folder`. Raises ConfigError.
    """
    written, surnames = (read_ranks(folder / name) for name in ("characters.txt", "surnames.txt"))
    return Pinyin(signs, usual, written, surnames)


def read_ranks(path: Path) -> Mapping[str, int]:
    """Return the characters of a file, most frequent first, as 0, 1, 2 … Raises ConfigError."""
    signs = "".join(line for _, (line,) in read_rows(path, 1))
    return {sign: at for at, sign in enumerate(dict.fromkeys(signs))}
