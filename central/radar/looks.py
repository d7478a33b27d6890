"""What the owning offices find when they look, read only, at what they keep of a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.retirement.figures import births_differ, medical_short, months_elsewhere

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kiosk.people.facts import SharedFacts
    from kiosk.retirement.situation import Situation


class LookKind(StrEnum):
    """What an office looks at."""

    ARCHIVE = "archive"  # 档案: the personnel file
    TRANSFER = "transfer"  # 转移: months that were paid elsewhere
    MEDICAL = "medical"  # 医保: months missing to the benefits of retired people


class LookFinding(StrEnum):
    """How it stands."""

    IN_ORDER = "in_order"
    GAP = "gap"
    UNKNOWN = "unknown"  # nobody could tell yet


@dataclass(frozen=True)
class OfficeLook:
    """What an office found; `months` are missing, or to be merged, 0 where none is known."""

    kind: LookKind
    office: str
    finding: LookFinding
    months: int = 0

    def document(self) -> dict[str, str | int]:
        """Return a look of the PreparedFiling of openapi.yaml."""
        return {
            "kind": self.kind.value,
            "office": self.office,
            "finding": self.finding.value,
            "months": self.months,
        }


def look_at_files(
    facts: SharedFacts, case: Situation, offices: Mapping[str, str]
) -> tuple[OfficeLook, ...]:
    """Return what each office finds in what it keeps of the person.

    `case` is the person's situation, `offices` the code of the office for each kind of look.
    """
    months = {LookKind.TRANSFER: months_elsewhere(case), LookKind.MEDICAL: medical_short(case)}
    filed = bool(facts.resume) and not births_differ(case)
    archive = LookFinding.IN_ORDER if filed else LookFinding.GAP
    return (
        OfficeLook(LookKind.ARCHIVE, offices[LookKind.ARCHIVE], archive),
        *(_counted(kind, offices[kind], found) for kind, found in months.items()),
    )


def _counted(kind: LookKind, office: str, months: int | None) -> OfficeLook:
    if months is None:
        return OfficeLook(kind, office, LookFinding.UNKNOWN)
    return OfficeLook(kind, office, LookFinding.GAP if months else LookFinding.IN_ORDER, months)
