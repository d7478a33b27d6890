"""Pages of the review of the application, with the signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.date_words import length_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said
from kiosk.pages.press import Press
from kiosk.retirement.materials import Resolution
from kiosk.retirement.situation import Situation
from kiosk.visit.page_parts.wording import in_groups, month_words, private_text, sentence_or_failure
from kiosk.visit.records.facts import PreparedUse
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import (
    Visit,
    awaits_person,
    card_of,
    chosen,
    paper_set,
    sees_facts,
    situation_of,
)

NUMBER_GROUPS = (6, 4, 4, 4)
Words = Mapping[str, Any]
OPT_OUT = "opt_out"
IN_ORDER = "in_order"


def review_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the application's main facts and the field to sign in."""
    words, rows = book.words["review"], _review_rows(visit, book)
    said = words[_sentence(visit, book)]
    open_to_all = {words["services"], words["month"]}
    return Page(
        name="review",
        layout=Layout.SIGN,
        title=words["title_prepared"] if _is_prepared(visit) else words["title"],
        sentence=sentence_or_failure(visit, book, said),
        spoken=(
            *(Said(row.words) for row in rows if row.label in open_to_all),
            *private_text(row for row in rows if row.label not in open_to_all),
        ),
        step=5,
        rows=rows,
        panel=Panel(words["here"]),
        ink=visit.signature.ink,
        corners=None,
        choices=(
            Choice(Press.CHANGE, words["change_prepared" if _is_prepared(visit) else "change"]),
            Choice(Press.WHOLE_FORM, words["whole_form"]),
            Choice(Press.SIGNED, words["done"], tone=ButtonStyle.PRIMARY),
            Choice(Press.CLEAR_INK, words["clear"], icon="eraser"),
        ),
        mend=visit.failure is not None,
    )


def _sentence(visit: Visit, book: ReferenceData) -> str:
    """Return which sentence tells what the signature is for."""
    if awaits_person(visit):
        return "sentence_unconfirmed"
    if _is_prepared(visit):
        return "sentence_prepared"
    promised = any(one.settled is Resolution.PROMISED for one in paper_set(visit, book))
    return "sentence_promised" if promised else "sentence"


def _is_prepared(visit: Visit) -> bool:
    return visit.facts.prepared_use is PreparedUse.SHOWN


def _looks_row(visit: Visit, words: Words) -> Row:
    """Return what the offices found beforehand: what is missing first."""
    gaps = [
        words["look_gaps"][one.finding].format(
            what=words["looks_at"][one.kind], months=length_words(one.months)
        )
        for one in visit.facts.looks
        if one.finding != IN_ORDER
    ]
    return Row("，".join(gaps) or words["looks_in_order"], label=words["looks"])


def _review_rows(visit: Visit, book: ReferenceData) -> tuple[Row, ...]:
    words, situation = book.words["review"], situation_of(visit)
    count = len(chosen(visit, book))
    mobile = visit.answers.get("mobile", "")
    rows = [
        Row(card_of(visit).name, label=words["name"]),
        Row(words["services_value"].format(count=count), label=words["services"]),
        *_month_row(situation, book),
    ]
    if not sees_facts(visit):
        number = Row(in_groups(card_of(visit).number, NUMBER_GROUPS), label=words["number"])
        return (rows[0], number, *rows[1:])
    rows.append(Row(in_groups(mobile, (3, 4, 4)) or words["no_mobile"], label=words["mobile"]))
    if "bank" in visit.answers:
        own = visit.answers["bank"] == "own"
        account = visit.facts.shared.account if visit.facts.shared else ""
        tail = (visit.answers.get("account", "") if own else account)[-4:]
        said = words["bank_own"] if own else words["bank_card"]
        if not tail:
            said = words["bank_unknown"]
        rows.append(Row(said.format(tail=tail), label=words["bank"]))
    if _is_prepared(visit):
        # A wide panel holds five rows in legible type; the name stands on the whole form.
        return (*rows[1:], _looks_row(visit, words))
    return tuple(rows)


def _month_row(situation: Situation, book: ReferenceData) -> tuple[Row, ...]:
    if not situation.seeks_pension:
        return ()
    return (Row(month_words(situation, book), label=book.words["review"]["month"]),)


def change_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay that asks what to change."""
    words = book.words["change"]
    rows = [
        *((Row(words["opt_out"], value=OPT_OUT, act=Press.PICK),) if _is_prepared(visit) else ()),
        Row(words["services"], value="services", act=Press.PICK),
        *(
            Row(question.label, value=question.field, act=Press.PICK)
            for question in book.questions
            if question.field in visit.answers and not question.is_dependent
        ),
    ]
    return Page(
        name="change",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=5,
        rows=tuple(rows[:6]),
        choices=(Choice(Press.STAY, words["none"]),),
    )
