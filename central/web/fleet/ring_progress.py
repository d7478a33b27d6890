"""How far the ring of a release has come, by what terminals say that they run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.fleet.releases import Release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from central.fleet.rings import ReleaseRing
    from central.web.fleet.states import TerminalLine


@dataclass(frozen=True)
class RingProgress:
    """A ring with how many terminals it has (`size`), and how many of these run its version.

    `outside`: terminals beyond the ring that run it all the same. `failed`: how many of all said
    that they could not change to it, by the reason.
    """

    ring: ReleaseRing
    size: int
    done: int
    outside: int
    failed: Mapping[str, int]

    @property
    def percent(self) -> int:
        """Return the share of the ring that runs the version, in percent."""
        return 100 * self.done // self.size if self.size else 0


def progress_of(ring: ReleaseRing, lines: Sequence[TerminalLine]) -> RingProgress:
    """Return the progress of `ring` over all terminals."""
    release = Release(ring.version, ring.percent)
    inside = [(release.has(one.found.terminal), one.version == ring.version) for one in lines]
    return RingProgress(
        ring,
        size=sum(member for member, _ in inside),
        done=sum(member and runs for member, runs in inside),
        outside=sum(runs and not member for member, runs in inside),
        failed=Counter(
            one.failed[1] for one in lines if one.failed and one.failed[0] == ring.version
        ),
    )
