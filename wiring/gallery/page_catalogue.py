"""The catalogue of all pages, found by trying every press and every answer of a device.

Nothing is listed by hand, so that a new stage, page on top or failure shows up by itself. What
devices can answer at a stage, its step says in `samples.py` of its folder.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages

from kiosk.application.document import Way
from kiosk.config.schema import Reader, read_table
from kiosk.config.settings import (
    DocumentPrinterSettings,
    PaperCameraSettings,
    ScannerSettings,
    SsCardReaderSettings,
)
from kiosk.config.settings_reader import read_settings
from kiosk.pages.display import View
from kiosk.pages.page import Page, Row
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import CardKind, IdCard, Sex
from kiosk.staff.roles import Role
from kiosk.visit import steps
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered, Event, PlainEvent
from kiosk.visit.events.idling import IdleWarning
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.records.identity import InspectionStep
from kiosk.visit.reference_data import ReferenceData, read_handbook
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, awaits_person, sees_facts
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.step_parts.samples import (
    SAMPLE_NOW,
    SIGNED,
    SampleSource,
    login_samples,
    session_of,
)
from kiosk.visit.steps.catalogue import STEP_OF, build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound
from kiosk.visit.table import Table
from kiosk.visit.transition import Step
from wiring.places import CONFIG, DEFAULTS

NUMBERS = {
    "staff_pin": "730492",
    "account": "6217001234567890120",
    "child_birth": "19920314",
    "only_child_cert": "3416000000000306",
    "conclusion_no": "3416202600000012",
    "special_years": "12",
    "authority_until": "20271231",
    "principal_number": "341623197603200342",
    "own_number": "341602197903120035",
    "code": "730492",
    "card_pin_number": "730492",
    "guided_slip": "7304",
}
MOBILE = "13900001234"
ALIKE = frozenset(Stage) - {Stage.PROOF, Stage.OTHER_PROOF, Stage.FACTS, Stage.CHOOSE, Stage.FORM}
"""Stages that lead to the same pages for everybody."""
FORM_STEP = 3


SamplesAt = Callable[[Visit, SampleSource], Iterator[Event]]


@dataclass(frozen=True)
class GalleryPage:
    """One page of the catalogue: a name that a file can have, and the visit that shows it."""

    name: str
    visit: Visit

    def page(self, table: Table, view: View) -> Page:
        """Return the page as it is drawn for this text size, contrast and reach."""
        shown = replace(self.visit, display=replace(self.visit.display, view=view))
        return draw_page(shown, table)


@cache
def demo_handbook() -> ReferenceData:
    """Return words and rules with the demo's settings, a camera for papers and a scanner."""
    settings = read_settings(DEFAULTS, CONFIG / "profiles" / "demo.toml")
    furnished = replace(
        settings,
        paper_camera=PaperCameraSettings("http://camera.invalid"),
        document_printer=DocumentPrinterSettings("ipp://printer.invalid/ipp/print"),
        code_scanner=ScannerSettings("/dev/kiosk/scanner", phone_proof=True),
        ss_card_reader=SsCardReaderSettings("pcsc://"),
    )
    return read_handbook(CONFIG, furnished)


@cache
def demo_table() -> Table:
    """Return the steps of a visit with the demo's words and rules."""
    return build_table(demo_handbook())


@cache
def invented_person(name: str) -> tuple[IdCard, SharedFacts]:
    """Return the card of an invented person of config/personas, and the offices' facts."""
    path = CONFIG / "personas" / f"{name}.toml"
    table = read_table(path)
    card = {key: said for key, said in table["card"].items() if key in IdCard.__dataclass_fields__}
    card.setdefault("valid_until")
    card |= {"kind": CardKind(card["kind"]), "sex": Sex(card["sex"])}
    facts = Reader(path).build(SharedFacts, table["facts"], "facts")
    assert facts is not None
    return IdCard(**card), facts


@cache
def reached_pages() -> tuple[tuple[Visit, Page], ...]:
    """Return a visit and its page for every kind of page that can be reached in the demo."""
    return tuple(walk_pages(demo_table()))


@cache
def gallery_pages() -> tuple[GalleryPage, ...]:
    """Return every page with different words once, in the order in which it is reached."""
    shown: dict[str, GalleryPage] = {}
    for visit, page in reached_pages():
        words = "".join(page_words(page))
        if words not in shown:
            count = sum(one.name.split(".")[0] == page.name for one in shown.values())
            shown[words] = GalleryPage(f"{page.name}.{count + 1:02}", visit)
    return tuple(shown.values())


def walk_pages(table: Table) -> Iterator[tuple[Visit, Page]]:
    """Yield a visit and its page for every kind of page that can be reached from the idle page.

    Breadth first: a page of a kind that was seen before is not followed.
    """
    source = SampleSource(table.book, invented_person)
    fresh = Visit("v-1", "00000000-0000-4000-8000-000000000001")
    trial = replace(fresh, stage=Stage.PILOT)  # reached from the idle page where a trial is on
    waiting = deque([fresh, trial, proved_proxy(table, fresh)])
    seen: set[object] = set()
    reached_pages: dict[Stage, Visit] = {}
    while waiting:
        visit = waiting.popleft()
        page = draw_page(visit, table)
        if (kind := kind_of_page(visit, page)) in seen:
            continue
        seen.add(kind)
        yield visit, page
        # What is prepared comes to its review sooner, and leaves no draft.
        if visit.facts.situation is not None and not visit.facts.prepared_use:
            reached_pages.setdefault(visit.stage, visit)
        # A draft is found only by somebody who left one: it is made of the first review.
        if reached_pages.get(Stage.REVIEW) is visit:
            waiting.append(step(table, reached_pages[Stage.FACTS], DraftFound(draft_of(visit))))
        # A back entry is reached by the staff alone; its page after the signature is tried here.
        if reached_pages.get(Stage.SIGNING) is visit:
            signed = replace(
                visit,
                on_behalf=replace(visit.on_behalf, way=Way.BACK_ENTRY),
                staff=replace(visit.staff, session=session_of(Role.WINDOW)),
                signature=replace(visit.signature, ink=SIGNED),
            )
            waiting.append(step(table, signed, Pressed(Press.SIGNED)))
        after = (step(table, visit, event) for event in events_at(visit, page, source))
        # Another size, contrast or reach shows the same page, which each variant draws.
        waiting += (one for one in after if one.display.view == visit.display.view)
        waiting += further_parts(table, visit, page)
        if page.number is not None:
            waiting += with_typed_number(table, visit, page)


def proved_proxy(table: Table, visit: Visit) -> Visit:
    """Return the visit of a friend or relative who was proved.

    The pages before are the same for all.
    """
    card = CardRead(invented_person("wang")[0])
    face = FaceMatched(0.31, 0.42, "dlib128")
    for what in (Pressed(Press.START_PROXY), Pressed(Press.AGREE), card, face):
        visit = step(table, visit, what)
    return visit


def step(table: Table, visit: Visit, what: Event) -> Visit:
    """Return the visit after an event."""
    return table.step(visit, Answered(what), SAMPLE_NOW)[0]


def kind_of_page(visit: Visit, page: Page) -> object:
    """Return the key by which pages are of one kind: words without digits, and what may follow."""
    words = re.sub(r"[0-9]+", "0", "|".join(page_words(page)))
    if visit.overlay:
        return visit.overlay, words
    if visit.stage is Stage.DESK and visit.staff.session is not None:
        return visit.staff.session.role, visit.staff.taken_over, visit.failure, words
    if visit.stage in (Stage.PRINCIPAL, Stage.AUTHORITY):
        return visit.stage, visit.on_behalf.way, visit.failure, words
    if visit.stage is Stage.PROOF and visit.on_behalf.principal_consent is not None:
        return visit.stage, visit.on_behalf.way, bool(visit.failure)
    # A filing that awaits the person has pages whose words are those of an own filing.
    if visit.stage in ALIKE:
        return visit.stage, visit.purpose, visit.failure, awaits_person(visit), words
    situation = visit.facts.situation
    way = (situation.route, situation.facts.get("kind")) if situation else None
    born = visit.identity.card.birth.year if visit.identity.card else None
    part = min(visit.display.part, 1) if visit.stage is Stage.FORM else visit.display.part
    hidden = not sees_facts(visit)
    return visit.stage, visit.purpose, part, visit.failure, born, way, hidden, words


def page_words(page: Page) -> Iterator[str]:
    """Yield what the person reads; rows of long lists only as their number."""
    yield from (page.name, page.title, page.sentence, page.hint, page.pill)
    yield from (choice.words for choice in page.choices)
    if page.panel is not None:
        yield from (page.panel.heading, *page.panel.lines)
    yield from sorted({row.act.value for row in page.rows if row.act is not None})
    yield "" if page.step == FORM_STEP else str(len(page.rows))
    typed_so_far = page.number.digits if page.number else ""
    whole = page.number is not None and len(typed_so_far) >= sum(page.number.groups)
    yield "whole" if whole else "some" if typed_so_far else ""
    yield "written" if page.writing is not None and page.writing.text else ""
    yield f"{any(row.mend for row in page.rows)}{bool(page.ink)}"


def further_parts(table: Table, visit: Visit, page: Page) -> Iterator[Visit]:
    """Yield the visit at each further part of the page's list, until the list starts again.

    Parts between may read alike and would not be followed, but only the last one leads on.
    """
    shown: set[tuple[Row, ...]] = set()
    while visit.display.part == len(shown) and Press.MORE in {one.act for one in page.presses()}:
        if page.rows in shown:
            return
        shown.add(page.rows)
        visit = step(table, visit, Pressed(Press.MORE))
        page = draw_page(visit, table)
        yield visit


def with_typed_number(table: Table, visit: Visit, page: Page) -> Iterator[Visit]:
    """Yield the visit with half a number typed, and with a valid one."""
    digits = NUMBERS.get(page.name, MOBILE)
    for wanted in (digits[: len(digits) // 2], digits):
        after = visit
        for digit in wanted:
            after = step(table, after, Pressed(Press.DIGIT, digit))
        yield after


def events_at(visit: Visit, page: Page, source: SampleSource) -> Iterator[Event]:
    """Yield every event that can happen on this page."""
    yield from (Pressed(one.act, one.value) for one in page.presses() if one.act is not Press.DIGIT)
    yield from (Pressed(row.act, row.value) for row in page.rows if row.act is not None)
    yield IdleWarning()
    if visit.overlay:
        return
    if visit.identity.doubted is None:
        yield from answers_at(visit, source)
    elif visit.identity.doubted.step is InspectionStep.LOGIN:
        yield from login_samples(visit, source)


def answers_at(visit: Visit, source: SampleSource) -> Iterator[Event]:
    """Yield what devices and the central service can answer at this stage.

    A step says so in its `samples.py`; without one, events without values are tried.
    """
    samples = samples_of_steps().get(visit.stage)
    if samples is not None:
        yield from samples(visit, source)
        return
    taken = (one.event for one in STEP_OF[visit.stage].transitions)
    plain = {one for one in taken if isinstance(one, type) and issubclass(one, PlainEvent)}
    yield from (one() for one in sorted(plain, key=lambda one: one.__name__))


@cache
def samples_of_steps() -> Mapping[Stage, SamplesAt]:
    """Return the samples of each stage whose step has them in its folder."""
    found: dict[Stage, SamplesAt] = {}
    for folder in walk_packages(steps.__path__, f"{steps.__name__}."):
        if folder.ispkg and find_spec(f"{folder.name}.samples") is not None:
            samples = import_module(f"{folder.name}.samples").samples
            values = vars(import_module(f"{folder.name}.transitions")).values()
            found |= {one.stage: samples for one in values if isinstance(one, Step)}
    return found
