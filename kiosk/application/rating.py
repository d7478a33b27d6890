"""The rating of a stage of a case: one of the five grades of 好差评."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FILING: Final = "filing"
"""The stage of the visit in which the application was filed; other stages are service codes."""
WORST_GOOD_GRADE: Final = 3  # 基本满意; below it a reason is asked, and the rating is followed up
_SECOND: Final = "_again"


@dataclass(frozen=True)
class Rating:
    """A grade (5 best to 1) with its reasons; unique per case and stage (国办发〔2019〕51号).

    `words` are the person's own; they are sealed before they are stored.
    """

    application_id: str
    stage: str
    grade: int
    reasons: tuple[str, ...] = ()
    words: str = field(default="", repr=False)


def second_stage(stage: str) -> str:
    """Return the stage of the second rating, given after the answer to a bad first one."""
    return f"{stage}{_SECOND}"


def is_second(stage: str) -> bool:
    """Return whether the stage is that of a second rating."""
    return stage.endswith(_SECOND)


def first_stage(stage: str) -> str:
    """Return the stage that was rated first."""
    return stage.removesuffix(_SECOND)
