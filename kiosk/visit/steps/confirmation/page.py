"""Pages of the person's decision on what others filed in their name (本人确认)."""

from __future__ import annotations

from kiosk.application.confirmation import ConfirmationState, FiledForMe
from kiosk.date_words import day_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said
from kiosk.pages.press import Press
from kiosk.visit.page_parts.waiting import waiting_for
from kiosk.visit.page_parts.wording import private_text, sentence_or_failure
from kiosk.visit.pagination import cut, pages_left
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.shared_facts import facts_in_words

STEP = 1


def confirming_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page about the first undecided filing, or about what became of it."""
    if visit.confirming.decided is not None:
        return _outcome(visit.confirming.decided, visit, book)
    words, filed = book.words["confirming"], _filed(visit)
    rows = (
        Row(_who(filed, book), icon="users", label=words["who"], private=True),
        Row(_when_and_where(filed, book), icon="clock", label=words["when"], private=True),
        Row(
            words["what_value"].format(count=len(filed.services)),
            icon="path",
            label=words["what"],
            act=Press.PLAN,
            private=True,
        ),
    )
    said = words["sentence_started"]
    if filed.until is not None:
        said = words["sentence"].format(day=day_words(filed.until))
    if visit.confirming.decision is not None:
        said = words["sending"]
    return Page(
        name="confirming",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        step=STEP,
        spoken=tuple(Said(f"{row.label} {row.words}", private=True) for row in rows),
        rows=rows,
        choices=_answers(visit, book),
        waiting=waiting_for("sending", book) if visit.confirming.decision else None,
        mend=visit.failure is not None,
    )


def _answers(visit: Visit, book: ReferenceData) -> tuple[Choice, ...]:
    if visit.confirming.decision is not None:
        return ()
    words = book.words["confirming"]
    return (
        Choice(Press.REFUSE_FILING, words["refuse"]),
        Choice(Press.DECIDE_LATER, words["later"]),
        Choice(Press.CONFIRM_FILING, words["confirm"], tone=ButtonStyle.PRIMARY),
    )


def _outcome(state: ConfirmationState, visit: Visit, book: ReferenceData) -> Page:
    words, filed = book.words["confirmed"], _filed(visit)
    said = words["outcomes"][state.value]
    lines = tuple(line.format(day=day_words(filed.filed_on)) for line in said["lines"])
    return Page(
        name="confirmed",
        layout=Layout.MESSAGE,
        title=said["title"],
        sentence=said["sentence"],
        step=STEP,
        panel=Panel(words["heading"], lines),
        choices=(Choice(Press.NEXT, words["next"], tone=ButtonStyle.PRIMARY, arrow=True),),
    )


def filed_services_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay that lists the services of the filing."""
    words, services = book.words["filed_services"], book.catalogue.services
    rows = [
        Row(services[code].plain, icon="check-circle")
        for code in _filed(visit).services
        if code in services
    ]
    parts = cut(rows, visit.display.view)
    choices = [Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY)]
    if len(parts) > 1:
        choices.insert(0, Choice(Press.MORE, words["more"], arrow=True))
    return Page(
        name="filed_services",
        layout=Layout.LIST,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        rows=parts[visit.display.part % len(parts)],
        choices=tuple(choices),
    )


def filed_facts_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay with a part of what the offices add to the filing; the last confirms."""
    words = book.words["facts"]
    parts = cut(facts_in_words(_filed(visit).facts, words), visit.display.view)
    part, wrong = visit.display.part % len(parts), visit.confirming.wrong
    rows = tuple(
        Row(
            fact.value,
            words["disputed"] if fact.key in wrong else "",
            value=fact.key,
            act=Press.TOGGLE,
            label=fact.label,
            mend=fact.key in wrong,
            private=True,
        )
        for fact in parts[part]
    )
    count = pages_left(book, part, len(parts))
    goes_on = Choice(Press.MORE, words["next"], tone=ButtonStyle.PRIMARY, arrow=True)
    confirms = Choice(
        Press.CONFIRM_FILING, book.words["confirming"]["confirm"], tone=ButtonStyle.PRIMARY
    )
    return Page(
        name="filed_facts",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=words["sentence"],
        spoken=(*private_text(rows), Said(count)),
        step=STEP,
        rows=rows,
        count=(count,),
        choices=(confirms if part == len(parts) - 1 else goes_on,),
    )


def _filed(visit: Visit) -> FiledForMe:
    assert visit.confirming.filings
    return visit.confirming.filings[0]


def _who(filed: FiledForMe, book: ReferenceData) -> str:
    words = book.words["confirming"]
    if not filed.filer:
        return str(words["staff"])
    relation = book.authority.relations.get(filed.relation, "")
    known = words["filer_related"] if relation else words["filer"]
    return str(known.format(who=filed.filer, relation=relation))


def _when_and_where(filed: FiledForMe, book: ReferenceData) -> str:
    words, where = book.words["confirming"], filed.point
    if where.isascii():  # the code of a point: an older service does not say its name
        where = book.point.name if where == book.point.code else words["elsewhere"]
    return str(words["when_value"].format(day=day_words(filed.filed_on), where=where))
