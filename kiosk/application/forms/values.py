"""Raw values of fields as people read them on a form."""

from __future__ import annotations

import re

from kiosk.application.forms.form_words import FormWords
from kiosk.form_case import FormEntry

DATE_PART = re.compile(r"\d+", re.ASCII)
PARTS = {"day": 3, "month": 2}  # numbers that such a value consists of


def shown_value(field: str, entry: FormEntry, words: FormWords) -> str:
    """Return the value of `field` in words; one of another shape stays as it is.

    Formats of the forms come first: what a page said of an account is only its last digits.
    """
    raw = entry.value
    if raw in words.values.get(field, {}):
        return words.values[field][raw]
    kind, _, lengths = words.formats.get(field, "").partition(" ")
    if kind == "groups":
        return _grouped(raw, [int(one) for one in lengths.split()])
    if kind in PARTS:
        return _dated(kind, raw, words)
    if kind and raw.isascii() and raw.isdigit():
        return words.units[kind].format(int(raw))
    return entry.words or raw


def _dated(kind: str, raw: str, words: FormWords) -> str:
    numbers = DATE_PART.findall(raw)
    if re.fullmatch(r"\d{8}", raw, re.ASCII):  # a birthday as it is typed
        numbers = [raw[:4], raw[4:6], raw[6:]]
    if len(numbers) != PARTS[kind]:
        return raw
    return words.units[kind].format(*(int(one) for one in numbers))


def _grouped(raw: str, lengths: list[int]) -> str:
    """Return the signs in groups of these lengths, with the rest as the last group."""
    parts, at = [], 0
    for length in lengths:
        parts.append(raw[at : at + length])
        at += length
    return " ".join(part for part in (*parts, raw[at:]) if part)
