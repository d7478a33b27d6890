"""The verdicts of the situation that was judged last.

One page asks for them several times: its rows, the questions that are still open, the papers.
"""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping

from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.situation import Situation


class LastVerdicts:
    """Judges a situation once, until another one is asked about.

    Verdicts have facts of a person in their words, so they are dropped with the situation: after
    the visit nothing refers to it any more.
    """

    def __init__(self) -> None:
        self._case: weakref.ref[Situation] | None = None
        self._rules: Catalogue | None = None
        self._insisted: Collection[str] = ()
        self._found: Mapping[str, Verdict] = {}

    def judge(
        self, catalogue: Catalogue, case: Situation, insisted: Collection[str]
    ) -> Mapping[str, Verdict]:
        """Return the verdict on every service, by code, as `judge_all` does.

        `insisted` are the services that the person files although the shared data speak against it.
        """
        known = self._case is not None and self._case() is case and self._rules is catalogue
        if not known or self._insisted != insisted:
            self._found = judge_all(catalogue, case, insisted)
            self._case, self._rules = weakref.ref(case, self._forget), catalogue
            self._insisted = insisted
        return self._found

    def _forget(self, _case: weakref.ref[Situation]) -> None:
        self._case, self._found = None, {}
