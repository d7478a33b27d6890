"""Visits during which devices fail and people press anything or walk away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from kiosk.failures import Failure
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed, StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.idling import IdleWarning, Timeout
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceFailed, FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown
from kiosk.visit.steps.idle.events import DeviceBack, DeviceLost
from kiosk.visit.steps.submission.events import Accepted, Pending, Refused, Stored
from kiosk.visit.steps.wiping.events import Wiped
from screens.scripted.person import (
    ComeCloser,
    PersonWait,
    PutCard,
    ScriptedPerson,
    Sign,
    TakeCard,
    Tap,
)
from script.benches.visits.visiting import BenchVisits, Hands, by_events
from wiring.gallery.page_catalogue import demo_handbook

FAULTY = 0.10  # so many answers of devices are failures
UNASKED = 0.03  # before so many actions something happens that nobody asked for
ASTRAY = 0.06  # so many presses are of something else that stands there
AWAY = 0.003
MOST_DEEDS = 150

UNASKED_EVENTS: Sequence[Event] = (
    IdleWarning(),
    CardLifted(),
    DeviceLost(Failure.READER_LOST),
    DeviceBack(),
    FaceFailed(Failure.CAMERA_LOST),
    PrintFailed(Failure.PAPER_OUT),
    FactsUnknown(Failure.CENTRAL_UNREACHABLE),
    Pending(),
    Refused(),
)


def failed(answer: Event, random: Random) -> Event:
    """Return what comes instead of a good answer when its device fails."""
    match answer:
        case CardRead():
            ways = (Failure.CARD_MOVED, Failure.READER_LOST, Failure.CARD_EXPIRED)
            return CardFailed(random.choice(ways))
        case FaceMatched():
            return FaceFailed(random.choice((Failure.FACE_NOT_ALIKE, Failure.CAMERA_LOST)))
        case FactsKnown():
            return FactsUnknown(Failure.CENTRAL_UNREACHABLE)
        case PaperCaptured():
            return PaperFailed(Failure.PAPER_CUT_OFF)
        case Stored():
            return StoreFailed(Failure.DISK_FULL)
        case Accepted():
            return random.choice((Pending(), Refused()))
        case Printed():
            return PrintFailed(Failure.PAPER_OUT)
        case _:
            return answer


@dataclass
class TroubledVisits(BenchVisits):
    """Visits in which anything may fail; at the end of each the idle page is there again."""

    def struggle(self, hands: Hands) -> None:
        """Run the next person's visit until the idle page is there again."""
        self._card, self._facts = self.invent()
        self.happened.clear()
        person = ScriptedPerson()
        for _ in range(MOST_DEEDS):
            self._hear()
            if self.visit.stage is Stage.WIPING or self.random.random() < AWAY:
                break
            if self.random.random() < UNASKED:
                self.happen(self.random.choice(UNASKED_EVENTS))
            else:
                self._deed(person, hands)
        self._leave()
        assert self.visit.stage is Stage.IDLE, self.visit.stage
        self.count += 1

    def _hear(self) -> None:
        while self._answers:
            self.happen(self._maybe(self._answers.popleft()))

    def _maybe(self, answer: Event) -> Event:
        return failed(answer, self.random) if self.random.random() < FAULTY else answer

    def _deed(self, person: ScriptedPerson, hands: Hands) -> None:
        page = self.page
        action = None if self.random.random() < ASTRAY else wanted(person, page)
        match action:
            case Tap() | Sign():
                hands(action)
            case PutCard():
                self.happen(self._maybe(CardRead(self._card)))
            case ComeCloser() | PersonWait():
                self.happen(self._maybe(FaceMatched(0.31, 0.42, "dlib128")))
            case TakeCard():
                self.happen(CardLifted())
            case _:
                offered = [*pressable(page)]
                if offered:
                    press = self.random.choice(offered)
                    hands(Tap(press.act, press.value))

    def _leave(self) -> None:
        """Let time run out, as after a person has left."""
        self._answers.clear()
        for what in (DeviceBack(), Stored(), Pending(), Timeout(), Wiped()):
            if self.visit.stage is not Stage.IDLE:
                self.happen(what)
        self._answers.clear()
        if self.visit.stage is Stage.IDLE:
            self._begin()


def wanted(person: ScriptedPerson, page: Page) -> object:
    """Return the action of somebody who knows the way; None where the script does not go on."""
    if page.number is not None:
        meant = person.answers.get(page.name, "")
        if not meant.startswith(page.number.digits) and Pressed(Press.ERASE) in [*pressable(page)]:
            return Tap(Press.ERASE)
    try:
        action = person.decide(page)
    except (AssertionError, IndexError, KeyError, StopIteration):
        return None
    if isinstance(action, Tap) and Pressed(action.act, action.value) not in [*pressable(page)]:
        return None
    return action


def pressable(page: Page) -> Iterator[Pressed]:
    """Yield what a finger can press on a page."""
    for choice in page.presses():
        yield Pressed(choice.act, choice.value)
    for row in page.rows:
        if row.act is not None:
            yield Pressed(row.act, row.value)
    if page.number is not None:
        yield from (Pressed(Press.DIGIT, digit) for digit in "0123456789")


def recorded(ways: int, random: Random) -> list[tuple[Event, ...]]:
    """Return the events of `ways` troubled visits."""
    people = TroubledVisits(demo_handbook(), lambda _page: None, random)
    hands, found = by_events(people), []
    for _ in range(ways):
        people.struggle(hands)
        found.append(tuple(people.happened))
    return found
