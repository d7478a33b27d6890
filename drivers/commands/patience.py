"""The waiting time of a command for a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def time_over(wait: float, monotonic: Callable[[], float]) -> Callable[[], bool]:
    """Return a function that tells when `wait` seconds are over.

    Its first call always returns False, so that there is time for one look.
    """
    until = monotonic() + wait
    first_look = iter((False,))
    return lambda: next(first_look, monotonic() > until)
