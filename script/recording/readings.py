"""Readings and frequencies of characters; it writes config/readings.tsv.

Runs in the throw-away environment of script/voice only (pypinyin for the readings, jieba for how
often a character stands in words): script/voice --readings.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jieba
from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_tone3

FIRST, LAST = 0x3400, 0x3134F
WHOLE = range(1, 6)
HEAD = """\
# How characters are read: syllable with its tone, the characters that are read so first of all, and
# those that are read so at times; the ones written most stand first. Written by script/voice
# --readings from pypinyin and jieba (both MIT).
"""


def frequencies() -> Counter[str]:
    """Return how often each character occurs in the words of jieba's list."""
    found: Counter[str] = Counter()
    jieba.initialize()
    for word, count in jieba.dt.FREQ.items():
        for sign in word:
            found[sign] += count
    return found


def syllables_of(readings: str) -> list[str]:
    """Return syllables such as "zhong1", the usual one first, without those that have no vowel."""
    said = [to_tone3(one, v_to_u=False, neutral_tone_with_five=True) for one in readings.split(",")]
    return list(dict.fromkeys(one for one in said if is_syllable(one)))


def is_syllable(said: str) -> bool:
    letters, tone = said[:-1], said[-1:]
    return tone in "12345" and letters.isascii() and bool(set(letters) & set("aeiouv"))


def table(known: Iterable[int]) -> list[str]:
    often = frequencies()
    first: dict[str, list[str]] = {}
    second: dict[str, list[str]] = {}
    for code in known:
        sign = chr(code)
        for at, said in enumerate(syllables_of(PINYIN_DICT[code])):
            (second if at else first).setdefault(said, []).append(sign)
    lines = []
    for said in sorted({*first, *second}):
        columns = (
            "".join(sorted(signs.get(said, []), key=lambda sign: (-often[sign], sign)))
            for signs in (first, second)
        )
        lines.append("\t".join((said, *columns)))
    return lines


def main() -> None:
    """Write the table to the path given as argument."""
    lines = table(code for code in sorted(PINYIN_DICT) if FIRST <= code <= LAST)
    Path(sys.argv[1]).write_text(HEAD + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
