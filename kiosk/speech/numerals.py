"""Numbers as they are said, cut into recorded pieces: "2026年11月" -> 二零二六年 十一月.

A number and its unit are one recording; other numbers are joined from recordings of their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kiosk.speech.spoken_words import NumberPhrases, spoken_words

EDGES: Final = " 　，。、：；,."
NUMBER: Final = re.compile(r"\d+")
WHOLE: Final = 100
"""Numbers below are one recording."""
TEENS: Final = range(10, 20)
PAIR: Final = re.compile(r"\d{1,2}|\D")


def pieces_of(words: str) -> tuple[str, ...]:
    """Return the words cut at their numbers; each piece is the text of one clip."""
    if not NUMBER.search(words):
        return (words,)
    pieces: list[str] = []
    at = 0
    while found := NUMBER.search(words, at):
        pieces += _plain(words[at : found.start()])
        said, at = _number(found, words)
        pieces += said
    return (*pieces, *_plain(words[at:]))


def spelled_pieces(words: str) -> tuple[str, ...]:
    """Return the words cut as by `pieces_of`, with numbers of cards and telephones in digits.

    Two digits are one recording.
    """
    pieces: list[str] = []
    at = 0
    for found in spoken_words().long_number_pattern.finditer(words):
        pieces += pieces_of(words[at : found.start()]) if words[at : found.start()].strip() else ()
        pieces += [_spelled(pair) for pair in PAIR.findall(found[0])]
        at = found.end()
    return (*pieces, *(pieces_of(words[at:]) if words[at:].strip() else ()))


def number_recordings() -> Iterator[str]:
    """Yield the text of every recording of a number, or of a part of one."""
    known = spoken_words()
    for phrases in known.number_phrases:
        yield from (
            _phrase(phrases, number, "") for number in range(phrases.first, phrases.last + 1)
        )
    zero, (ten_thousand, thousand, hundred, _) = known.digits[0], known.places
    yield ten_thousand.name
    for number in range(WHOLE):
        yield _below_hundred(number)
        yield zero + _after_hundreds(number)
        yield _below_hundred(number) + ten_thousand.name
        yield _spelled(f"{number:02}")
    yield from (_after_hundreds(number) for number in TEENS)
    for digit in known.digits[1:]:
        yield from (digit + thousand.name, digit + hundred.name, zero + digit + hundred.name)


def without_unit(words: str) -> str:
    """Return what follows a number without the unit that is recorded together with it."""
    unit = _unit(words)
    return words.lstrip()[len(unit) :] if unit else words


def _number(found: re.Match[str], words: str) -> tuple[list[str], int]:
    """Return the pieces of a number with its unit, and where in the words they end."""
    before, after, number = words[: found.start()], words[found.end() :], int(found[0])
    unit = _unit(after)
    end = found.end() + (after.index(unit) + len(unit) if unit else 0)
    for phrases in spoken_words().number_phrases:
        if phrases.unit == unit and phrases.first <= number <= phrases.last:
            return [_phrase(phrases, number, before)], end
    return [*_places(number), *_plain(unit)], end


def _unit(after: str) -> str:
    """Return the unit with which the words after a number begin, the longest; "" for none."""
    bare = after.lstrip()
    for phrases in spoken_words().phrases_by_unit:
        if bare.startswith(phrases.unit):
            rest = bare[len(phrases.unit) :].strip(EDGES)
            if not (phrases.last_word and rest):
                return phrases.unit
    return ""


def _phrase(phrases: NumberPhrases, number: int, before: str) -> str:
    """Return a number with its unit; 2 of something that is counted is 两, after 第 it is 二."""
    known = spoken_words()
    if phrases.digits:
        return "".join(known.digits[int(one)] for one in str(number)) + phrases.unit
    counted = known.counted_pattern.match(phrases.unit) and not known.ordinal_pattern.search(before)
    said = known.two_counted if number == 2 and counted else "".join(_places(number))  # noqa: PLR2004
    return said + phrases.unit


def _places(number: int) -> list[str]:
    """Return a number by its places: 120030 is 十二万 零三十, 1050 is 一千 零五十."""
    ten_thousand, thousand, hundred, _ = spoken_words().places
    if number < WHOLE:
        return [_below_hundred(number)]
    many, rest = divmod(number, ten_thousand.worth)
    pieces = _ten_thousands(many) if many else []
    zero, skipped = spoken_words().digits[0], False
    for place in (thousand, hundred):
        digit, rest = divmod(rest, place.worth)
        if digit:
            gap = zero if skipped and pieces else ""
            pieces.append(gap + spoken_words().digits[digit] + place.name)
        skipped = not digit
    if rest:
        pieces.append((zero if skipped or rest < TEENS.start else "") + _after_hundreds(rest))
    return pieces


def _ten_thousands(many: int) -> list[str]:
    name = spoken_words().places[0].name
    return [_below_hundred(many) + name] if many < WHOLE else [*_places(many), name]


def _below_hundred(number: int) -> str:
    digits, ten = spoken_words().digits, spoken_words().places[-1]
    tens, ones = divmod(number, ten.worth)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + ten.name + (digits[ones] if ones else "")


def _after_hundreds(number: int) -> str:
    """Return a number below a hundred as it is said after a higher place: 110 is 一百一十."""
    return (spoken_words().digits[1] if number in TEENS else "") + _below_hundred(number)


def _spelled(signs: str) -> str:
    names = spoken_words().digit_names
    return "".join(names.get(one, one.upper()) for one in signs)


def _plain(words: str) -> list[str]:
    bare = words.strip(EDGES)
    return [bare] if bare else []
