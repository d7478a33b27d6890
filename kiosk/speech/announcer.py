"""The announcer: a new page stops the old one's speech; the same page says only what is new."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.clips import Phrases
from kiosk.pages.display import Pace
from kiosk.pages.page import Layout, Page, Said
from kiosk.ports import Clock, Manner, Speaker, Timer
from kiosk.speech.utterance import Voice

HINT_HOLD = 2.0  # seconds from one hint to the next at least (visual.md §7)


@dataclass
class Announcer:
    """Speech by the loudspeaker, or by headphones while they are plugged in; main thread only.

    `report_missing` is called once for every text that has no recording; `slow_factor` is how many
    times longer a sentence takes at the slow pace; `private`: headphones are plugged in.
    """

    voice: Voice
    speaker: Speaker
    clock: Clock
    later: Callable[[float, Callable[[], None]], Timer]
    report_missing: Callable[[str], None]
    slow_factor: float = 1.0
    private: bool = False
    _page: Page | None = None
    _greeted: str = ""
    _quiet_at: float = -math.inf
    _hinted_at: float = -math.inf
    _delayed: Timer | None = None
    _reported: set[str] = field(default_factory=set)

    def tell(self, page: Page, visit_id: str) -> None:
        """Say what is new on the page.

        The idle page is said once a visit, so that the kiosk does not talk to an empty room.
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
            page = self._page
            self._say((*page.orientation, *page.spoken, *page.focus_said))

    def sound(self, phrases: Phrases, seconds: float) -> None:
        """Play sounds that are not words, once the sentence ends; a new page stops them.

        `seconds` is how long they last.
        """
        self._cancel_delayed()
        volume = self._page.view.volume if self._page is not None else 0

        def play() -> None:
            self.speaker.say(phrases, Manner(volume, 1.0, self.private))
            self._quiet_at = self.clock.monotonic() + seconds

        self._delayed = self.later(max(0.0, self._quiet_at - self.clock.monotonic()), play)

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
        self._cancel_delayed()
        self.speaker.close()

    def _greet(self, page: Page, visit_id: str) -> None:
        said = page.spoken
        if page.layout is Layout.IDLE:
            said = () if self._greeted == visit_id else said
            self._greeted = visit_id
        self._say((*page.orientation, *said, *page.focus_said))

    def _say_new(self, before: Page, page: Page) -> None:
        fresh = [one for one in page.spoken if one not in before.spoken]
        if Said(page.hint) in fresh:
            self._say_hint_when_quiet(page)
            fresh.remove(Said(page.hint))
        fresh = _typed_digit(before, page) or fresh
        if page.focus != before.focus or page.focus_said != before.focus_said:
            fresh += page.focus_said
        if any(self.private or not one.private for one in fresh):
            self._say(tuple(fresh))

    def _say(self, said: tuple[Said, ...]) -> None:
        self._cancel_delayed()
        if not self.voice.clips.by_text:
            return
        found = self.voice.utterance(said, private=self.private)
        for text in found.missing:
            if text not in self._reported:
                self._reported.add(text)
                self.report_missing(text)
        pace = self._pace()
        volume = self._page.view.volume if self._page is not None else 0
        self.speaker.say(found.phrases, Manner(volume, pace, self.private))
        now = self.clock.monotonic()
        self._quiet_at = now + found.seconds * pace if found.phrases else min(self._quiet_at, now)

    def _pace(self) -> float:
        slow = self._page is not None and self._page.view.pace is Pace.SLOW
        return self.slow_factor if slow else 1.0

    def _say_hint_when_quiet(self, page: Page) -> None:
        """Say the newest hint after the sentence, at least HINT_HOLD after the last hint."""
        self._cancel_delayed()
        now = self.clock.monotonic()
        wait = max(self._quiet_at, self._hinted_at + HINT_HOLD) - now

        def say() -> None:
            self._hinted_at = self.clock.monotonic()
            self._say((Said(page.hint),))

        if wait > 0:
            self._delayed = self.later(wait, say)
        else:
            say()

    def _cancel_delayed(self) -> None:
        if self._delayed is not None:
            self._delayed.cancel()
            self._delayed = None


def _typed_digit(before: Page, page: Page) -> list[Said]:
    """Return the digit that was just typed, [] for the last one: then the whole number is said."""
    if page.number is None or before.number is None:
        return []
    known, now = before.number.digits, page.number.digits
    full = len(now) == sum(page.number.groups)
    one_more = now[:-1] == known and now != known
    return [Said(now[-1], private=True)] if one_more and not full else []
