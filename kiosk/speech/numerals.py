"""Numbers as they are said, cut into recorded pieces: "2026年11月" -> 二零二六 年 十一 月."""

from __future__ import annotations

import re

from kiosk.speech.spoken_words import spoken_words

EDGES = " 　，。、：；,."
NUMBER = re.compile(r"\d+")
YEAR_DIGITS = 4


def pieces_of(words: str) -> tuple[str, ...]:
    """Return the words cut at their numbers; each piece is the text of one clip."""
    if not NUMBER.search(words):
        return (words,)
    known = spoken_words()
    pieces: list[str] = []
    at = 0
    for found in NUMBER.finditer(words):
        before, after = words[at : found.start()], words[found.end() :]
        pieces += _plain(before)
        is_counted = known.counted_pattern.match(after)
        is_ordinal = known.ordinal_pattern.search(before)
        if len(found[0]) == YEAR_DIGITS and after.startswith(known.year):
            pieces += [known.digits[int(one)] for one in found[0]]
        elif found[0] == "2" and is_counted and not is_ordinal:
            pieces.append(known.two_counted)
        else:
            pieces += _in_words(int(found[0]))
        at = found.end()
    return (*pieces, *_plain(words[at:]))


def spelled_pieces(words: str) -> tuple[str, ...]:
    """Return the words cut as by `pieces_of`, with numbers of cards and telephones in digits."""
    known = spoken_words()
    pieces: list[str] = []
    at = 0
    for found in known.long_number_pattern.finditer(words):
        pieces += pieces_of(words[at : found.start()]) if words[at : found.start()].strip() else ()
        pieces += [known.digit_names.get(one, one.upper()) for one in found[0]]
        at = found.end()
    return (*pieces, *(pieces_of(words[at:]) if words[at:].strip() else ()))


def _plain(words: str) -> list[str]:
    bare = words.strip(EDGES)
    return [bare] if bare else []


def _in_words(number: int) -> list[str]:
    """Return a number below a hundred million in words: 10 十, 24 二十四, 105 一百零五."""
    digits = spoken_words().digits
    said: list[str] = []
    rest, skipped = number, False
    for place in spoken_words().places:
        count, rest = divmod(rest, place.worth)
        if count:
            said += [digits[0]] if skipped and said else []
            leads = place.worth == 10 and count == 1 and not said  # noqa: PLR2004 - 十, not 一十
            said += [place.name] if leads else [*_in_words(count), place.name]
            skipped = False
        else:
            skipped = bool(said)
    if rest or not number:
        said += [digits[0]] if skipped and said else []
        said.append(digits[rest])
    return said
