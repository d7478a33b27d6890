"""Authority to act for somebody (委托): relation, scope, term and evidence.

Rules and words: config/authority.toml. What is handed in says who, for what, until when, and holds
either the strokes of the person's own name or the pages of a signed paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiosk.application.ink import Ink, strokes_of
from kiosk.application.presence import Presence
from kiosk.application.scan import CapturedPaper
from kiosk.config.schema import load
from kiosk.people.id_number import normalise
from kiosk.retirement.months import MONTHS

PAPER = "authority"  # the code of a page that is no paper of the catalogue
CARD = "card_copy"  # of somebody whose card is not here


class Evidence(StrEnum):
    """How an authority is shown."""

    SIGNED = "signed"  # here, by the person's own finger
    PAPER = "paper"  # 委托书


@dataclass(frozen=True)
class Term:
    """How long an authority that is signed here holds."""

    words: str
    months: int


@dataclass(frozen=True)
class AuthorityRules:
    """The file config/authority.toml; the mappings lead from a value to its words.

    `principals_a_year` limits for how many people one proxy files; `back_days` how long ago a
    window may have accepted papers; `confirm_days` how long the person may confirm.
    """

    version: str
    principals_a_year: int
    back_days: int
    confirm_days: int
    vouched_a_day: int
    relations: Mapping[str, str]
    scopes: Mapping[str, str]
    evidence: Mapping[str, str]
    terms: Mapping[str, Term]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Authority:
    """An authority as far as it is known; "" or None: not said yet.

    `accepted_on` and `reason` belong to papers that a window accepted earlier (补录). `card_copy`
    is a picture of the card of somebody whose number was typed. `presence` is None unless the
    person was there: then the case begins only when the person has confirmed it.
    """

    relation: str = ""
    scope: str = ""
    evidence: Evidence | None = None
    until: date | None = None
    ink: Ink = field(default=(), repr=False)
    pages: tuple[CapturedPaper, ...] = ()
    accepted_on: date | None = None
    reason: str = ""
    card_copy: CapturedPaper | None = None
    presence: Presence | None = None

    def shows_presence(self) -> bool:
        """Return whether the person is shown to be here, which a typed number never does."""
        return self.presence is not None and self.card_copy is None

    def papers(self) -> tuple[CapturedPaper, ...]:
        """Return every page that was captured for it."""
        return (*self.pages, *((self.card_copy,) if self.card_copy else ()))

    def record(self, version: str, since: date) -> dict[str, Any]:
        """Return the record that is handed in; `since` is the day on which it is used."""
        assert self.evidence is not None
        said: dict[str, Any] = {
            "version": version,
            "evidence": self.evidence.value,
            "since": since.isoformat(),
            "strokes": strokes_of(self.ink),
            "pages": [page.record() for page in self.pages],
        }
        if self.until is not None:
            said |= {"scope": self.scope, "until": self.until.isoformat()}
        if self.relation:
            said["relation"] = self.relation
        if self.card_copy is not None:
            said["card_copy"] = self.card_copy.record()
        if self.presence is not None:
            said["presence"] = self.presence.record()
        return said


def read_authority_rules(path: Path) -> AuthorityRules:
    """Return the rules in the file. Raises kiosk.config.schema.ConfigError."""
    return load(AuthorityRules, path)


def confirm_by(filed_on: date, rules: AuthorityRules) -> date:
    """Return the last day on which the person may confirm what was filed in their absence."""
    return filed_on + timedelta(days=rules.confirm_days)


def last_day(since: date, months: int) -> date:
    """Return the same day so many months later; in a shorter month its last day."""
    at = since.year * MONTHS + since.month - 1 + months
    year, month = divmod(at, MONTHS)
    first_after = date(year + (month == MONTHS - 1), (month + 1) % MONTHS + 1, 1)
    days = (first_after - date(year, month + 1, 1)).days
    return date(year, month + 1, min(since.day, days))


def same_person(one: str, other: str) -> bool:
    """Return whether two identity numbers are the same, however they are written."""
    return normalise(one) == normalise(other)
