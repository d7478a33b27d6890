"""One application as its forms tell it: each field has a value or the reason why it has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

FormInk = tuple[tuple[tuple[float, float, float], ...], ...]
"""Strokes of a signature (`kiosk.application.ink.Ink`)."""


@dataclass(frozen=True)
class FormEntry:
    """One field of config/fields.toml: its raw value, or the code of the reason why it has none.

    - `words`: what the page said for a coded value, "" where the value speaks for itself.
    - `source`: where the value comes from, `at`: when, ISO 8601, "" where that is not known.
    - `disputed`: the person says that the value is wrong.
    """

    value: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    reason: str = ""
    source: str = ""
    at: str = ""
    disputed: bool = False


@dataclass(frozen=True)
class FormPaper:
    """One paper of the application: how it was settled, and how many pages were captured."""

    code: str
    settled: str
    pages: int = 0


@dataclass(frozen=True)
class FormCase:
    """One application as its forms tell it; the signature's strokes are no part of it.

    - `terminal`: the terminal's code; `way`: a value of kiosk.application.document.Way.
    - `entries`: by field; `services`: codes in the order of handling; `insisted`: filed although
      the rules say no.
    - `signed_by`: "finger", "key", or "" while it is not signed.
    """

    id: str
    terminal: str
    confirmed_at: datetime
    way: str
    entries: Mapping[str, FormEntry] = field(repr=False)
    services: tuple[str, ...]
    papers: tuple[FormPaper, ...] = ()
    insisted: frozenset[str] = frozenset()
    signed_by: str = ""


@dataclass(frozen=True)
class FormParty:
    """A person of a power of attorney: name and identity number."""

    name: str = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True)
class FormMandate:
    """What a power of attorney says; `relation` and `scope` are keys of config/authority.toml."""

    principal: FormParty
    proxy: FormParty
    relation: str
    scope: str
    since: date
    until: date
