"""The pages on which a person says whether what somebody filed in their name was their wish."""

from __future__ import annotations

from kiosk.application.confirmation import ConfirmationState, FiledForMe
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Said, Tone
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.promised_dates import day_words
from kiosk.visit.state import Visit

STEP = 1


def confirming(visit: Visit, book: Handbook) -> Page:
    if visit.decided is not None:
        return _outcome(visit.decided, visit, book)
    words, filed = book.words["confirming"], _filed(visit)
    rows = (
        Row(_who(filed, book), icon="users", label=words["who"], private=True),
        Row(_when_and_where(filed, book), icon="clock", label=words["when"], private=True),
        Row(
            words["what_value"].format(count=len(filed.services)),
            icon="path",
            label=words["what"],
            act=Act.PLAN,
            private=True,
        ),
    )
    said = words["sentence_started"]
    if filed.until is not None:
        said = words["sentence"].format(day=day_words(filed.until))
    if visit.decision is not None:
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
        mend=visit.failure is not None,
    )


def _answers(visit: Visit, book: Handbook) -> tuple[Choice, ...]:
    if visit.decision is not None:
        return ()
    words = book.words["confirming"]
    return (
        Choice(Act.REFUSE_FILING, words["refuse"]),
        Choice(Act.DECIDE_LATER, words["later"]),
        Choice(Act.CONFIRM_FILING, words["confirm"], tone=Tone.PRIMARY),
    )


def _outcome(state: ConfirmationState, visit: Visit, book: Handbook) -> Page:
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
        choices=(Choice(Act.NEXT, words["next"], tone=Tone.PRIMARY, arrow=True),),
    )


def filed_services(visit: Visit, book: Handbook) -> Page:
    """Return the page on top that lists what was filed."""
    words, services = book.words["filed_services"], book.catalogue.services
    rows = [
        Row(services[code].plain, icon="check-circle")
        for code in _filed(visit).services
        if code in services
    ]
    parts = cut(rows, visit.view)
    choices = [Choice(Act.STAY, words["close"], tone=Tone.PRIMARY)]
    if len(parts) > 1:
        choices.insert(0, Choice(Act.MORE, words["more"], arrow=True))
    return Page(
        name="filed_services",
        layout=Layout.LIST,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        rows=parts[visit.part % len(parts)],
        choices=tuple(choices),
    )


def unstarted(visit: Visit, book: Handbook) -> Page:
    """Return the page of a case that waits for the person's word, or ended without it."""
    words = book.words["unstarted"]
    said = words["states"][visit.confirmation.value]
    sentence = said["sentence"]
    if visit.confirm_until is not None:
        sentence = sentence.format(day=day_words(visit.confirm_until))
    elif "sentence_undated" in said:
        sentence = said["sentence_undated"]
    number = words["number"].format(number=visit.case_number)
    return Page(
        name="unstarted",
        layout=Layout.MESSAGE,
        title=said["title"],
        sentence=sentence_or_failure(visit, book, sentence),
        spoken=(Said(number, private=True),),
        panel=Panel(said["heading"], (*said["lines"], number)),
        choices=(Choice(Act.DONE, words["done"], tone=Tone.PRIMARY),),
        mend=visit.failure is not None,
    )


def _filed(visit: Visit) -> FiledForMe:
    assert visit.filings
    return visit.filings[0]


def _who(filed: FiledForMe, book: Handbook) -> str:
    words = book.words["confirming"]
    if not filed.filer:
        return str(words["staff"])
    relation = book.authority.relations.get(filed.relation, "")
    known = words["filer_related"] if relation else words["filer"]
    return str(known.format(who=filed.filer, relation=relation))


def _when_and_where(filed: FiledForMe, book: Handbook) -> str:
    words, where = book.words["confirming"], filed.point
    if where.isascii():  # the code of a point: an older service does not say its name
        where = book.point.name if where == book.point.code else words["elsewhere"]
    return str(words["when_value"].format(day=day_words(filed.filed_on), where=where))
