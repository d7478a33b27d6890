"""What the forms of acts about a task say: their typed fields as a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.office_desk.acts import DeskAct
from central.office_desk.decisions import DecisionReader, DecisionTrouble, SaidAct
from central.web.offices.result_forms import said_result, typed

if TYPE_CHECKING:
    from central.results.reading import ResultFault
    from central.web.forms import Form

PAPER_FIELD = "paper-"
"""Fields of papers that are asked for begin so, with the paper's code after it."""


@dataclass(frozen=True)
class ActForms(DecisionReader):
    """Reads the forms of one service."""

    def read(self, act: DeskAct, form: Form) -> SaidAct | DecisionTrouble | ResultFault:
        """Return what a form says, or what is wrong with it."""
        mark, reason = form.get("mark", ""), typed(form, "reason")
        if act is DeskAct.ASK:
            papers = [code for code in self.papers() if PAPER_FIELD + code in form]
            return self.ask(mark, papers, typed(form, "what"), reason, form.get("until", ""))
        if act is DeskAct.REFUSE:
            return self.refuse(mark, form.get("refusal", ""), reason)
        if act is DeskAct.FINISH:
            return self.finish(mark, reason, said_result(form, self.kinds()))
        return self.hold(act, mark, reason)
