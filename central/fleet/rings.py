"""A ring of a release, and the storage that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RingAct(StrEnum):
    """What a row says of its ring."""

    SET = "set"
    STOPPED = "stopped"


@dataclass(frozen=True)
class ReleaseRing:
    """The newest ring. `account`, `words`: who stopped it and why, "" while it goes on."""

    number: int
    version: str
    percent: float
    act: RingAct
    at: str
    account: str = ""
    words: str = ""

    @property
    def is_stopped(self) -> bool:
        """Tell whether no further terminal may take the release."""
        return self.act is RingAct.STOPPED


class RingStore(Protocol):
    """Where rings are kept: `central.store.terminals.release_rings`."""

    def newest(self) -> ReleaseRing | None:
        """Return the ring that counts, None before there was one."""

    def set(self, version: str, percent: float, at: str) -> None:
        """Add a ring of `version` for a share in percent (`percent`, 0 to 100) at the time `at`."""
