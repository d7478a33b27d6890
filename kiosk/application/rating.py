"""The rating of a visit: one of the five grades of 好差评, for one stage of a case."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rating:
    """A grade (5 best to 1) with its reasons; unique per case and stage (国办发〔2019〕51号)."""

    application_id: str
    stage: str
    grade: int
    reasons: tuple[str, ...] = ()
