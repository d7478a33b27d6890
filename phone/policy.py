"""Limits of filing on a phone: config/phone.toml."""

from __future__ import annotations

from dataclasses import dataclass

from central.seal.check_policy import CheckPolicy
from phone.employer.page_values import PageLimits


@dataclass(frozen=True)
class PagePolicy:
    """Pages that a company uploads: `together_bytes` and `most_files` of one form.

    `check` are the limits of one file and the process that reads it, and how often a company may
    send; `limits` those of its pictures.
    """

    together_bytes: int
    most_files: int
    check: CheckPolicy
    limits: PageLimits


@dataclass(frozen=True)
class PhonePolicy:
    """The file config/phone.toml.

    - `idle_minutes`: after so long without a press a visit is forgotten (at most 10).
    - `longest_minutes`: of a visit as a whole; the central service takes no older proof.
    - `most_visits`: at the same time; further ones are asked to wait.
    - `presses_a_second`, `presses_at_once`: of one visit, on average and in a burst.
    - `begins_a_minute`: visits that one address may begin.
    - `receipt_seconds`: how long an answer waits for the receipt before it says "please wait".
    - `refresh_seconds`: until a page that waits looks again.
    - `employer_services`: codes of what a company begins for its people; each person decides on it.
    - `pages`: what a company uploads.
    """

    idle_minutes: float
    longest_minutes: float
    most_visits: int
    presses_a_second: float
    presses_at_once: int
    begins_a_minute: int
    receipt_seconds: float
    refresh_seconds: int
    employer_services: tuple[str, ...]
    pages: PagePolicy
