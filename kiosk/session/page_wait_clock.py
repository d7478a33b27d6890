"""The time that a page waits: its sign moves every second, and after a while it says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.pages.page import Page
from kiosk.ports import Clock, Timer

BEAT = 1.0  # seconds


@dataclass
class PageWaitClock:
    """Seconds since a page began to wait; main thread only.

    `later` calls once after so many seconds, `show` draws the page again.
    """

    clock: Clock
    later: Callable[[float, Callable[[], None]], Timer]
    show: Callable[[], None]
    _page: str = ""
    _since: float = 0.0
    _timer: Timer | None = None

    def take_page(self, page: Page) -> Page:
        """Return the page with the words and the beat of its wait so far, and keep the time."""
        self.stop()
        if page.waiting is None:
            self._page = ""
            return page
        if page.name != self._page:
            self._page, self._since = page.name, self.clock.monotonic()
        waited = self.clock.monotonic() - self._since
        self._timer = self.later(BEAT, self.show)
        due = [words for seconds, words in page.waiting.late if waited >= seconds]
        page = replace(page, waiting=replace(page.waiting, beat=int(waited / BEAT)))
        return page.with_sentence(due[-1]) if due else page

    def stop(self) -> None:
        """Cancel the next beat."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
