"""The announcer: a new page stops the old one's speech; the same page says only what is new."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.clips import Phrases
from kiosk.pages.display import Pace
from kiosk.pages.page import Layout, Page, Said
from kiosk.ports import (
    Clock,
    Manner,
    Speaker,
    Timer,
)
from kiosk.speech.utterance import Voice


@dataclass
class Announcer:
    """Speech by the loudspeaker, or by headphones while they are plugged in; main thread only.

    `lacks` is called once for every text that nobody recorded; `slow` is the factor by which a slow
    sentence takes longer.
    """

    voice: Voice
    speaker: Speaker
    clock: Clock
    later: Callable[[float, Callable[[], None]], Timer]
    lacks: Callable[[str], None]
    slow: float = 1.0
    private: bool = False
    _page: Page | None = None
    _greeted: str = ""
    _quiet_at: float = -math.inf
    _hinted_at: float = -math.inf
    _hint: Timer | None = None
    _lacking: set[str] = field(default_factory=set)

    def tell(self, page: Page, visit_id: str) -> None:
        """Say what is new on the page.

        The idle page is said once a visit, so that no empty room is talked to.
        """
        before, self._page = self._page, page
        if before is None or before.name != page.name:
            self._greet(page, visit_id)
        elif before.view.volume != page.view.volume or before.view.pace != page.view.pace:
            self._say(page.spoken)
        else:
            self._say_new(before, page)

    def repeat(self) -> None:
        """Say the whole page again, and the place that has the keypad's focus."""
        if self._page is not None:
            self._say((*self._page.spoken, *self._page.focus_said))

    def sound(self, phrases: Phrases, seconds: float) -> None:
        """Play sounds that are not words, once the sentence ends; a new page stops them.

        `seconds` is how long they last.
        """
        self._forget_hint()
        volume = self._page.view.volume if self._page is not None else 0

        def play() -> None:
            self.speaker.say(phrases, Manner(volume, 1.0, self.private))
            self._quiet_at = self.clock.monotonic() + seconds

        self._hint = self.later(max(0.0, self._quiet_at - self.clock.monotonic()), play)

    def plug(self, plugged: bool) -> None:
        """Switch to headphones or loudspeaker, and stop what is being said.

        The loudspeaker must not go on with a private phrase that was begun in the headphones.
        """
        self.private = plugged
        self._say(())

    def quiet_at(self) -> float:
        """Return the monotonic instant at which the latest sentence ends or ended."""
        return self._quiet_at

    def close(self) -> None:
        """Say nothing more."""
        self._forget_hint()
        self.speaker.close()

    def _greet(self, page: Page, visit_id: str) -> None:
        said = page.spoken
        if page.layout is Layout.IDLE:
            said = () if self._greeted == visit_id else said
            self._greeted = visit_id
        self._say((*said, *page.focus_said))

    def _say_new(self, before: Page, page: Page) -> None:
        fresh = [one for one in page.spoken if one not in before.spoken]
        if Said(page.hint) in fresh:
            self._say_hint_when_quiet(page)
            fresh.remove(Said(page.hint))
        fresh = _typed(before, page) or fresh
        if page.focus != before.focus or page.focus_said != before.focus_said:
            fresh += page.focus_said
        if any(self.private or not one.private for one in fresh):
            self._say(tuple(fresh))

    def _say(self, said: tuple[Said, ...]) -> None:
        self._forget_hint()
        if not self.voice.clips.by_text:
            return
        found = self.voice.utterance(said, private=self.private)
        for text in found.missing:
            if text not in self._lacking:
                self._lacking.add(text)
                self.lacks(text)
        pace = self._pace()
        volume = self._page.view.volume if self._page is not None else 0
        self.speaker.say(found.phrases, Manner(volume, pace, self.private))
        now = self.clock.monotonic()
        self._quiet_at = now + found.seconds * pace if found.phrases else min(self._quiet_at, now)

    def _pace(self) -> float:
        slow = self._page is not None and self._page.view.pace is Pace.SLOW
        return self.slow if slow else 1.0

    def _say_hint_when_quiet(self, page: Page) -> None:
        """Say the newest hint after the sentence, and two seconds after the last hint at least."""
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


def _typed(before: Page, page: Page) -> list[Said]:
    """Return the digit that was just typed; nothing once the whole number is there."""
    if page.number is None or before.number is None:
        return []
    known, now = before.number.digits, page.number.digits
    full = len(now) == sum(page.number.groups)
    one_more = now[:-1] == known and now != known
    return [Said(now[-1], private=True)] if one_more and not full else []


HINT_HOLD = 2.0  # visual.md §7: words, voice and oval change not more often than this
