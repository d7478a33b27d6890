"""What the forms of acts about a task say: typed fields checked, and the words for the person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from central.office_desk.acts import DeskAct
from central.store.web.desk_acts import SaidDecision

if TYPE_CHECKING:
    from central.office_desk.rules import DeskRules
    from central.web.forms import Form
    from kiosk.retirement.catalogue import Catalogue

PAPER_FIELD = "paper-"
"""Fields of papers that are asked for begin so, with the paper's code after it."""
_PERSONAL = re.compile(r"[0-9Xx]{11,}")


@dataclass(frozen=True)
class ActForms:
    """Reads the forms of one service.

    `words`: table `act` of config/texts/web.toml, whose `told` are templates for the person.
    """

    rules: DeskRules
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

    def read(self, act: DeskAct, form: Form) -> SaidDecision | str:
        """Return the decision that a form says, or the name of what is wrong with it."""
        if trouble := self._trouble(form):
            return trouble
        mark = form.get("mark", "")
        if act is DeskAct.ASK:
            return self._asked(form, mark)
        if act is DeskAct.REFUSE:
            return self._refused(form, mark)
        reason = typed(form, "reason")
        if act in (DeskAct.PAUSE, DeskAct.RESUME) and not reason:
            return "no_reason"
        return SaidDecision(act, mark, reason)

    def _trouble(self, form: Form) -> str:
        """Return what is wrong with a text that was typed, "" for nothing."""
        texts = [typed(form, name) for name in ("what", "reason")]
        if any(len(one) > self.rules.limits.most_letters for one in texts):
            return "long"
        if any(_PERSONAL.search(one.replace(" ", "").replace("-", "")) for one in texts):
            return "personal"
        return ""

    def _asked(self, form: Form, mark: str) -> SaidDecision | str:
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
        return SaidDecision(DeskAct.ASK, mark, told, until.isoformat())

    def _refused(self, form: Form, mark: str) -> SaidDecision | str:
        chosen = self.rules.refusals_of(self.service).get(form.get("refusal", ""))
        if chosen is None:
            return "no_refusal"
        between = self.words["told"]["end"]
        parts = (chosen.words, typed(form, "reason"), self.law(), chosen.remedy, self.rules.remedy)
        told = between.join(one for one in parts if one)
        return SaidDecision(DeskAct.REFUSE, mark, told)

    def law(self) -> str:
        """Return the words for the basis of the service."""
        basis = self.catalogue.services[self.service].basis
        return str(self.words["told"]["law"].format(basis=basis)) if basis else ""


def typed(form: Form, name: str) -> str:
    """Return what was typed into a field, with single spaces."""
    return " ".join(form.get(name, "").split())


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
