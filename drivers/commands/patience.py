"""How long does a command wait for a card?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds(text: str) -> float:
    """Return the seconds that an option says. ValueError: not a time that ends."""
    found = float(text)
    if not math.isfinite(found) or found < 0:
        raise ValueError(text)
    return found


def time_over(wait: float, monotonic: Callable[[], float]) -> Callable[[], bool]:
    """Return what tells when to give up; there is always time for one look."""
    until = monotonic() + wait
    first_look = iter((False,))
    return lambda: next(first_look, monotonic() > until)
