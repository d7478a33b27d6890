"""Kiosk and phone give one person the same services, questions, papers and dates.

The kiosk's side is the page that screens/ draws; the phone's is the HTML that a browser gets. Both
walk by what their own page offers; people are drawn over the facts that decide.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard, Sex
from kiosk.visit.events.cards import CardRead
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FilingsKnown
from phone.painter import PageForm, PagePainter
from phone.platform_login import PlatformLoggedIn
from phone.posted import LEFT_OUT, events_of
from phone.steps import build_phone_table, read_phone_texts
from tests.kiosk.invented_people import (
    CONFIG,
    PICKED,
    ROOT,
    TYPED,
    InventedVisitor,
    persona,
)
from tests.phone.phone_house import SETTLES, phone_handbook
from tests.phone.shown import BrowserPage

QUICK, ALL, MOST_PAGES = 12, 500, 90
UNSHOWN = LEFT_OUT | {Press.CLEAR_INK}  # there is no ink yet
TEXTS = read_phone_texts(CONFIG)
BOOK = phone_handbook()
KIOSK = build_table(BOOK)
PHONE = build_phone_table(BOOK, TEXTS)
PAINTER = PagePainter(PHONE.book.words, TEXTS.site, ROOT / "assets")


def drawn_person(number: int) -> tuple[IdCard, SharedFacts]:
    """Somebody between 48 and 64, of either sex, with any facts."""
    random = Random(number)
    card, facts = persona(random.choice(("liu", "wang")))
    birth = date(random.randint(1962, 1978), random.randint(1, 12), random.randint(1, 28))
    sex = random.choice((Sex.MALE, Sex.FEMALE))
    changes: dict[str, Any] = {
        "kind": random.choice(("QY", "JG", "LH", "JM")),
        "category": random.choice(("", "M60", "W60", "F55", "F50")) if sex is Sex.FEMALE else "",
        "paid_months": random.randint(0, 480),
        "deemed_months": random.choice((0, 0, 24, 120)),
        "medical_months": random.randint(0, 400),
    }
    if sex is Sex.MALE:
        changes["category"] = random.choice(("", "M60"))
    if changes["category"] in ("M60", "W60") and sex is Sex.FEMALE:
        changes["category"] = "W60" if "W60" in _categories() else ""
    card = replace(card, birth=birth, sex=sex)
    return card, replace(facts, **{k: _typed(facts, k, v) for k, v in changes.items()})


def _categories() -> set[str]:
    return {str(one) for one in BOOK.age_rules.categories}


def _typed(facts: SharedFacts, name: str, value: Any) -> Any:
    kind = type(getattr(facts, name))
    try:
        return kind(value)
    except ValueError:
        return getattr(facts, name)


def at_kiosk(card: IdCard, facts: SharedFacts) -> InventedVisitor:
    visitor = InventedVisitor(table=KIOSK)
    visitor.press(Press.START_SELF).press(Press.AGREE).happen(CardRead(card))
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128")).happen(FilingsKnown(()))
    return visitor.happen(FactsKnown(facts))


def on_phone(card: IdCard, facts: SharedFacts) -> InventedVisitor:
    visitor = InventedVisitor(table=PHONE)
    visitor.press(Press.START_SELF).press(Press.AGREE)
    visitor.happen(PlatformLoggedIn(replace(card), "token")).happen(FilingsKnown(()))
    return visitor.happen(FactsKnown(facts))


def shown(visitor: InventedVisitor) -> BrowserPage:
    return BrowserPage(PAINTER.paint(visitor.page, PageForm("token", 0)))


def words_of(page: Page) -> list[str]:
    """What the kiosk draws of services, questions, papers and dates on this page."""
    rows = [text for row in page.rows for text in (row.group, row.label, row.words, row.reason)]
    bar = page.time_bar
    dates = [bar.hero, bar.under, bar.question, bar.here, *bar.earliest, *bar.latest] if bar else []
    panel = [page.panel.heading, *page.panel.lines] if page.panel else []
    choices = [
        text for one in page.choices if one.act not in UNSHOWN for text in (one.words, one.under)
    ]
    found = [page.title, page.sentence, page.pill, *rows, *dates, *panel, *page.count, *choices]
    return [" ".join(text.split()) for text in found if text]


def press_of(page: Page, html: BrowserPage) -> tuple[str, dict[str, str]]:
    """What somebody who answers all there is presses, by the browser's page alone."""
    if "digits" in html.fields:
        return "next ", {"digits": TYPED.get(page.name, "0")}
    if "text" in html.fields:
        return "next ", {"text": "英"}
    for act in (*SETTLES, "next "):
        if act in html.buttons:
            return act, {}
    wanted = f"pick {PICKED.get(page.name, '')}"
    picks = [one for one in html.buttons if one.startswith("pick ")]
    return (wanted if wanted in picks else picks[0]), {}


def compare(number: int) -> int:
    """Walk one person through both; return how many pages were compared."""
    card, facts = drawn_person(number)
    kiosk, phone, pages = at_kiosk(card, facts), on_phone(card, facts), 0
    for _ in range(MOST_PAGES):
        page, html = kiosk.page, shown(phone)
        assert phone.page.name == page.name, (number, page.name)
        if page.layout.value != "write":
            missing = [text for text in words_of(page) if text not in html.words]
            assert not missing, (number, page.name, missing)
            rows = {(row.act, row.value) for row in page.rows if row.act is not None}
            wanted = {f"{act.value} {value}" for act, value in rows}
            assert wanted <= html.buttons.keys(), (number, page.name)
        pages += 1
        if page.name == "review" or page.name in ("open_case", "progress"):
            break
        act, fields = press_of(page, html)
        for what in list(events_of({**fields, "press": act}, phone.visit, phone.page)):
            phone.happen(what)
            kiosk.happen(what)
    assert page.name in ("review", "progress", "resident", "drawn"), (number, page.name)
    assert phone.visit.answers == kiosk.visit.answers
    return pages


@pytest.mark.parametrize("number", range(QUICK))
def test_a_drawn_person_gets_the_same_from_both(number: int):
    assert compare(number) > 2


@pytest.mark.slow
def test_500_drawn_people_get_the_same_from_both():
    assert sum(map(compare, range(ALL))) > 10 * ALL


def test_a_painter_that_drops_a_row_is_found(monkeypatch):
    paint = PagePainter.paint
    fewer = lambda self, page, form: paint(self, replace(page, rows=page.rows[1:]), form)  # noqa: E731
    monkeypatch.setattr(PagePainter, "paint", fewer)
    with pytest.raises(AssertionError):
        compare(0)
