"""Which services are this person's, and why? person x service -> Verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk.retirement.age import MONTHS, Month
from kiosk.retirement.catalogue import Catalogue, Service, Unmet
from kiosk.retirement.conditions import CONDITIONS
from kiosk.retirement.situation import Situation

NOT_KNOWN_YET = "连上网再核对，先一起交"


class Answer(StrEnum):
    """The four answers."""

    CAN = "can"
    LATER = "later"
    CANNOT = "cannot"
    REVIEW = "review"


@dataclass(frozen=True)
class Verdict:
    """One service's answer for one person; `since` is set for LATER."""

    code: str
    answer: Answer
    reason: str
    basis: str
    since: Month | None = None

    @property
    def fileable(self) -> bool:
        """Tell whether it can be part of the application: an estimate never blocks filing."""
        return self.answer is not Answer.CANNOT


def judge(service: Service, case: Situation) -> Verdict:
    """Return the verdict of one service; the first reason that decides is the one that is given."""
    words = _figures(case)

    def verdict(answer: Answer, key: str, since: Month | None = None) -> Verdict:
        sentence = service.reasons[key].format_map(words) if key else NOT_KNOWN_YET
        return Verdict(service.code, answer, sentence, service.basis, since)

    if case.facts is not None and case.facts.kind not in service.kinds:
        return verdict(Answer.CANNOT, "kind")
    if service.exclusive_group and service.code != case.route:
        return verdict(Answer.CANNOT, "route")
    for name in service.when:
        holds = CONDITIONS[name](case)
        if holds is None:
            return verdict(Answer.REVIEW, "")
        if not holds:
            follows = Answer(service.unmet.get(name, Unmet.CANNOT).value)
            return verdict(follows, name, case.retire if follows is Answer.LATER else None)
    return verdict(Answer.REVIEW if service.manual_review else Answer.CAN, "can")


def judge_all(catalogue: Catalogue, case: Situation) -> Mapping[str, Verdict]:
    """Return the verdict of every service, in the order of handling."""
    return {service.code: judge(service, case) for service in catalogue.in_order()}


def _figures(case: Situation) -> dict[str, str]:
    """Return the figures that a reason may name."""
    short = 0
    if case.facts is not None:
        short = max(0, case.facts.medical_months_needed - case.facts.medical_months)
    return {
        "minimum_years": _years(case.estimate.minimum_months),
        "medical_short": str(short),
        "month": case.retire.words(),
    }


def _years(months: int) -> str:
    years, rest = divmod(months, MONTHS)
    return f"{years} 年半" if rest else f"{years} 年"
