"""How long each page of a visit was shown, where its person agreed to that (docs/pilot.md).

Nothing but names of pages, seconds and counts is kept: no person, no answer, no day and no time of
day. Until the visit is over it is in memory only; of who declined, or was not asked, nothing is
written.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

from kiosk.pages.press import Press
from kiosk.visit.stages import Stage

VERSION = 1
DECIMALS = 1  # of seconds


@dataclass
class PageUse:
    """One page from when it came to when another one took its place."""

    page: str
    seconds: float = 0.0
    touches: int = 0
    repeats: int = 0
    backs: int = 0
    helps: int = 0

    def count(self, act: Press) -> None:
        """Count a press on this page."""
        self.touches += 1
        self.repeats += act is Press.REPEAT
        self.backs += act is Press.BACK
        self.helps += act is Press.HELP


@dataclass
class PageTimes:
    """The pages of the visit that is under way, from the consent on; main thread only.

    `write` takes the line of a visit that is over, `seconds` returns a monotonic time.
    """

    write: Callable[[str], None]
    seconds: Callable[[], float]
    _uses: list[PageUse] | None = None  # None: of this visit nothing is recorded
    _since: float = 0.0

    def show(self, page: str) -> None:
        """Record that the page of this name is shown now; the same page again goes on."""
        if self._uses is None or (self._uses and self._uses[-1].page == page):
            return
        self._close_page(self._uses)
        self._uses.append(PageUse(page))

    def press(self, stage: Stage, act: Press) -> None:
        """Count a press at `stage`; the consent at PILOT begins the record."""
        if stage is Stage.PILOT and act is Press.AGREE:
            self._uses = []
        elif self._uses:
            self._uses[-1].count(act)

    def end(self) -> None:
        """Write the visit if its person agreed, and forget it."""
        if self._uses is not None:
            self._close_page(self._uses)
            pages = [asdict(one) for one in self._uses]
            self.write(json.dumps({"version": VERSION, "pages": pages}))
        self._uses = None

    def _close_page(self, uses: list[PageUse]) -> None:
        now = self.seconds()
        if uses:
            uses[-1].seconds = round(now - self._since, DECIMALS)
        self._since = now
