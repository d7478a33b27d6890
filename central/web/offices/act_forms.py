"""What the forms of acts about a task say: typed fields checked, and the words for the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from central.office_desk.acts import DeskAct
from central.results.reading import ResultFault, read_result
from central.store.web.desk_acts import SaidDecision
from central.tasks import TaskState
from central.web.offices.result_forms import said_result, typed
from kiosk.application.service_result import LONGEST_REASON, ResultKind

if TYPE_CHECKING:
    from central.office_desk.rules import DeskRules
    from central.results.reading import ResultRules
    from central.web.forms import Form
    from kiosk.application.service_result import ResultContent
    from kiosk.retirement.catalogue import Catalogue

PAPER_FIELD = "paper-"
"""Fields of papers that are asked for begin so, with the paper's code after it."""
_PERSONAL = re.compile(r"[0-9Xx]{11,}")


@dataclass(frozen=True)
class SaidAct:
    """What a form says: a decision, and what an end gives to the person, None for nothing."""

    decision: SaidDecision
    content: ResultContent | None = field(default=None, repr=False)


@dataclass(frozen=True)
class ActForms:
    """Reads the forms of one service.

    `words`: table `act` of config/texts/web.toml, whose `told` are templates for the person.
    `results`: what the ends of services give.
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

    def read(self, act: DeskAct, form: Form) -> SaidAct | str | ResultFault:
        """Return what a form says, or what is wrong with it: a name, or a fault of the result."""
        if trouble := self._trouble(form):
            return trouble
        mark, reason = form.get("mark", ""), typed(form, "reason")
        if act is DeskAct.ASK:
            return self._asked(form, mark)
        if act is DeskAct.REFUSE:
            return self._refused(form, mark)
        if act is DeskAct.FINISH:
            said = said_result(form, self.kinds())
            return self._ended(SaidDecision(act, mark, reason), said, TaskState.DONE)
        return SaidAct(SaidDecision(act, mark, reason)) if reason else "no_reason"

    def kinds(self) -> tuple[ResultKind, ...]:
        """Return the kinds of results that the service has when it is done."""
        return self.results.kinds_of(self.service, TaskState.DONE)

    def needed(self) -> tuple[ResultKind, ...]:
        """Return those of the kinds that it has to have."""
        return self.results.needed_kinds(self.service, TaskState.DONE)

    def _ended(
        self, decision: SaidDecision, said: Mapping[str, Any], end: TaskState
    ) -> SaidAct | ResultFault:
        found = read_result(said, self.service, end, self.today, self.results)
        return found if isinstance(found, ResultFault) else SaidAct(decision, found)

    def _trouble(self, form: Form) -> str:
        """Return what is wrong with a text that was typed, "" for nothing."""
        texts = [typed(form, name) for name in ("what", "reason")]
        if any(len(one) > self.rules.limits.most_letters for one in texts):
            return "long"
        if any(_PERSONAL.search(one.replace(" ", "").replace("-", "")) for one in texts):
            return "personal"
        return ""

    def _asked(self, form: Form, mark: str) -> SaidAct | str:
        chosen = [name for code, name in self.papers().items() if PAPER_FIELD + code in form]
        things = [*chosen, typed(form, "what")]
        what = self.words["told"]["between"].join(one for one in things if one)
        reason, until = typed(form, "reason"), _day(form.get("until", ""))
        if not what:
            return "nothing_asked"
        if not reason:
            return "no_reason"
        if until is None or not self.today < until <= self.latest:
            return "wrong_day"
        told = self.words["told"]["ask"].format(what=what, reason=reason)
        return SaidAct(SaidDecision(DeskAct.ASK, mark, told, until.isoformat()))

    def _refused(self, form: Form, mark: str) -> SaidAct | str | ResultFault:
        chosen = self.rules.refusals_of(self.service).get(form.get("refusal", ""))
        if chosen is None:
            return "no_refusal"
        parts = (chosen.words, typed(form, "reason"), chosen.remedy)
        reason = self.words["told"]["end"].join(one for one in parts if one)
        if len(reason) > LONGEST_REASON:
            return "long_refusal"
        remedies = [
            {"kind": one.kind.value, "body": one.body, "days": one.days}
            for one in self.rules.remedies
        ]
        grounds = {"reason": reason, "law": self.law(), "remedies": remedies}
        said = {ResultKind.REFUSAL.value: grounds}
        return self._ended(SaidDecision(DeskAct.REFUSE, mark), said, TaskState.REFUSED)

    def law(self) -> str:
        """Return the law or policy on which the service rests."""
        return self.catalogue.services[self.service].basis


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
