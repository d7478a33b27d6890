"""What is said when? A new page stops the old one; the same page says only what is new on it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.clips import Clips
from kiosk.ports import Clock, Speaker
from kiosk.visit.duties import HINT_HOLD
from kiosk.visit.page import Layout, Page, Said
from kiosk.visit.speech import utterance


class Timer(Protocol):
    """Something that was to happen later."""

    def cancel(self) -> None:
        """Let it not happen."""


@dataclass
class Announcer:
    """Tells the loudspeaker. Main thread only.

    `lacks` is told once of every text that nobody recorded.
    """

    clips: Clips
    speaker: Speaker
    clock: Clock
    later: Callable[[float, Callable[[], None]], Timer]
    lacks: Callable[[str], None]
    _page: Page | None = None
    _greeted: str = ""
    _quiet_at: float = -math.inf
    _hinted_at: float = -math.inf
    _hint: Timer | None = None
    _lacking: set[str] = field(default_factory=set)

    def tell(self, page: Page, visit_id: str) -> None:
        """Say what is new; the idle page once a visit, so that no empty room is talked to."""
        before, self._page = self._page, page
        same = before is not None and before.name == page.name
        known = before.spoken if before is not None and same else ()
        louder = before is not None and before.view.volume != page.view.volume
        fresh = page.spoken if louder else tuple(one for one in page.spoken if one not in known)
        if same and Said(page.hint) in fresh:
            self._say_hint_when_quiet(page)
            fresh = tuple(one for one in fresh if one != Said(page.hint))
        if page.layout is Layout.IDLE and not same:
            fresh = () if self._greeted == visit_id else fresh
            self._greeted = visit_id
        if not same or any(not one.private for one in fresh):
            self._say(fresh)

    def repeat(self) -> None:
        """Say the whole page again."""
        if self._page is not None:
            self._say(self._page.spoken)

    def quiet_at(self) -> float:
        """Return when the sentence ends that is said now, or ended."""
        return self._quiet_at

    def close(self) -> None:
        """Say nothing more."""
        self._forget_hint()
        self.speaker.close()

    def _say(self, said: tuple[Said, ...]) -> None:
        assert self._page is not None
        self._forget_hint()
        if not self.clips.by_text:
            return
        found = utterance(said, self.clips)
        for text in found.missing:
            if text not in self._lacking:
                self._lacking.add(text)
                self.lacks(text)
        self.speaker.say(found.phrases, self._page.view.volume)
        if found.phrases:
            self._quiet_at = self.clock.monotonic() + found.seconds
        else:
            self._quiet_at = min(self._quiet_at, self.clock.monotonic())

    def _say_hint_when_quiet(self, page: Page) -> None:
        """Let the sentence end, and the last hint stand for two seconds; the newest one is said."""
        self._forget_hint()
        now = self.clock.monotonic()
        wait = max(self._quiet_at, self._hinted_at + HINT_HOLD) - now

        def say() -> None:
            self._hinted_at = self.clock.monotonic()
            self._say((Said(page.hint),))

        if wait > 0:
            self._hint = self.later(wait, say)
        else:
            say()

    def _forget_hint(self) -> None:
        if self._hint is not None:
            self._hint.cancel()
            self._hint = None
