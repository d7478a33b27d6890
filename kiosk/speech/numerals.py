"""Numbers as they are said, cut into recorded pieces: "2026年11月" -> 二零二六 年 十一 月."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
PLACES = ((10_000, "万"), (1_000, "千"), (100, "百"), (10, "十"))
EDGES = " 　，。、：；,."
NUMBER = re.compile(r"\d+")
YEAR_DIGITS = 4
COUNTED = re.compile(r"\s*(项|句|个|年|张|岁|小时|分钟|件|页)")
LONG_NUMBER = re.compile(r"\d{3,}[Xx]?(?!\d*\s*(?:年|个月|岁|元|项))")
DIGIT_NAMES = {**{str(at): name for at, name in enumerate(DIGITS)}, "1": "幺"}
"""In long numbers one is said yāo, so that nobody takes it for seven."""
ORDINAL = re.compile(r"第\s*$")


def pieces_of(words: str) -> tuple[str, ...]:
    """Return the words cut at their numbers; each piece is the text of one clip."""
    if not NUMBER.search(words):
        return (words,)
    pieces: list[str] = []
    at = 0
    for found in NUMBER.finditer(words):
        before, after = words[at : found.start()], words[found.end() :]
        pieces += _plain(before)
        if len(found[0]) == YEAR_DIGITS and after.startswith("年"):
            pieces += [DIGITS[int(one)] for one in found[0]]
        elif found[0] == "2" and COUNTED.match(after) and not ORDINAL.search(before):
            pieces.append("两")
        else:
            pieces += _in_words(int(found[0]))
        at = found.end()
    return (*pieces, *_plain(words[at:]))


def spelled_pieces(words: str) -> tuple[str, ...]:
    """Return the words cut as by `pieces_of`, with numbers of cards and telephones in digits."""
    pieces: list[str] = []
    at = 0
    for found in LONG_NUMBER.finditer(words):
        pieces += pieces_of(words[at : found.start()]) if words[at : found.start()].strip() else ()
        pieces += [DIGIT_NAMES.get(one, one.upper()) for one in found[0]]
        at = found.end()
    return (*pieces, *(pieces_of(words[at:]) if words[at:].strip() else ()))


def _plain(words: str) -> list[str]:
    bare = words.strip(EDGES)
    return [bare] if bare else []


def _in_words(number: int) -> list[str]:
    """Return a number below a hundred million in words: 10 十, 24 二十四, 105 一百零五."""
    said: list[str] = []
    rest, skipped = number, False
    for worth, name in PLACES:
        count, rest = divmod(rest, worth)
        if count:
            said += ["零"] if skipped and said else []
            leads = worth == 10 and count == 1 and not said  # noqa: PLR2004 - 十, not 一十
            said += [name] if leads else [*_in_words(count), name]
            skipped = False
        else:
            skipped = bool(said)
    if rest or not number:
        said += ["零"] if skipped and said else []
        said.append(DIGITS[rest])
    return said
