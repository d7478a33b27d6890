"""Drafts: what is kept of a visit, and what of it still fits when the person comes back.

Between the two visits facts, rules and questions may have changed: what no longer fits is asked
again. A draft of another version, or one that can't be read, counts as none.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from kiosk.crypto.envelope import canonical, object_of
from kiosk.retirement.age import Category
from kiosk.retirement.materials import Resolution
from kiosk.retirement.months import Month
from kiosk.retirement.questions import LONGEST_TEXT, AnswerKind, Question, applies, check_answer
from kiosk.retirement.situation import Route
from kiosk.visit.context import Context
from kiosk.visit.effects import FetchBegun, FindDraft, KeepDraft
from kiosk.visit.records.facts import Draft, ToldKind
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import (
    Purpose,
    Visit,
    acts_for_another,
    asks_kind,
    attendance_of,
    card_of,
    chosen,
    paper_set,
    situation_of,
)
from kiosk.visit.step_parts.assessment import assess_as
from kiosk.visit.step_parts.question_options import pickable
from kiosk.visit.step_parts.retirement_options import other_categories, other_ways
from kiosk.visit.step_parts.shared_facts import fetched_facts
from kiosk.visit.transition import Change, Effects

VERSION = 1
KEPT = frozenset(
    {
        Stage.FACTS,
        Stage.CHOOSE,
        Stage.FORM,
        Stage.MATERIALS,
        Stage.REVIEW,
        Stage.WHOLE_FORM,
        Stage.SIGNING,
    }
)
"""The stages in which a proved person fills something in."""
Pairs = tuple[tuple[str, str], ...]


def is_kept(visit: Visit) -> bool:
    """Return whether what was filled in is kept as a draft.

    Only what people fill in for themselves is kept, because only they are shown it again; and never
    over a draft on which they have not decided yet.
    """
    filling = (
        visit.stage in KEPT and visit.facts.situation is not None and not acts_for_another(visit)
    )
    return filling and visit.proof.accepted is not None and visit.facts.draft is None


def is_filing(visit: Visit) -> bool:
    """Return whether the person files for themselves and the facts are settled."""
    own = visit.purpose is Purpose.FILE and not acts_for_another(visit)
    return own and visit.facts.situation is not None


def draft_of(visit: Visit) -> Draft:
    """Return the draft of what the person has chosen and answered."""
    case = situation_of(visit)
    return Draft(
        route=case.route.value,
        month=str(case.retire),
        declared=visit.facts.declared.value if visit.facts.declared else "",
        disputed=tuple(sorted(visit.facts.disputed)),
        unwanted=tuple(sorted(visit.choice.unwanted)),
        ticked=tuple(sorted(visit.choice.ticked)),
        insisted=tuple(sorted(visit.choice.insisted)),
        answers=tuple(visit.answers.items()),
        papers=tuple((code, how.value) for code, how in visit.papers.settled.items()),
        told_kind=visit.told_kind.value if visit.told_kind else "",
    )


def encode(draft: Draft) -> bytes:
    """Return the draft as canonical JSON with its version."""
    return canonical({"version": VERSION, **asdict(draft)})


def decode(content: bytes) -> Draft | None:
    """Return the draft that `encode` wrote; None for anything else."""
    said = object_of(content) or {}
    if said.pop("version", None) != VERSION:
        return None
    try:
        return _typed(said)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def _typed(said: dict[str, Any]) -> Draft:
    Month.parse(said["month"])
    texts: dict[str, Any] = {name: str(said.pop(name)) for name in ("route", "month", "declared")}
    texts["told_kind"] = str(said.pop("told_kind", ""))  # drafts before version 0.2 have none
    pairs: dict[str, Any] = {name: _pairs(said.pop(name)) for name in ("answers", "papers")}
    lists: dict[str, Any] = {name: tuple(map(str, value)) for name, value in said.items()}
    return Draft(**texts, **pairs, **lists)


def _pairs(value: list[list[str]]) -> Pairs:
    return tuple((str(name), str(text)) for name, text in value)


def restore(visit: Visit, context: Context) -> Visit:
    """Return the visit with all of its draft that still fits, and without the draft."""
    draft, book = visit.facts.draft, context.book
    assert draft is not None
    visit = _timed(
        _insured(replace(visit, facts=replace(visit.facts, draft=None)), draft, context),
        draft,
        context,
    )
    services = frozenset(book.catalogue.services)
    visit = replace(
        visit,
        facts=replace(
            visit.facts,
            disputed=visit.facts.disputed
            | (set(draft.disputed) & {one.key for one in fetched_facts(visit, book)}),
        ),
        choice=replace(
            visit.choice,
            unwanted=services.intersection(draft.unwanted),
            ticked=services.intersection(draft.ticked),
            insisted=services.intersection(draft.insisted),
        ),
    )
    return _settled(_answered(visit, draft.answers, context), draft.papers, book)


def _insured(visit: Visit, draft: Draft, context: Context) -> Visit:
    """Return the visit with the draft's kind of insurance, unless an office knows it by now."""
    if not asks_kind(visit) or draft.told_kind not in set(ToldKind):
        return visit
    told = replace(visit, told_kind=ToldKind(draft.told_kind))
    return assess_as(told, situation_of(visit).estimate.category, context)


def _timed(visit: Visit, draft: Draft, context: Context) -> Visit:
    others = other_categories(visit, context.book)
    if others and draft.declared in (*others, situation_of(visit).estimate.category):
        declared = Category(draft.declared)
        visit = assess_as(
            replace(visit, facts=replace(visit.facts, declared=declared)), declared, context
        )
    case = situation_of(visit)
    if draft.route in set(Route) & set(other_ways(visit, context.book)):
        case = case.along(Route(draft.route))
    if case.route is Route.AGE:
        case = case.retiring(Month.parse(draft.month))
    return replace(visit, facts=replace(visit.facts, situation=case))


def _answered(visit: Visit, answers: Pairs, context: Context) -> Visit:
    questions = {one.field: one for one in context.book.questions}
    for name, text in answers:
        question = questions.get(name)
        if question is not None and _fits(visit, question, text, context):
            visit = replace(visit, answers={**visit.answers, name: text})
    return visit


def _fits(visit: Visit, question: Question, text: str, context: Context) -> bool:
    book, today = context.book, context.today
    if not applies(question, chosen(visit, book), situation_of(visit), visit.answers):
        return False
    if question.asking is AnswerKind.TEXT:
        return len(text) <= LONGEST_TEXT
    if not text and question.asking is not AnswerKind.OPTIONS:
        return _may_be_missing(question)
    if question.asking in (AnswerKind.DIGITS, AnswerKind.CODE):
        return _is_right(question, text, today)
    return text in pickable(visit, book, question)


def _may_be_missing(question: Question) -> bool:
    return bool(question.without) and not question.without_drops


def _is_right(question: Question, text: str, today: date) -> bool:
    plain = text.isdigit() or question.asking is AnswerKind.CODE
    typed = text.isascii() and plain and len(text) <= sum(question.groups)
    return typed and check_answer(question, text, today) is None


def _settled(visit: Visit, papers: Pairs, book: ReferenceData) -> Visit:
    """Return the visit with the papers settled as before, except by pictures.

    A picture was shredded when the person left, so its paper is asked for again.
    """
    needs = {need.code: need for need in paper_set(visit, book) if need.settled is None}
    kept = {
        code: Resolution(how)
        for code, how in papers
        if code in needs and how in needs[code].ways and how != Resolution.CAPTURED
    }
    return replace(visit, papers=replace(visit.papers, settled=kept))


def look_for_drafts(change: Change[Any]) -> Effects:
    """Look for this person's draft, and for the employer's if the shared facts name one."""
    visit = change.after
    number = card_of(visit).number
    waits = visit.facts.shared is not None and bool(visit.facts.shared.waiting_unit)
    return (FindDraft(number), *((FetchBegun(attendance_of(visit)),) if waits else ()))


def keep_filled_in(change: Change[Any]) -> Effects:
    """Keep the draft of a proved person whenever a choice or answer changed.

    So a power cut loses no more than what is being typed. After a failed submission it is kept
    again, because submitting dropped it. Nothing is kept before something was filled in: until then
    an older draft may still be offered.
    """
    before, after = change.before, change.after
    if not is_kept(after) or before.facts.situation is None:
        return ()
    failed = before.stage is Stage.SUBMITTING
    changed = is_kept(before) and draft_of(before) != draft_of(after)
    if not (failed or changed):
        return ()
    return (KeepDraft(card_of(after).number, encode(draft_of(after))),)
