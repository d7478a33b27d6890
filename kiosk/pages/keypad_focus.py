"""Focus of the keypad on a page, and what is said of it, for people who do not see it.

The places of a page are in the order in which they are read: what the page is about, its choices,
then the dock. The first press of "next" goes to the first place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kiosk.pages.page import Choice, Layout, Page, Row, Said, Tick
from kiosk.pages.press import Press


class Key(StrEnum):
    """The function of a key; config/kiosk.toml says which key of the keypad has it."""

    NEXT = "next"
    PREVIOUS = "previous"
    CHOOSE = "choose"
    REPEAT = "repeat"
    SLOWER = "slower"
    LOUDER = "louder"
    HELP = "help"
    ERASE = "erase"


DIRECT = {
    Key.REPEAT: Press.REPEAT,
    Key.SLOWER: Press.SLOWER,
    Key.LOUDER: Press.LOUDER,
    Key.HELP: Press.HELP,
    Key.ERASE: Press.ERASE,
}
DIGITS = "1234567890"
TYPED = (Layout.KEYPAD, Layout.WRITE)  # their places are digits and letters
TICKS = {Tick.ON: "on", Tick.OFF: "off"}


@dataclass(frozen=True)
class FocusPosition:
    """Something that can be chosen, and what is said of it."""

    act: Press
    value: str
    said: tuple[Said, ...]


@dataclass
class Keypad:
    """The focus of the keys on the page that is shown; main thread only.

    `words` and `orientation` are the tables `keys` and `orientation` of config/texts/pages.toml.
    """

    words: Mapping[str, str]
    orientation: Mapping[str, Any]
    _page: Page | None = None
    _focus: tuple[Press, str] | None = None

    def take_page(self, page: Page, *, private: bool) -> Page:
        """Take the page to show; return it with the focus, kept while the page stays the same.

        `private` is true while headphones are plugged in: only then private words are said, and
        first of all where the person is: which step, and how many choices.
        """
        if private:
            page = replace(page, orientation=tuple(self._orientation(page)))
        if self._page is None or _identity(self._page) != _identity(page):
            self._focus = None
        self._page = page
        place = self._place()
        if place is None:
            self._focus = None
            return page
        hidden = any(one.private for one in place.said) and not private
        said = (Said(self.words["private"]),) if hidden else place.said
        return replace(page, focus=(place.act, place.value), focus_said=said)

    def move(self, key: Key) -> bool:
        """Move the focus to the next or previous place, cyclically; return whether there is one."""
        places = self._places()
        if not places:
            return False
        known = [(place.act, place.value) for place in places]
        step = 1 if key is Key.NEXT else -1
        at = known.index(self._focus) if self._focus in known else (-1 if step > 0 else 0)
        self._focus = known[(at + step) % len(known)]
        return True

    def leave(self) -> bool:
        """Remove the focus, since a finger took over; return whether there was one."""
        had, self._focus = self._focus, None
        return had is not None

    def focused(self) -> FocusPosition | None:
        """Return the place that has the focus, None without one."""
        return self._place()

    def offers(self, act: Press) -> bool:
        """Return whether the page offers this press at all."""
        return self._page is not None and any(one.act is act for one in self._page.presses())

    def takes_digits(self) -> bool:
        """Return whether digits are typed on this page."""
        return self._page is not None and self._page.layout in TYPED

    def _orientation(self, page: Page) -> Iterator[Said]:
        steps = self.orientation["steps"]
        if 0 < page.step <= len(steps):  # after the last one everything is done
            yield Said(steps[page.step - 1])
        rows = [row for row in page.rows if row.act is not None]
        if (count := len(rows) + len(page.choices)) and page.layout not in TYPED:
            yield Said(self.orientation["count"].format(count=count))

    def _places(self) -> tuple[FocusPosition, ...]:
        return () if self._page is None else places_of(self._page, self.words)

    def _place(self) -> FocusPosition | None:
        return next((one for one in self._places() if (one.act, one.value) == self._focus), None)


def _identity(page: Page) -> object:
    """Return what stays the same while a person is on one page, or one part of a list."""
    if page.layout is Layout.WRITE:
        return page.name  # candidates come and go, the letters stay
    return page.name, page.layout, page.title, tuple((row.act, row.value) for row in page.rows)


def places_of(page: Page, words: Mapping[str, str]) -> tuple[FocusPosition, ...]:
    """Return everything that can be chosen on a page, in reading order, each once."""
    found: dict[tuple[Press, str], FocusPosition] = {}
    for place in _all_places(page, words):
        found.setdefault((place.act, place.value), place)
    return tuple(found.values())


def _all_places(page: Page, words: Mapping[str, str]) -> Iterator[FocusPosition]:
    for row in page.rows:
        if row.act is not None:
            yield FocusPosition(row.act, row.value, tuple(_of_row(row, words)))
    if page.layout in (Layout.KEYPAD, Layout.WRITE):
        yield from _keys(page)
    if page.layout is Layout.SIGN and not page.ink:
        yield FocusPosition(Press.MARK, "", (Said(words["sign"]),))
    for choice in (*page.choices, *page.dock, *page.voice, *page.sight):
        if choice is not None and (page.ink or choice.act is not Press.CLEAR_INK):
            yield _of_choice(choice, words)


def _keys(page: Page) -> Iterator[FocusPosition]:
    """Yield digits, letters and corners; digits are private, being part of somebody's number."""
    for digit in DIGITS:
        yield FocusPosition(Press.DIGIT, digit, (Said(digit, private=True),))
    for letter in page.writing.follow if page.writing is not None else "":
        yield FocusPosition(Press.SPELL, letter, (Said(letter.upper(), private=True),))
    yield from (_of_choice(corner, {}) for corner in page.corners or () if corner is not None)


def _of_choice(choice: Choice, words: Mapping[str, str]) -> FocusPosition:
    said = [Said(choice.said or choice.words, proper=True)]
    said += [Said(choice.under, proper=True)] if choice.under else []
    said += [Said(words["chosen"])] if choice.chosen else []
    return FocusPosition(choice.act, choice.value, tuple(said))


def _of_row(row: Row, words: Mapping[str, str]) -> Iterator[Said]:
    for text in (row.label, row.words, row.reason):
        if text:
            yield Said(text, private=row.private, proper=True)
    if row.tick in TICKS:
        yield Said(words[TICKS[row.tick]])
    if row.mend:
        yield Said(words["mend"])
