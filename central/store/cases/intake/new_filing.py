"""A filing to be stored, and which of several that came together can be stored in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from central.store.cases.intake.helper_look import question_of

if TYPE_CHECKING:
    from central.authenticated_request import AuthenticatedRequest
    from central.intake.examiner import Intake
    from central.rules import Rules
    from central.store.cases.promise import Promise


@dataclass(frozen=True, eq=False)
class NewFiling:
    """An application that was examined; `promise` is called with the serial of its case."""

    asking: AuthenticatedRequest
    intake: Intake
    promise: Callable[[int], Promise] = field(repr=False)

    @cached_property
    def named(self) -> AuthenticatedRequest:
        """Return the request under the digest of what was sealed.

        What a terminal keeps of it, and compares later, is the digest that the receipt names.
        """
        return self.asking.about(self.asking.path, self.intake.envelope.digest)


def unrelated(filings: Sequence[NewFiling], rules: Rules) -> list[NewFiling]:
    """Return the filings that nobody helped with, and of which none meets one before it.

    Two meet that have the id, the person, the terminal, the account or the mobile number in common:
    the second has to see what the first left.
    """
    found, seen = [], set[tuple[str, str]]()
    for one in filings:
        intake = one.intake
        mine = {
            ("id", intake.envelope.id),
            ("person", intake.person),
            ("terminal", one.asking.terminal),
            *intake.marks.items(),
        }
        if question_of(one.asking, intake, rules) is None and not mine & seen:
            found.append(one)
            seen |= mine
    return found
