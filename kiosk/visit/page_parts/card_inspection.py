"""Pages for a card that was read with doubts: the doubts, the staff's login, what to compare."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row
from kiosk.pages.press import Press
from kiosk.people.identity import INSPECTED_DOUBTS, CardDoubt, IdCard
from kiosk.people.inspection import as_in_number, can_be_confirmed
from kiosk.visit.page_parts.staff_login import login_page_of
from kiosk.visit.records.identity import InspectionStep
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.card_inspection import held_card

STEP = 1  # of the progress bar: the person still shows the card
UNREADABLE = "□"


def card_doubt(visit: Visit, book: ReferenceData) -> Page:
    """Return the page for the inspection's present step."""
    held = held_card(visit)
    match held.step:
        case InspectionStep.LOGIN:
            return login_page_of(visit, book, "card_inspector", step=STEP)
        case InspectionStep.COMPARING:
            return _comparison_page(held.card, book)
        case InspectionStep.REFUSED:
            return _window_page(book)
    return _doubts_page(visit, held.card, book)


def _doubts_page(visit: Visit, card: IdCard, book: ReferenceData) -> Page:
    words = book.words["card_doubt"]
    lines = [words["doubts"][one.value] for one in card.doubts if one in INSPECTED_DOUBTS]
    if visit.help.called:
        lines.append(words["called"])
    here = Choice(Press.VOUCH, words["here"], tone=ButtonStyle.PRIMARY)
    return Page(
        name="card_doubt",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        panel=Panel(words["heading"], tuple(lines)),
        choices=(
            Choice(Press.TRY_AGAIN, words["again"]),
            Choice(Press.REFUSE_CARD, words["window"]),
            *((here,) if can_be_confirmed(card) else ()),
        ),
    )


def _window_page(book: ReferenceData) -> Page:
    words = book.words["card_for_window"]
    lines = tuple(line.format(phone=book.settings.terminal.phone) for line in words["lines"])
    return Page(
        name="card_for_window",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        panel=Panel(words["heading"], lines),
        choices=(Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY),),
    )


def _comparison_page(card: IdCard, book: ReferenceData) -> Page:
    words = book.words["card_compare"]
    return Page(
        name="card_compare",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        rows=tuple(_comparison_rows(card, book)),
        choices=(
            Choice(Press.REFUSE_CARD, words["differs"]),
            Choice(Press.CONFIRM_CARD, words["same"], tone=ButtonStyle.PRIMARY, arrow=True),
        ),
    )


def _comparison_rows(card: IdCard, book: ReferenceData) -> Iterator[Row]:
    """Yield at most three rows, so that they fit in every size of text."""
    words, said = book.words["card_compare"], as_in_number(card)
    labels = words["labels"]
    for doubt, text, icon in (
        (CardDoubt.NAME, card.name, "user"),
        (CardDoubt.ADDRESS, card.address, "house-line"),
    ):
        if doubt in card.doubts:
            yield Row(_displayable(text), icon=icon, label=labels[doubt.value], private=True)
    born = words["day"].format(year=said.birth.year, month=said.birth.month, day=said.birth.day)
    shown = {CardDoubt.BIRTH: born, CardDoubt.SEX: words["sexes"][said.sex.value]}
    found = [doubt for doubt in shown if doubt in card.doubts]
    if found:
        label = _joined([labels[doubt.value] for doubt in found], words)
        value = _joined([shown[doubt] for doubt in found], words)
        yield Row(value, icon="calendar-blank", label=label, private=True)


def _joined(said: Sequence[str], words: Mapping[str, str]) -> str:
    return said[0] if len(said) == 1 else words["pair"].format(one=said[0], other=said[1])


def _displayable(text: str) -> str:
    """Return the text with a box for each character that no font can display.

    Those are U+FFFD and the private use areas, which cards use for rare characters.
    """
    return "".join(UNREADABLE if _is_undisplayable(one) else one for one in text)


def _is_undisplayable(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) == "Co"
