"""Shorter words for a page whose sentence its reader asked to hear again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.pages.page import Page


@dataclass
class ShorterSentence:
    """Counts how often the page that is shown was repeated; main thread only.

    `shorter` gives the second text of a sentence, where it has one; it is shown and said from the
    repetition number `after` on, until another sentence comes.
    """

    shorter: Mapping[str, str]
    after: int
    _place: tuple[str, str] = ("", "")
    _repeats: int = 0

    def repeat(self) -> bool:
        """Count a repetition; tells whether the page has to be drawn with its shorter sentence."""
        self._repeats += 1
        return self._repeats == self.after and self._place[1] in self.shorter

    def take_page(self, page: Page) -> Page:
        """Return the page with its shorter sentence, if it was repeated often enough."""
        place = (page.name, page.sentence)
        if place != self._place:
            self._place, self._repeats = place, 0
        short = self.shorter.get(page.sentence)
        if short is None or self._repeats < self.after:
            return page
        return page.with_sentence(short)
