"""A tour: a scripted person goes through a visit on the real widgets, with pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.operator_texts import text_of
from kiosk.pages.page import Layout
from kiosk.visit.page_parts.wording import in_groups
from screens.scripted.person import (
    ComeCloser,
    Finished,
    InsertSsCard,
    Move,
    PersonAction,
    PutCard,
    ScanSlip,
    ScriptedPerson,
    ShowCode,
    Sign,
    TakeCard,
    TakeSsCard,
    Tap,
)

if TYPE_CHECKING:
    from kiosk.pages.page import Page

LIFT_SECONDS = 1.5  # a card is lifted for so long before it is laid down again
PACE_SECONDS = 0.32  # nobody presses one place twice within 0.3 s, and the press model knows it
KEY_SECONDS = 0.12  # from one key to another


class Hand(Protocol):
    """What a scripted person does at the terminal besides touching the screen."""

    def put_card(self, whose: str = "") -> None:
        """Lay a card on the reader; `whose` names it, "" for the person's own."""

    def take_card(self) -> None:
        """Take the card from the reader."""

    def insert_ss_card(self) -> None:
        """Put the own social security card into its reader."""

    def take_ss_card(self) -> None:
        """Take the social security card out of its reader."""

    def scan_slip(self) -> None:
        """Hold the newest slip in front of the scanner."""

    def come_closer(self) -> None:
        """Step to the right place in front of the camera."""

    def show_code(self) -> None:
        """Hold a telephone with its code in front of the scanner."""

    def move(self, prompt: str) -> None:
        """Do in front of the camera what `prompt`, the name of the page's hint, asks."""

    def arrived(self, page_name: str) -> None:
        """Be informed that another page is shown."""


class TourFinger(Protocol):
    """A finger on the glass: real touch events on the real widgets."""

    def tap(self, act: Any, value: str = "") -> None:
        """Touch what means `act` with `value`, and let go."""

    def draw(self, strokes: Any) -> None:
        """Write into the signing field; strokes in millimetres from its upper left corner."""


@dataclass
class Tour:
    """Watches the pages, does the person's actions, and records what was seen in `folder`.

    `save` writes a screenshot; `patience` in seconds ends a tour that gets stuck.
    """

    folder: Path
    person: ScriptedPerson
    finger: TourFinger
    hand: Hand
    save: Callable[[Path], None]
    seconds: Callable[[], float]
    spoken_seconds: Callable[[Page], float]
    patience: float
    over: bool = False
    pages: list[dict[str, Any]] = field(default_factory=list)
    touches: int = 0
    typed_characters: int = 0
    complete: bool = False
    _began: float = 0.0
    _not_before: float = 0.0
    _page: Page | None = None
    _seen: set[str] = field(default_factory=set)
    _pending: Page | None = None
    _held: tuple[Page, Tap] | None = None
    _last: Tap | None = None

    def begin(self) -> None:
        """Start the clock and delete pictures and report of an earlier tour in the folder."""
        self._began = self.seconds()
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in (*self.folder.glob("[0-9][0-9]-*.png"), *self.folder.glob("tour.json")):
            old.unlink()

    def take(self, page: Page) -> None:
        """Record the page that is shown now."""
        if self._page is None or page.name != self._page.name:
            self.hand.arrived(page.name)
        self._page, self._pending = page, page

    def tick(self) -> None:
        """Do the next action, if there is one; called on the main thread between frames."""
        if self.seconds() - self._began > self.patience:
            self.over = True
        elif self.seconds() < self._not_before:
            return
        elif self._held is not None:
            (page, tap), self._held = self._held, None
            self._do(page, tap)
        elif self._pending is not None:
            page, self._pending = self._pending, None
            action = self.person.decide(page)
            # The same key twice: the press model takes a second press within 0.3 s for the same
            # one.
            if isinstance(action, Tap) and action == self._last and action.typed:
                self._held, self._last = (page, action), None
                self._not_before += PACE_SECONDS - KEY_SECONDS
            else:
                self._do(page, action)

    def _do(self, page: Page, action: PersonAction) -> None:
        self._act(page, action)
        self._last = action if isinstance(action, Tap) else None
        last_card = isinstance(action, TakeCard) and page.name == "wiping"
        lifted = isinstance(action, TakeCard | TakeSsCard) and not last_card
        if lifted:
            self._pending = page
        pace = KEY_SECONDS if isinstance(action, Tap) and action.typed else PACE_SECONDS
        self._not_before = self.seconds() + (LIFT_SECONDS if lifted else pace)

    def report(self) -> dict[str, Any]:
        """Return the content of tour.json."""
        return {
            "complete": self.complete,
            "pages": self.pages,
            "touches": self.touches,
            "typed_characters": self.typed_characters,
            "spoken_seconds": round(sum(page["spoken_seconds"] for page in self.pages), 1),
            "seconds": round(self.seconds() - self._began, 1),
        }

    def _act(self, page: Page, action: PersonAction) -> None:
        if not isinstance(action, Tap) or not action.typed:
            self._picture(page)
        match action:
            case Tap(act, value, typed):
                self.touches += not typed
                self.typed_characters += typed
                self.finger.tap(act, value)
            case Sign(strokes):
                self.finger.draw(strokes)
            case Finished():
                self.complete = self.over = True
            case _:
                self._use_hand(action)

    def _use_hand(self, action: PersonAction) -> None:
        match action:
            case PutCard(whose):
                self.hand.put_card(whose)
            case TakeCard():
                self.hand.take_card()
            case InsertSsCard():
                self.hand.insert_ss_card()
            case TakeSsCard():
                self.hand.take_ss_card()
            case ScanSlip():
                self.hand.scan_slip()
            case ComeCloser():
                self.hand.come_closer()
            case ShowCode():
                self.hand.show_code()
            case Move(prompt):
                self.hand.move(prompt)

    def _picture(self, page: Page) -> None:
        key = json.dumps([page.name, page.title, [row.words for row in page.rows], page.hint])
        unsigned = page.name == "review" and not page.ink
        unseen = page.layout is Layout.CAMERA and page.hint_icon == "ready"
        if key in self._seen or unsigned or unseen:
            return
        self._seen.add(key)
        name = f"{len(self.pages) + 1:02d}-{page.name}.png"
        self.save(self.folder / name)
        self.pages.append(
            {
                "name": page.name,
                "picture": name,
                "words": words_of(page),
                "spoken": "　".join(one.words for one in page.spoken if not one.private),
                "spoken_seconds": round(self.spoken_seconds(page), 1),
                "choices": [choice.words for choice in page.presses()],
            }
        )


def words_of(page: Page) -> list[str]:
    """Return all texts on a page but those of its buttons."""
    found = [page.title, page.sentence, page.pill, page.hint, page.credit, page.banner, *page.count]
    if page.panel is not None:
        found += [page.panel.heading, *page.panel.lines]
    for row in page.rows:
        found += [row.label, row.words, row.reason]
    found += [text_of("demo.figure", words=one.words, number=one.number) for one in page.figures]
    found += [word for card in page.cards for word in (card.words, card.phrase)]
    if page.number is not None:
        found.append(in_groups(page.number.digits, page.number.groups))
    if page.time_bar is not None:
        bar = page.time_bar
        found += [bar.hero, bar.under, bar.question, bar.here, bar.inside]
        found += [*bar.earliest, *bar.latest]
    if page.slip is not None:
        found += [page.slip.label, page.slip.number, page.slip.remark]
    found += [word for stop in page.stops for word in (stop.when, stop.what)]
    return [word for word in found if word]
