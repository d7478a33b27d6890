"""The question which services of filed cases another set of rules judges otherwise, and its answer.

No fact of a person is in the answer: only how a service is answered before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.retirement.eligibility import EligibilityAnswer


@dataclass(frozen=True)
class OpenFiling:
    """An open case as it was filed, with the services of it that have not ended.

    `envelope` is sealed as it came, `received_at` the time of receipt in ISO 8601.
    """

    application_id: str
    received_at: str
    services: tuple[str, ...]
    envelope: bytes = field(repr=False)


@dataclass(frozen=True)
class RuleChangeLook:
    """The question of an operator which cases a change of the rules affects.

    `operator` and `reason` are recorded. `old` and `new` are the files of two rule folders as texts
    (`kiosk.retirement.rule_review.rule_texts`).
    """

    operator: str
    reason: str
    old: Mapping[str, str] = field(repr=False)
    new: Mapping[str, str] = field(repr=False)
    filings: tuple[OpenFiling, ...]


@dataclass(frozen=True)
class AnswerChange:
    """How a service is answered by the old and by the new rules; None for no such service.

    Both may be the same answer when another month, or the right to insist, is what changes.
    `certain` is False when the change hangs on a fact that the application does not carry.
    """

    service: str
    before: EligibilityAnswer | None
    after: EligibilityAnswer | None
    certain: bool


@dataclass(frozen=True)
class FilingRuleChanges:
    """What a change of the rules changes of one case; `readable` is False for what can't be read.

    Then `changes` is empty and says nothing.
    """

    application_id: str
    readable: bool
    changes: tuple[AnswerChange, ...]
