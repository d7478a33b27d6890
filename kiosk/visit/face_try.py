"""Do several looks make one decision? Counting for one try of the face check."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median

from kiosk.ports import FaceBand, FaceLook

SPARE = 2  # of `needed + SPARE` judged frames, `needed` must be accepted (face.md §4.4: 3 of 5)


@dataclass(frozen=True)
class FaceTry:
    """The judged frames of one try; `needed` accepted ones are a match."""

    needed: int
    accepted: tuple[float, ...] = ()
    refused: tuple[float, ...] = ()

    def with_look(self, look: FaceLook) -> FaceTry:
        """Return the try with one more frame.

        A frame that only earned a hint does not count, nor one that says exactly what an earlier
        one said: a frozen picture must not agree with itself.
        """
        if look.band is None or look.score in (*self.accepted, *self.refused):
            return self
        if look.band is FaceBand.ACCEPT:
            return replace(self, accepted=(*self.accepted, look.score))
        return replace(self, refused=(*self.refused, look.score))

    @property
    def matched(self) -> bool:
        """Tell whether enough frames were accepted."""
        return len(self.accepted) >= self.needed

    @property
    def lost(self) -> bool:
        """Tell whether too many frames were not accepted for a match to be still possible."""
        return len(self.refused) > SPARE

    @property
    def score(self) -> float:
        """Return the middle score of the accepted frames."""
        return median(self.accepted)
