"""A page speaks to its reader of the person whose matter it is."""

from __future__ import annotations

from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.visit.events.idling import IdleWarning
from kiosk.visit.stages import Stage
from kiosk.visit.steps.facts.events import FactsKnown
from screens.scripted.tour import words_of
from tests.kiosk.invented_people import InventedVisitor, persona
from tests.kiosk.pages.test_keypad_focus import ALOUD

OWN = ("您的退休时间", "您的手机号码", "您现在住", "打进您的", "我是")


def pages_until_review(visitor: InventedVisitor) -> list[Page]:
    visitor.happen(FactsKnown(persona("liu")[1]))
    pages = [visitor.page, visitor.press(Press.OTHER_TIME).page]
    pages.append(visitor.press(Press.OTHER_WAY).page)
    visitor.press(Press.STAY)
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        pages.append(visitor.page)
        visitor.press(Press.NEXT)
    while visitor.page.name in ("mobile", "live", "bank", "card_request", "pay_mode"):
        pages.append(visitor.page)
        match visitor.page.name:
            case "mobile":
                visitor.type("13900001234").press(Press.NEXT)
            case _:
                visitor.press(Press.PICK, visitor.page.rows[0].value)
    return pages


def texts(pages: list[Page]) -> str:
    return " ".join(
        word for page in pages for word in (*words_of(page), *(c.words for c in page.choices))
    )


def test_who_files_for_another_reads_of_that_person():
    for own in OWN:
        assert own not in texts(pages_until_review(InventedVisitor().authorised())), own
    assert "他的退休时间" in texts(pages_until_review(InventedVisitor().authorised()))


def test_who_files_for_oneself_reads_of_oneself():
    assert "您的退休时间" in texts(pages_until_review(InventedVisitor().proved()))


def test_what_is_asked_of_who_stands_here_stays_so():
    visitor = InventedVisitor().authorised().happen(FactsKnown(persona("liu")[1]))
    assert visitor.happen(IdleWarning()).page.title == "您还在吗？"


def test_all_of_it_is_recorded():
    pages = pages_until_review(InventedVisitor().authorised())
    missing = {text for page in pages for text in ALOUD.utterance(page.spoken).missing}
    assert not missing, "run script/voice"
