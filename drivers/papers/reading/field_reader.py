"""Values of a paper's fields, taken from its lines of text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from stdnum import luhn

from drivers.papers.reading.field_rules import FieldCheck
from kiosk.paper_text import ReadField
from kiosk.people.id_number import is_valid, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from drivers.papers.reading.field_rules import FieldRule, PaperRules

_SPACES: Final = re.compile(r"[\s:：]+")
_ID_NUMBER: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_ACCOUNT: Final = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
_DATE: Final = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})")


def is_another_paper(lines: Sequence[str], rules: PaperRules) -> bool:
    """Tell whether text was read and none of the words is there that stand on this paper."""
    text = "".join(_plain(line) for line in lines)
    return bool(text) and not any(mark in text for mark in rules.marks)


def read_fields(lines: Sequence[str], rules: PaperRules, today: date) -> tuple[ReadField, ...]:
    """Return the fields of a paper that its lines hold, each once.

    `today` bounds the dates of id numbers.
    """
    plain = [_plain(line) for line in lines]
    found = (_read(rule, plain, rules.labels, today) for rule in rules.fields)
    return tuple(one for one in found if one is not None)


def _plain(line: str) -> str:
    """Return a line without spaces and colons, full-width characters as the usual ones."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", line))


def _read(
    rule: FieldRule, lines: Sequence[str], labels: Sequence[str], today: date
) -> ReadField | None:
    candidates = list(_values(rule, lines, labels)) if rule.labels else list(lines)
    for text in candidates:
        value = _checked(rule, text, today)
        if value:
            return ReadField(rule.name, value, is_checked=True)
    if rule.check is not FieldCheck.NONE or not rule.labels:
        return None
    first = next((text for text in candidates if text), "")
    return ReadField(rule.name, first, is_checked=False) if first else None


def _values(rule: FieldRule, lines: Sequence[str], labels: Sequence[str]) -> Iterator[str]:
    """Yield what stands behind the labels of a field, up to the next label of any field.

    A label at the end of a line has its value in the line after it. In a line that begins with no
    label none is looked for: one may be a part of a title's words.
    """
    longest_first = "|".join(re.escape(one) for one in sorted(labels, key=len, reverse=True))
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        found = list(re.finditer(longest_first, line))
        if not found or found[0].start():
            continue
        for here, there in zip_longest(found, found[1:]):
            value = line[here.end() : there.start() if there else None]
            if not value and there is None and not re.match(longest_first, after):
                value = after
            if here[0] in rule.labels:
                yield value


def _checked(rule: FieldRule, text: str, today: date) -> str:
    """Return the value in a text that the field's check proves, "" for none."""
    match rule.check:
        case FieldCheck.ID_NUMBER:
            numbers = (normalise(one) for one in _ID_NUMBER.findall(text))
            return next((one for one in numbers if is_valid(one, today)), "")
        case FieldCheck.LUHN:
            return next((one for one in _ACCOUNT.findall(text) if luhn.is_valid(one)), "")
        case FieldCheck.DATE:
            return next(_dates(text), "")
        case FieldCheck.CHOICE:
            return next((one for one in rule.choices if one in text), "")
        case FieldCheck.NONE:
            return ""


def _dates(text: str) -> Iterator[str]:
    for year, month, day in _DATE.findall(text):
        try:
            yield date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
