"""Intervals of periodic tasks, on a machine whose clock may be set back."""

from __future__ import annotations


def has_passed(since: float | None, now: float, seconds: float) -> bool:
    """Return whether `seconds` have passed from `since` to `now`, or `since` is unknown (None).

    A clock that was set back before `since` counts as passed: too often is better than never.
    """
    return since is None or not since <= now < since + seconds
