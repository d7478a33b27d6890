"""Decisions about a task as an office says them: checked by the rules, with words for the person.

The forms of the pages and the API for offices' own systems read what was said by these rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from unicodedata import category

from central.office_desk.acts import DeskAct
from central.office_desk.rules import DeskRules
from central.results.reading import ResultFault, ResultRules, read_result
from central.results.sealing import SealedResult
from central.tasks import TaskState
from kiosk.application.service_result import LONGEST_REASON, ResultContent, ResultKind
from kiosk.retirement.catalogue import Catalogue

_PERSONAL = re.compile(r"[0-9Xx]{11,}")


@dataclass(frozen=True)
class SaidDecision:
    """A decision as an office says it; `mark` is that of the task as it was shown.

    `result`: what the end gives to the person, sealed, with the sealed `file` of its certificate;
    `asks_person` when it asks something of them.
    """

    act: DeskAct
    mark: str
    reason: str = ""
    due_on: str = ""
    result: bytes = field(default=b"", repr=False)
    file: bytes = field(default=b"", repr=False)
    asks_person: bool = False


@dataclass(frozen=True)
class SaidAct:
    """What was said: a decision, and what an end gives to the person, None for nothing."""

    decision: SaidDecision
    content: ResultContent | None = field(default=None, repr=False)

    @property
    def gives(self) -> ResultContent | None:
        """Return what has to be sealed before the decision is recorded, None for nothing."""
        return self.content if self.content is not None and self.content.kinds else None

    def with_result(self, sealed: SealedResult) -> SaidDecision:
        """Return the decision with its content `sealed`."""
        asks = self.content is not None and self.content.asks_person
        return replace(self.decision, result=sealed.envelope, file=sealed.file, asks_person=asks)


class DecisionTrouble(StrEnum):
    """What is wrong with what was said; `act.troubles` of config/texts/web.toml has the words."""

    LONG = "long"
    PERSONAL = "personal"  # it holds what may be the number of a person
    UNPRINTABLE = "unprintable"  # PostgreSQL stores no NUL, and no page shows the others
    NOTHING_ASKED = "nothing_asked"
    NO_REASON = "no_reason"
    WRONG_DAY = "wrong_day"
    NO_REFUSAL = "no_refusal"  # none of the reasons for which the service may be refused
    LONG_REFUSAL = "long_refusal"


@dataclass(frozen=True)
class DecisionReader:
    """Reads decisions about one service; each text has single spaces.

    `mark` is that of the task as it was shown, `reason` what the person is told.
    `results`: what the ends of services give. `words`: table `act` of config/texts/web.toml, whose
    `told` are templates for the person.
    """

    rules: DeskRules
    results: ResultRules
    catalogue: Catalogue
    words: Mapping[str, Any]
    service: str
    today: date

    @property
    def latest(self) -> date:
        """Return the last day on which something may have to be brought."""
        return self.today + timedelta(self.rules.limits.most_days)

    def papers(self) -> Mapping[str, str]:
        """Return the papers of the service, names by code."""
        listed = self.catalogue.papers
        materials = self.catalogue.services[self.service].materials
        return {code: listed[code].name for code in materials if code in listed}

    def kinds(self) -> tuple[ResultKind, ...]:
        """Return the kinds of results that the service has when it is done."""
        return self.results.kinds_of(self.service, TaskState.DONE)

    def needed(self) -> tuple[ResultKind, ...]:
        """Return those of the kinds that it has to have."""
        return self.results.needed_kinds(self.service, TaskState.DONE)

    def law(self) -> str:
        """Return the law or policy on which the service rests."""
        return self.catalogue.services[self.service].basis

    def ask(
        self, mark: str, papers: Collection[str], what: str, reason: str, until: str
    ) -> SaidAct | DecisionTrouble:
        """Return the decision to ask the person for something more (补正), or what is wrong.

        `papers`: codes of papers of the service; `what`: anything else; `until`: ISO date.
        """
        if trouble := self.text_trouble((what, reason)):
            return trouble
        chosen = [name for code, name in self.papers().items() if code in papers]
        things = self.words["told"]["between"].join(one for one in (*chosen, what) if one)
        day = _day(until)
        if not things:
            return DecisionTrouble.NOTHING_ASKED
        if not reason:
            return DecisionTrouble.NO_REASON
        if day is None or not self.today < day <= self.latest:
            return DecisionTrouble.WRONG_DAY
        told = self.words["told"]["ask"].format(what=things, reason=reason)
        return SaidAct(SaidDecision(DeskAct.ASK, mark, told, day.isoformat()))

    def hold(self, act: DeskAct, mark: str, reason: str) -> SaidAct | DecisionTrouble:
        """Return the decision to pause or to resume (`act`), or what is wrong with it."""
        if trouble := self.text_trouble((reason,)):
            return trouble
        if not reason:
            return DecisionTrouble.NO_REASON
        return SaidAct(SaidDecision(act, mark, reason))

    def finish(
        self, mark: str, reason: str, said: object
    ) -> SaidAct | DecisionTrouble | ResultFault:
        """Return the decision that the service is done, or what is wrong with it.

        `said`: the JSON object of docs/central.md, "Results"; `reason` may be "".
        """
        if trouble := self.text_trouble((reason,)):
            return trouble
        return self._ended(SaidDecision(DeskAct.FINISH, mark, reason), said, TaskState.DONE)

    def refuse(
        self, mark: str, refusal: str, reason: str
    ) -> SaidAct | DecisionTrouble | ResultFault:
        """Return the decision to refuse for a reason of the rules (`refusal`), or what is wrong.

        `reason` says more, or is "".
        """
        if trouble := self.text_trouble((reason,)):
            return trouble
        chosen = self.rules.refusals_of(self.service).get(refusal)
        if chosen is None:
            return DecisionTrouble.NO_REFUSAL
        parts = (chosen.words, reason, chosen.remedy)
        whole = self.words["told"]["end"].join(one for one in parts if one)
        if len(whole) > LONGEST_REASON:
            return DecisionTrouble.LONG_REFUSAL
        remedies = [
            {"kind": one.kind.value, "body": one.body, "days": one.days}
            for one in self.rules.remedies
        ]
        grounds = {"reason": whole, "law": self.law(), "remedies": remedies}
        return self.refuse_for(mark, grounds)

    def refuse_for(self, mark: str, grounds: object) -> SaidAct | DecisionTrouble | ResultFault:
        """Return the decision to refuse for the `grounds` of the office, or what is wrong.

        `grounds`: the member `refusal` of docs/central.md, "Results".
        """
        reason = grounds.get("reason") if isinstance(grounds, Mapping) else None
        if isinstance(reason, str) and personal_number(reason):
            return DecisionTrouble.PERSONAL
        said = {ResultKind.REFUSAL.value: grounds}
        return self._ended(SaidDecision(DeskAct.REFUSE, mark), said, TaskState.REFUSED)

    def text_trouble(self, texts: Iterable[str]) -> DecisionTrouble | None:
        """Return what is wrong with texts that the person is told, None for nothing."""
        said = tuple(texts)
        if any(len(one) > self.rules.limits.most_letters for one in said):
            return DecisionTrouble.LONG
        if any(map(has_unprintable, said)):
            return DecisionTrouble.UNPRINTABLE
        return DecisionTrouble.PERSONAL if any(map(personal_number, said)) else None

    def _ended(self, decision: SaidDecision, said: object, end: TaskState) -> SaidAct | ResultFault:
        found = read_result(said, self.service, end, self.today, self.results)
        return found if isinstance(found, ResultFault) else SaidAct(decision, found)


def has_unprintable(text: str) -> bool:
    """Tell whether a text holds a control character besides line breaks, or half a character."""
    return any(one not in "\r\n\t" and category(one) in ("Cc", "Cs") for one in text)


def personal_number(text: str) -> bool:
    """Tell whether a text holds what may be an ID number or the number of a telephone."""
    return _PERSONAL.search(text.replace(" ", "").replace("-", "")) is not None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
