"""The pages of filing: dates, facts, services, questions, papers, review with signature."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiosk.application.document import Way
from kiosk.retirement.catalogue import ProxyRule
from kiosk.retirement.divisions import Divisions
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.materials import Need, Resolution
from kiosk.retirement.plan import tally
from kiosk.retirement.questions import Asking, Question
from kiosk.retirement.situation import Situation
from kiosk.visit.fetched import fact_parts
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut, cut_services, pages_left
from kiosk.visit.options import known_words, offered_options, parent_of
from kiosk.visit.page import (
    Act,
    Choice,
    Layout,
    NumberField,
    Page,
    Panel,
    Row,
    Said,
    Tick,
    Tone,
)
from kiosk.visit.pages_dates import first_of_facts, month_words
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.pages_writing import writing
from kiosk.visit.state import (
    Visit,
    acts_for_another,
    asked,
    awaits_person,
    card_of,
    chosen,
    in_person_only,
    known,
    open_papers,
    sees_facts,
    verdicts,
)

NUMBER_GROUPS = (6, 4, 4, 4)
LEAFED = 2  # longer lists of places can be searched by letter


def facts(visit: Visit, book: Handbook) -> Page:
    if visit.situation is None:
        words = book.words["waiting"]
        return Page("waiting", Layout.MESSAGE, words["title"], words["sentence"], step=2)
    if visit.draft is not None:
        return _draft(visit, book)
    parts = fact_parts(visit)
    if visit.part == 0:
        return first_of_facts(visit, book)
    words = book.words["facts"]
    part = min(visit.part, len(parts))
    rows = tuple(
        Row(
            fact.value,
            words["disputed"] if fact.key in visit.disputed else "",
            value=fact.key,
            act=Act.TOGGLE,
            label=fact.label,
            mend=fact.key in visit.disputed,
            private=True,
        )
        for fact in parts[part - 1]
    )
    count = pages_left(book, part - 1, len(parts))
    return Page(
        name="facts",
        layout=Layout.FACTS,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        spoken=(*_private(rows), Said(count)),
        step=2,
        rows=rows,
        count=(count,),
        choices=(Choice(Act.NEXT, words["next"], tone=Tone.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


def _draft(visit: Visit, book: Handbook) -> Page:
    by = {Way.PHONE: "draft_phone", Way.EMPLOYER: "draft_employer"}.get(visit.begun_by, "draft")
    words = book.words[by]
    unit = visit.shared.waiting_unit if visit.shared else ""
    return Page(
        name="draft",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=2,
        panel=Panel(unit) if visit.begun_by is Way.EMPLOYER else None,
        choices=(
            Choice(Act.START_ANEW, words["anew"]),
            Choice(Act.RESUME, words["resume"], tone=Tone.PRIMARY, arrow=True),
        ),
    )


def choose(visit: Visit, book: Handbook) -> Page:
    words = book.words["choose"]
    parts = cut_services(visit, book)
    part = min(visit.part, len(parts) - 1)
    found, picked = verdicts(visit, book), chosen(visit, book)
    stages = book.catalogue.offices.stages
    rows = tuple(
        _service_row(visit, found[one.code], stages[str(one.stage)], one.code in picked, book)
        for one in parts[part]
    )
    last = part == len(parts) - 1
    said = words["sentence"]
    offered = (one.code for one in parts[part] if found[one.code].fileable)
    out = [one for one in offered if one not in {*picked, *in_person_only(visit, book)}]
    if out:
        dropped = visit.unwanted.issuperset(out) and _follows_another(visit, book, out)
        said = words["sentence_dropped"] if dropped else words["sentence_ahead"]
    if last and picked:
        known_now = tally(book.catalogue, picked, known(visit)).known
        said = words["sentence_last"].format(known=known_now, asked=len(asked(visit, book)))
    count = (
        words["count"].format(count=len(picked)),
        pages_left(book, part, len(parts)),
    )
    return Page(
        name="choose",
        layout=Layout.LIST,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        spoken=tuple(map(Said, count)),
        step=2,
        rows=rows,
        count=count,
        choices=(
            Choice(
                Act.NEXT,
                words["next"] if last else words["next_page"],
                tone=Tone.PRIMARY,
                arrow=True,
            ),
        ),
        mend=visit.failure is not None,
    )


def _follows_another(visit: Visit, book: Handbook, out: list[str]) -> bool:
    """Tell whether one of these was left out because of another one."""
    route = known(visit).route
    return any(visit.unwanted & book.catalogue.waits_for(code, route) for code in out)


def _service_row(visit: Visit, verdict: Verdict, group: str, ticked: bool, book: Handbook) -> Row:
    plain, reason = book.catalogue.services[verdict.code].plain, verdict.reason
    if verdict.code in in_person_only(visit, book):
        why = book.words["acting"]["in_person"]
        return Row(plain, why, verdict.code, Tick.NOT_NEEDED, Act.WHY, group=group)
    if verdict.rule == "waits" and verdict.since is not None:
        reason = book.words["choose"]["later"].format(month=verdict.since.words())
    if not verdict.fileable:
        return Row(plain, verdict.reason, verdict.code, Tick.NOT_NEEDED, Act.WHY, group=group)
    if acts_for_another(visit) and apply_only(verdict.code, book):
        reason = book.words["acting"]["apply_only"]
    tick = Tick.ON if ticked else Tick.OFF
    return Row(plain, reason, verdict.code, tick, Act.TOGGLE, group=group)


def apply_only(code: str, book: Handbook) -> bool:
    """Tell whether another may file for the person, who has to collect what comes of it."""
    return book.catalogue.services[code].proxy is ProxyRule.APPLY_ONLY


def form(visit: Visit, book: Handbook) -> Page:
    question = asked(visit, book)[0]
    if question.asking is Asking.DIGITS:
        return _keypad(visit, book, question)
    if question.asking is Asking.TEXT:
        return writing(visit, book, question)
    return _options(visit, book, question)


def _keypad(visit: Visit, book: Handbook, question: Question) -> Page:
    words = book.words["form"]
    typed = in_groups(visit.typed, question.groups)
    without = Choice(Act.NONE_OF_IT, question.without) if question.without else None
    corners = (without, Choice(Act.ERASE, words["erase"], icon="backspace"))
    return Page(
        name=question.field,
        layout=Layout.KEYPAD,
        title=question.title,
        sentence=sentence_or_failure(visit, book, _asked_of(visit, book, question)),
        spoken=(Said(typed, private=True),) if typed else (),
        step=3,
        number=NumberField(visit.typed, question.groups),
        corners=corners,
        choices=(Choice(Act.NEXT, question.next_words, tone=Tone.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


def _asked_of(visit: Visit, book: Handbook, question: Question) -> str:
    """Return the sentence; of a number that gets messages, that it is the person's own."""
    acting = acts_for_another(visit) and question.field == "mobile"
    return str(book.words["acting"]["mobile_sentence"]) if acting else question.sentence


def _options(visit: Visit, book: Handbook, question: Question) -> Page:
    words = book.words["form"]
    parts = cut(_option_rows(visit, book, question), visit.view)
    part = visit.part % len(parts)
    said = words["letters_sentence"] if visit.letters else question.sentence
    count: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    if len(parts) > 1:
        count = (pages_left(book, part, len(parts)),)
        choices = (Choice(Act.MORE, words["more"], arrow=True),)
    if visit.letters or (question.asking is Asking.DIVISION and len(parts) > LEAFED):
        look = words["letters_again"] if visit.letters else words["letters"]
        count, choices = (), (Choice(Act.LETTERS, look), *choices)
    return Page(
        name=question.field,
        layout=Layout.OPTIONS,
        title=question.title,
        sentence=sentence_or_failure(visit, book, said),
        spoken=tuple(map(Said, count)),
        step=3,
        rows=parts[part],
        count=count,
        choices=choices,
    )


def _option_rows(visit: Visit, book: Handbook, question: Question) -> tuple[Row, ...]:
    if question.asking is Asking.DIVISION:
        parent = parent_of(visit, question)
        below = book.divisions.below(parent, book.point.division)
        if visit.letters:
            below = book.divisions.in_group(parent, visit.letters)
        return tuple(
            Row(one.short_name, value=one.code, act=Act.PICK, private=True) for one in below
        )
    words = known_words(visit, book)
    return tuple(
        Row(
            option.words.format_map(words),
            option.under.format_map(words),
            value=option.value,
            act=Act.PICK,
            private="{" in option.words + option.under,
        )
        for option in offered_options(visit, book, question)
    )


def letters(visit: Visit, book: Handbook) -> Page:
    words = book.words["letters"]
    parent = parent_of(visit, asked(visit, book)[0])
    rows = [
        Row(
            " ".join(group.upper()),
            _examples(book.divisions, parent, group),
            group,
            act=Act.LETTER,
            private=True,
        )
        for group in book.divisions.letter_groups(parent)
    ]
    return Page(
        name="letters",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=3,
        rows=tuple(rows),
        choices=(Choice(Act.LETTER, words["all"]),),
    )


def _examples(divisions: Divisions, parent: str, group: str) -> str:
    """Return the two shortest names of a group, so that nobody needs to know the letters."""
    names = [one.short_name for one in divisions.in_group(parent, group)]
    return "、".join(sorted(names, key=len)[:2])


def materials(visit: Visit, book: Handbook) -> Page:
    words, waiting = book.words["materials"], open_papers(visit, book)
    paper, settled = waiting[0], len(visit.papers)
    pill = words["pill"].format(part=settled + 1, parts=settled + len(waiting))
    captures = bool(book.settings.paper_camera.url) and Resolution.CAPTURED in paper.ways
    said = "sentence" if paper.may_promise else "sentence_later"
    return Page(
        name="materials",
        layout=Layout.PICTURE,
        title=words["title"].format(name=paper.name),
        sentence=sentence_or_failure(visit, book, words["sentence_capture" if captures else said]),
        step=4,
        picture="paper_under_camera",
        pill=words["capturing"] if visit.capturing else pill,
        panel=Panel(words["why"].format(why=paper.why)),
        choices=_ways(paper, words, captures=captures, busy=bool(visit.capturing)),
        mend=visit.failure is not None,
    )


def _ways(
    paper: Need, words: Mapping[str, Any], *, captures: bool, busy: bool
) -> tuple[Choice, ...]:
    """Return the ways to settle a paper; while a picture is taken there is nothing to press."""
    if busy:
        return ()
    other = Act.PROMISE if paper.may_promise else Act.BRING_LATER
    if captures:
        aside = Choice(other, words["promise_aside" if paper.may_promise else "later"])
        return (aside, Choice(Act.CAPTURE, words["capture"], tone=Tone.PRIMARY))
    if paper.may_promise:
        later = Choice(Act.BRING_LATER, words["later"], tone=Tone.SECOND)
        return (later, Choice(Act.PROMISE, words["promise"], tone=Tone.PRIMARY))
    return (Choice(Act.BRING_LATER, words["later"], tone=Tone.PRIMARY),)


def review(visit: Visit, book: Handbook) -> Page:
    words, rows = book.words["review"], _review_rows(visit, book)
    said = words["sentence_unconfirmed" if awaits_person(visit) else "sentence"]
    open_to_all = {words["services"], words["month"]}
    return Page(
        name="review",
        layout=Layout.SIGN,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        spoken=(
            *(Said(row.words) for row in rows if row.label in open_to_all),
            *_private(row for row in rows if row.label not in open_to_all),
        ),
        step=5,
        rows=rows,
        panel=Panel(words["here"]),
        ink=visit.ink,
        corners=None,
        choices=(
            Choice(Act.CHANGE, words["change"]),
            Choice(Act.SIGNED, words["done"], tone=Tone.PRIMARY),
            Choice(Act.CLEAR_INK, words["clear"], icon="eraser"),
        ),
        mend=visit.failure is not None,
    )


def _review_rows(visit: Visit, book: Handbook) -> tuple[Row, ...]:
    words, situation = book.words["review"], known(visit)
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
        account = visit.shared.account if visit.shared else ""
        tail = (visit.answers.get("account", "") if own else account)[-4:]
        said = words["bank_own"] if own else words["bank_card"]
        if not tail:
            said = words["bank_unknown"]
        rows.append(Row(said.format(tail=tail), label=words["bank"]))
    return tuple(rows)


def _month_row(situation: Situation, book: Handbook) -> tuple[Row, ...]:
    if not situation.seeks_pension:
        return ()
    return (Row(month_words(situation, book), label=book.words["review"]["month"]),)


def _private(rows: Iterable[Row]) -> tuple[Said, ...]:
    return tuple(Said(f"{row.label} {row.words}", private=True) for row in rows)


def in_groups(digits: str, groups: tuple[int, ...]) -> str:
    """Return the digits in the groups in which they are spoken: 139 0000 1234."""
    parts, at = [], 0
    for group in groups:
        parts.append(digits[at : at + group])
        at += group
    return " ".join(part for part in parts if part)
