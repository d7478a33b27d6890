"""Pages that the screens must be able to draw: at least one sample for every layout."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.failures import Failure
from kiosk.pages.display import TextSize
from kiosk.pages.page import (
    Choice,
    Layout,
    Page,
    Writing,
)
from kiosk.pages.press import Press
from kiosk.ports import Bell
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import BellTold
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.sign_films import SignFilm, SignFilms
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.desk.page import DESK_ROWS
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown
from kiosk.visit.steps.maintenance.events import Examined
from kiosk.visit.steps.maintenance.page import CARDS
from kiosk.visit.steps.maintenance.samples import sheets
from kiosk.visit.steps.submission.events import Accepted, Stored
from tests.kiosk.invented_people import InventedVisitor, handbook, persona, receipt_for
from tests.kiosk.staff_people import DESK as BUSY_DESK
from tests.kiosk.staff_people import ENGINEER
from tests.screens.sample_forms import (
    draft,
    facts,
    help_page,
    leaflet,
    out_of_service,
    quit_kept,
    quit_page,
    receipt,
    receipt_pending,
    review,
    still_here,
    stored_trouble,
    towns,
    waiting,
)
from tests.screens.sample_pages import (
    account,
    card,
    card_failed,
    choose,
    choose_six,
    dates,
    idle,
    live,
    materials,
    mobile,
    notice,
    progress,
    proof,
    rating,
    talent,
    wiping,
)

VOICE = (Choice(Press.SLOWER, "慢"), Choice(Press.LOUDER, "响"))
SIGHT = (Choice(Press.CONTRAST, "黑"), Choice(Press.LOWER, "低"))


def young() -> InventedVisitor:
    return InventedVisitor().with_young_facts()


def other_time() -> Page:
    return young().press(Press.OTHER_TIME).page


def other_way() -> Page:
    return young().press(Press.OTHER_TIME).press(Press.OTHER_WAY).page


def early_dates() -> Page:
    return young().press(Press.PICK, "R02").page


def assumed_dates() -> Page:
    facts = replace(persona("wang")[1], category="")
    return InventedVisitor().proved("wang").happen(FactsKnown(facts)).page


def choose_dropped() -> Page:
    return InventedVisitor().at_choose().press(Press.TOGGLE, "R01").press(Press.NEXT).page


def choose_ahead() -> Page:
    visitor = young()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    return visitor.page


def why() -> Page:
    return InventedVisitor().at_choose("wang").press(Press.WHY, "R16").page


def why_short() -> Page:
    return InventedVisitor().at_choose("wang").press(Press.WHY, "R12").page


def guide() -> Page:
    return InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE).page


def entry() -> Page:
    return InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE).press(Press.WHY, "R15").page


def living_elsewhere() -> InventedVisitor:
    visitor = (
        InventedVisitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "other")
    )
    return visitor.press(Press.PICK, "341622")


def places() -> Page:
    return living_elsewhere().page


def letters() -> Page:
    return living_elsewhere().press(Press.LETTERS).page


def places_by_letter() -> Page:
    visitor = living_elsewhere().press(Press.LETTERS)
    return visitor.press(Press.LETTER, visitor.page.rows[-1].value).page


def plan() -> Page:
    return InventedVisitor().at_receipt().press(Press.PLAN).page


def receipt_walked() -> Page:
    return InventedVisitor().at_receipt().page


def signed_before_the_month() -> InventedVisitor:
    """Whose pension begins in January, and who still has medical months to pay."""
    card, _ = persona("liu")
    later = replace(card, birth=card.birth.replace(month=8))
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).happen(CardRead(later))
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128")).filled_in()
    visitor.signed().happen(Stored())
    signed = replace(receipt_for(visitor.visit), due_on=date(2027, 1, 22))
    return visitor.happen(Accepted(signed))


def receipt_of_a_later_month() -> Page:
    return signed_before_the_month().page


def plan_of_a_later_month() -> Page:
    return signed_before_the_month().press(Press.PLAN).page


def kind() -> Page:
    return InventedVisitor().proved().happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE)).page


def told(kind: str) -> InventedVisitor:
    return InventedVisitor().offline(kind)


def resident() -> Page:
    return told("JM").page


def resident_choose() -> Page:
    return told("JM").press(Press.NEXT).press(Press.NEXT).page


def drawn() -> Page:
    facts = replace(persona("liu")[1], draws_pension=True)
    return InventedVisitor().proved().happen(FactsKnown(facts)).page


def fitting_rows(page: Page, size: TextSize) -> Page:
    """Return a list page with as many rows as a page of that text size has (T9)."""
    if page.layout is Layout.DESK:
        return replace(page, rows=page.rows[: DESK_ROWS[size]])
    if page.layout is Layout.STATUS:
        return replace(page, cards=page.cards[: CARDS[size]])
    if page.layout not in {Layout.LIST, Layout.FACTS, Layout.OPTIONS}:
        return page
    most = {TextSize.NORMAL: 6, TextSize.LARGE: 4, TextSize.LARGEST: 3}[size]
    return replace(page, rows=page.rows[:most])


def low_rows(page: Page) -> Page:
    """Return a page with as many rows as are shown to who sits."""
    return replace(page, rows=page.rows[: 1 if page.layout is Layout.DESK else 3])


def writing() -> Page:
    visitor = InventedVisitor().at_form()
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "other").press(
        Press.PICK, "341602"
    )
    for _ in range(2):
        visitor.press(Press.PICK, visitor.page.rows[0].value)
    for _ in range(12):
        visitor.press(Press.CHARACTER, "单元")
    return visitor.page


def writing_by_letters() -> Page:
    page = writing()
    long = Writing(
        page.writing.text if page.writing else "", "zhuang", "abcdefghijklmnopqrstuvwxyz"
    )
    return replace(page, writing=long, ink=())


def desk() -> Page:
    return InventedVisitor().at_desk(BUSY_DESK).page


def machine() -> Page:
    sheet = tuple(sheets(handbook()))[1]
    visitor = InventedVisitor().knocking().happen(LoggedIn(ENGINEER)).type("123456")
    return visitor.happen(LoggedIn(ENGINEER)).happen(Examined(sheet)).page


def nine_points() -> Page:
    visitor = InventedVisitor().knocking().happen(LoggedIn(ENGINEER)).type("123456")
    visitor.happen(LoggedIn(ENGINEER)).press(Press.GUIDED).press(Press.PICK, "touch")
    return visitor.press(Press.POINT, "5").page


def at_help_with_signs() -> InventedVisitor:
    films = tuple(
        SignFilm(f"{stage}.webm", "", stage, words, "无人")
        for stage, words in ((Stage.CARD, "请放身份证，照片朝上"), (Stage.RATING, "办得怎么样"))
    )
    table = build_table(replace(handbook(), signs=SignFilms(films)))
    visitor = InventedVisitor(table=table).press(Press.START_SELF).press(Press.AGREE)
    return visitor.press(Press.HELP).happen(BellTold(Bell.RINGING))


def help_with_signs() -> Page:
    return at_help_with_signs().page


def signs() -> Page:
    return at_help_with_signs().press(Press.SIGNS).page


ALL = (
    help_with_signs,
    signs,
    machine,
    nine_points,
    idle,
    desk,
    notice,
    card,
    card_failed,
    materials,
    wiping,
    proof,
    dates,
    choose,
    choose_six,
    progress,
    mobile,
    account,
    rating,
    talent,
    live,
    towns,
    facts,
    review,
    receipt,
    receipt_pending,
    help_page,
    leaflet,
    quit_page,
    quit_kept,
    draft,
    still_here,
    waiting,
    out_of_service,
    stored_trouble,
    other_time,
    other_way,
    early_dates,
    choose_ahead,
    assumed_dates,
    choose_dropped,
    why,
    why_short,
    guide,
    entry,
    places,
    letters,
    writing,
    writing_by_letters,
    places_by_letter,
    plan,
    receipt_walked,
    receipt_of_a_later_month,
    plan_of_a_later_month,
    kind,
    resident,
    resident_choose,
    drawn,
)
