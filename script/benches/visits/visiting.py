"""Whole visits of invented people, one after another; devices answer at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from kiosk.application.scan import CapturedPaper
from kiosk.crypto.receipt import Receipt
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard
from kiosk.ports import Coach
from kiosk.visit import effects as do
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import Printed
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.papers import PaperCaptured, PictureTaken
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.render import draw_page, pages_after
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import SAMPLE_DUE as DUE
from kiosk.visit.step_parts.samples import SAMPLE_NOW as NOW
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceHint, FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FilingsKnown
from kiosk.visit.steps.submission.events import Accepted, Stored
from kiosk.visit.steps.wiping.events import Wiped
from kiosk.visit.table import Table
from screens.scripted.person import (
    ComeCloser,
    Finished,
    PersonAction,
    PutCard,
    ScriptedPerson,
    Sign,
    TakeCard,
    Tap,
)
from wiring.gallery.page_catalogue import invented_person

SURNAMES = "刘王李张陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "长青秀英建国桂兰玉华志明淑芬德福春梅永红文海"
PEOPLE = ("liu", "wang")
EVERY_LARGER, EVERY_BLACK = 3, 4  # so many people want larger text, or the black theme
PEN_SECONDS = 0.05

Hands = Callable[[Tap | Sign], None]
Show = Callable[[Page], None]


class StuckError(RuntimeError):
    """The scripted person can do nothing more, and no answer is due."""


@dataclass
class BenchVisits:
    """Steps the visit's table; a device's answer comes at once, after the page was shown.

    `show` is called with every page; `happened` are the events of the current visit.
    """

    book: ReferenceData
    show: Show
    random: Random
    visit: Visit = field(init=False)
    page: Page = field(init=False)
    count: int = 0
    happened: list[Event] = field(default_factory=list)
    _table: Table = field(init=False)
    _answers: deque[Event] = field(default_factory=deque)
    _card: IdCard = field(init=False)
    _facts: SharedFacts = field(init=False)

    def __post_init__(self) -> None:
        self._table = build_table(self.book)
        self._begin()

    def go(self, hands: Hands) -> None:
        """Run the next person's visit from idle page to idle page.

        `hands` does presses and strokes.
        """
        self._card, self._facts = self.invent()
        self.happened.clear()
        wishes = deque(self._wishes())
        person = ScriptedPerson()
        while not isinstance(action := self._decide(person, wishes), Finished):
            self._do(action, hands)
        self.count += 1

    def again(self, happened: Sequence[Event]) -> None:
        """Repeat an earlier visit's events with the next person's card and facts, without pages."""
        card, facts = self.invent()
        visit = Visit(f"v-{self.count}", f"00000000-0000-4000-8000-{self.count:012}")
        for what in happened:
            match what:
                case CardRead():
                    here: Event = CardRead(card)
                case FactsKnown():
                    here = FactsKnown(facts)
                case _:
                    here = what
            visit, _effects = self._table.step(visit, Answered(here), NOW)
        assert visit.stage is Stage.IDLE, visit.stage
        self.count += 1

    def next_pages(self) -> tuple[Page, ...]:
        """Return the pages to which one press leads now."""
        return pages_after(self.visit, self._table, NOW)

    def happen(self, what: Event) -> None:
        """Take one step and show the page, as the controller does."""
        self.happened.append(what)
        before = self.visit
        self.visit, effects = self._table.step(before, Answered(what), NOW)
        if isinstance(what, Wiped):
            self._begin()
        elif self.visit is not before:
            self._draw()
        self._answers.extend(answer for one in effects for answer in self._answer(one))

    def _begin(self) -> None:
        self.visit = Visit(f"v-{self.count}", f"00000000-0000-4000-8000-{self.count:012}")
        self._draw()

    def _draw(self) -> None:
        self.page = draw_page(self.visit, self._table)
        self.show(self.page)

    def _decide(self, person: ScriptedPerson, wishes: deque[Press]) -> PersonAction:
        while self._answers:
            self.happen(self._answers.popleft())
        if wishes and self.page.name in ("notice", "help"):
            return Tap(wishes.popleft())
        return person.decide(self.page)

    def _do(self, action: PersonAction, hands: Hands) -> None:
        match action:
            case Tap() | Sign():
                hands(action)
            case PutCard():
                self.happen(CardRead(self._card))
            case ComeCloser():
                self.happen(FaceMatched(0.31, 0.42, "dlib128"))
            case TakeCard():
                self.happen(Wiped())
            case _:
                raise StuckError(self.page.name)

    def _answer(self, effect: do.Effect) -> Iterator[Event]:
        match effect:
            case do.CheckFace():
                yield FaceHint(Coach.COME_CLOSER)
            case do.FetchFilings():
                yield FilingsKnown(())
            case do.FetchFacts():
                yield FactsKnown(self._facts)
            case do.CapturePaper(code):
                yield PictureTaken(code, 1)
            case do.KeepPicture(application_id, code):
                yield PaperCaptured(code, CapturedPaper("d" * 64, "b" * 64, 1, application_id))
            case do.Submit():
                yield Stored()
                yield Accepted(receipt_for(self.visit))
            case do.PrintSlip():
                yield Printed()

    def _wishes(self) -> Iterator[Press]:
        if self.count % EVERY_LARGER == 0:
            yield from [Press.LARGER] * (1 + self.count // EVERY_LARGER % 2)
        if self.count % EVERY_BLACK == 0:
            yield from (Press.HELP, Press.CONTRAST, Press.STAY)

    def invent(self) -> tuple[IdCard, SharedFacts]:
        """Return card and facts of somebody whose name and account nobody had before."""
        card, facts = invented_person(PEOPLE[self.count % len(PEOPLE)])
        name = self.random.choice(SURNAMES) + "".join(self.random.sample(GIVEN, 2))
        account = "".join(self.random.choices("0123456789", k=19))
        return replace(card, name=name), replace(facts, account=account)


def receipt_for(visit: Visit) -> Receipt:
    number = f"亳退 {visit.application_id[-4:]} 7138"
    return Receipt(visit.application_id, "d" * 64, "BZ", 1, number, NOW, DUE, "k")


def by_events(visits: BenchVisits) -> Hands:
    """Return hands that press without a screen: by the events that a finger would cause."""

    def do_it(action: Tap | Sign) -> None:
        match action:
            case Tap(act, value):
                visits.happen(Pressed(act, value))
            case Sign(strokes):
                ink = tuple(
                    tuple((x, y, PEN_SECONDS * at) for at, (x, y) in enumerate(stroke))
                    for stroke in strokes
                )
                visits.happen(Pressed(Press.CONFIRM))
                visits.happen(Drawn(ink))

    return do_it
