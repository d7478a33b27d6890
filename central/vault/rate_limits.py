"""How often an account may ask the vault within an hour."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class HourlyLimit:
    """Counts what each account asked for within the last hour; safe from any thread."""

    _asked: dict[str, deque[datetime]] = field(
        default_factory=lambda: defaultdict(deque), repr=False
    )
    _lock: Lock = field(default_factory=Lock, repr=False)

    def take(self, account: str, most: int, now: datetime) -> bool:
        """Count a question at `now`; False, without counting, when there were `most` already."""
        with self._lock:
            asked = self._asked[account]
            while asked and asked[0] + _HOUR <= now:
                asked.popleft()
            if len(asked) >= most:
                return False
            asked.append(now)
            return True
