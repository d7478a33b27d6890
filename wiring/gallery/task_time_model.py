"""A model of the fullest visit's touches and time: a scripted person on the pages, no screen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.clips import read_clips
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.speech.utterance import Voice
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured, PictureTaken
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.records.staff import StaffState
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, chosen, situation_of
from kiosk.visit.step_parts.samples import SIGNED
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.prepared.events import PreparedKnown
from kiosk.visit.steps.prepared.samples import ANSWERS, LOOKS
from kiosk.visit.steps.submission.samples import accepted
from kiosk.visit.steps.wiping.events import Wiped
from kiosk.visit.table import Table
from screens.scripted.person import (
    ComeCloser,
    Finished,
    PersonAction,
    PersonWait,
    PutCard,
    ScriptedPerson,
    Sign,
    TakeCard,
    Tap,
)
from screens.scripted.tour import words_of
from wiring.gallery.page_catalogue import demo_handbook, invented_person, step
from wiring.places import CONFIG, VOICE

PERSON = "liu"
PREPARED_PERSON = "wang"
PUNCTUATION = "，。、：；？！“” "
LIVE = {"dates": Tap(Press.OTHER_TIME), "other_time": Tap(Press.PICK, "0")}
APPLICANTS = ("notice", "proof", "review", "receipt", "rating", "wiping")
"""Pages that the applicant reads, hears and presses, also when a helper files."""
MEANWHILE = {
    "card": "lay_card",
    "proof": "look",
    "card_pin": "lay_card",
    "phone_code": "show_code",
    "receipt": "take",
    "wiping": "take",
}
"""The hands are busy while it is read or heard; their figures are those of the whole step."""


@dataclass
class Length:
    """What a visit took, in touches, pages and seconds.

    `silent`: reading the spoken sentences; `heard`: listening to them; `every_word`: reading all
    texts. Each of these is the whole visit, with hands and machine; `spoken` are the words alone.
    `by_page`: what `heard` is made of, by the name of the page.
    """

    touches: int = 0
    typed: int = 0
    pages: int = 0
    services: int = 0
    silent: float = 0.0
    heard: float = 0.0
    every_word: float = 0.0
    spoken: float = 0.0
    by_page: dict[str, float] = field(default_factory=dict)

    def hear(self, page: str, seconds: float) -> None:
        """Add seconds of whoever listens, on the page of this name."""
        self.heard += seconds
        self.by_page[page] = self.by_page.get(page, 0.0) + seconds


@dataclass
class Rehearsal:
    """Goes through a whole visit and adds up its time by the figures of config/operators.toml.

    `looks_around`: the person compares another retirement month before agreeing. `who` names the
    person in config/personas.
    """

    figures: Mapping[str, Mapping[str, float]]
    voice: Voice
    table: Table
    visit: Visit
    person: ScriptedPerson = field(default_factory=ScriptedPerson)
    length: Length = field(default_factory=Length)
    looks_around: bool = False
    who: str = PERSON
    _shown: set[str] = field(default_factory=set)
    _page: str = ""

    def run(self) -> Length:
        """Return the length of the visit from idle page to idle page."""
        while True:
            page = draw_page(self.visit, self.table)
            self._perceive(page)
            action = self._deed(page)
            if isinstance(action, Finished):
                return self.length
            self._do(action, page)

    def _deed(self, page: Page) -> PersonAction:
        if page.name in LIVE and self.looks_around:
            self.looks_around = page.name != "other_time"
            return LIVE[page.name]
        return self.person.decide(page)

    def _perceive(self, page: Page) -> None:
        """Add the time to read and hear what is new; a page met again is not read again."""
        said = [one for one in page.spoken if one.words not in self._shown and not one.private]
        every = [one for one in words_of(page) if one not in self._shown]
        self._shown |= {one.words for one in said} | set(every)
        if page.name == "idle" and self.length.pages:
            return  # the person has gone
        if not every:
            return
        turned, self._page = page.name != self._page, page.name
        self.length.pages += turned
        machine = self.figures["machine"]["seconds_a_page"] if turned else 0.0
        busy = self._busy(page)
        if page.waiting is not None or page.name == "submitting":
            # Gone when the machine is ready: the next page stops its speech, nobody reads it whole.
            self._spend(machine)
            return
        reading = self._reading([one.words for one in said])
        spoken = self.voice.utterance(said).seconds
        self.length.spoken += spoken
        self.length.silent += max(reading, busy) + machine
        self.length.hear(page.name, max(spoken, reading, busy) + machine)
        self.length.every_word += max(self._reading(every), busy) + machine

    def _busy(self, page: Page) -> float:
        """Return how many seconds the hands are busy while the page is read."""
        hands = MEANWHILE.get(page.name)
        return self.figures["hands"][hands] if hands else 0.0

    def _reading(self, texts: list[str]) -> float:
        count = sum(sign not in PUNCTUATION for text in texts for sign in text)
        return count / self.figures["reading"]["characters_a_minute"] * 60

    def _spend(self, seconds: float) -> None:
        self.length.silent += seconds
        self.length.hear(self._page, seconds)
        self.length.every_word += seconds

    def _do(self, action: PersonAction, page: Page) -> None:
        hands = self.figures["hands"]
        match action:
            case Tap(act, value, typed):
                self._touch(typed=typed)
                self._happen(Pressed(act, value))
            case Sign():
                self.length.touches += 1
                self._spend(hands["sign"])
                self._happen(Pressed(Press.CONFIRM))
                self._happen(Drawn(SIGNED))
            case PutCard():
                self._happen(CardRead(invented_person(self.who)[0]))
            case TakeCard():
                self._happen(Wiped())
            case ComeCloser() | PersonWait() | Finished():
                self._answer(page, hands)

    def _touch(self, *, typed: bool) -> None:
        touching = self.figures["touching"]
        if typed:
            self.length.typed += 1
            self._spend(self.figures["typing"]["seconds_a_character"])
        else:
            self.length.touches += 1
            self._spend(touching["seconds_to_decide"] + touching["seconds_a_touch"])

    def _answer(self, page: Page, hands: Mapping[str, float]) -> None:
        """Take the event that the person waits for on this page.

        Raises AssertionError for a page that the model does not know.
        """
        match page.name:
            case "proof":
                self._happen(FaceMatched(0.31, 0.42, "dlib128"))
            case "waiting":
                self._spend(self.figures["machine"]["seconds_to_ask"])
                self._happen(self._told())
            case "submitting":
                self.length.services = len(chosen(self.visit, self.table.book))
                self._spend(self.figures["machine"]["seconds_to_submit"])
                self._happen(accepted(self.visit))
            case "materials":
                self._spend(hands["take"])
                self._happen(PictureTaken(self.visit.papers.capturing, 1))
            case "picture":
                self._capture()
            case other:
                raise AssertionError(f"nobody knows what to do on {other}")

    def _told(self) -> Event:
        """Return what the central service answers about the person."""
        return FactsKnown(invented_person(self.who)[1])

    def _capture(self) -> None:
        from kiosk.application.scan import CapturedPaper

        paper = CapturedPaper("d" * 64, "b" * 64, 1, self.visit.application_id)
        self._happen(PaperCaptured(self.visit.papers.capturing, paper))

    def _happen(self, what: Event) -> None:
        self.visit = step(self.table, self.visit, what)


@dataclass
class PreparedRehearsal(Rehearsal):
    """A visit of somebody for whom the central service prepared everything (免申即享)."""

    def _told(self) -> Event:
        if self.visit.stage is Stage.PREPARED:
            services = chosen(self.visit, self.table.book)
            return PreparedKnown(situation_of(self.visit).first, services, ANSWERS, LOOKS)
        return FactsKnown(replace(invented_person(self.who)[1], prepared=True))


@dataclass
class AssistedRehearsal(Rehearsal):
    """A visit that a helper files from desk to desk; the applicant does their own part."""

    def _perceive(self, page: Page) -> None:
        if page.name in APPLICANTS:
            super()._perceive(page)
        elif page.name != self._page:
            self._page = page.name
            self.length.pages += 1
            pause = self.figures["machine"]["seconds_a_page"]
            self._spend(self.figures["helper"]["seconds_a_page"] + pause)

    def _deed(self, page: Page) -> PersonAction:
        if page.name == "desk":
            return Finished() if self.length.touches else Tap(Press.FILE_FOR)
        return super()._deed(page)

    def _do(self, action: PersonAction, page: Page) -> None:
        if isinstance(action, PutCard):
            self._spend(self.figures["helper"]["lay_card"])
            self._happen(CardRead(invented_person(PERSON)[0]))
        else:
            super()._do(action, page)

    def _touch(self, *, typed: bool) -> None:
        if self._page in APPLICANTS:
            super()._touch(typed=typed)
            return
        self.length.typed += typed
        self.length.touches += not typed
        quick = "seconds_a_character" if typed else "seconds_a_touch"
        self._spend(self.figures["helper"][quick])


def rehearse_assisted() -> Length:
    """Return the length of the fullest visit that a helper files for a person who is present."""
    figures = tomllib.loads((CONFIG / "operators.toml").read_text("utf-8"))
    book = demo_handbook()
    helper = Session("H-0001", Role.HELPER, ROLE_RIGHTS[Role.HELPER])
    first = Visit(
        "v-1",
        "00000000-0000-4000-8000-000000000001",
        stage=Stage.DESK,
        staff=StaffState(session=helper),
    )
    voice = Voice(read_clips(VOICE), book.readings)
    return AssistedRehearsal(figures, voice, build_table(book), first).run()


def rehearse_prepared() -> Length:
    """Return the length of the visit of somebody for whom everything was prepared."""
    figures, voice, table, visit = first_visit()
    return PreparedRehearsal(figures, voice, table, visit, who=PREPARED_PERSON).run()


def rehearse(*, looks_around: bool = False) -> Length:
    """Return the length of the fullest visit: 16 of 18 services, all facts known beforehand."""
    figures, voice, table, visit = first_visit()
    return Rehearsal(figures, voice, table, visit, looks_around=looks_around).run()


def first_visit() -> tuple[Mapping[str, Mapping[str, float]], Voice, Table, Visit]:
    """Return the figures, the voice, the steps and the idle visit of a rehearsal."""
    figures = tomllib.loads((CONFIG / "operators.toml").read_text("utf-8"))
    book = demo_handbook()
    visit = Visit("v-1", "00000000-0000-4000-8000-000000000001")
    return figures, Voice(read_clips(VOICE), book.readings), build_table(book), visit
