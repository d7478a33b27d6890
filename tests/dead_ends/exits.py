"""Where each verdict leads: the way out of it, or None for a dead end.

A way out is a result, a named date, or a human where a rule names discretion. What the person can
do at the counter (file, insist, choose another month or way, pay on, have another part settled
first) leads to the way out of the situation that it makes. A telephone number is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kiosk.people.facts import PaidScope
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.conditions import Unmet
from kiosk.retirement.eligibility import EligibilityAnswer, Verdict, judge_all, sorted_by_need
from kiosk.retirement.figures import enough_month, value_of
from kiosk.retirement.order import DateFrame, Part, schedule
from kiosk.retirement.plan import Rulebook, months_of
from kiosk.retirement.situation import Route, Situation
from tests.dead_ends.situations import HERE


class WayOut(StrEnum):
    """The kinds of ways out, as they are counted."""

    FILED = "filed, with the day on which its office is done"
    FILED_THEN_PAID = "filed, and goes on when the person has paid"
    HUMAN = "an office decides, where a rule names discretion, with its day"
    DATE = "a named month, in which it goes on"
    INSISTED = "the person insists, and an office looks"
    OTHER_MONTH = "another month of retirement is open"
    OTHER_WAY = "another way into retirement is open"
    AFTER_OTHER_PART = "opens when another part is settled"
    HAS_IT = "done or paid already"
    UNDER_WAY = "under way in another case"
    OTHER_PLACE = "another place does it, and is named"
    NOT_THEIRS = "by law not for this person"
    NOT_NEEDED = "the person lacks nothing that it would give"


HAVING = frozenset({"done", "drawn", "drawn_since"})
PLACES = frozenset({"resident", "drawn_here", "elsewhere"})
NOT_NEEDED = frozenset({"before_statutory", "citizen"})
"""Conditions without which there is nothing to file: who has reached the age retires by age, and
who has no household register has none to be compared."""
DISCRETION = frozenset({"manual", "insisted", "unknown"})
CALL = re.compile(r"[，。；、]?[^，。；、]*(打|电话)[^，。；、]*\d*")


MOST_WAITS = 4
"""More months to wait for, one after the other, would be a wait without an end."""


@dataclass(frozen=True)
class JudgedSituation:
    """One situation with its verdicts, the parts that could be filed, and the ways out so far."""

    case: Situation
    verdicts: Mapping[str, Verdict]
    parts: Mapping[str, Part]
    waits: int
    found: dict[str, WayOut | None] = field(default_factory=dict)


@dataclass(frozen=True)
class ExitFinder:
    """Finds the way out of each verdict, by the rules of `book`."""

    book: Rulebook

    @property
    def catalogue(self) -> Catalogue:
        """Return the services and conditions."""
        return self.book.catalogue

    def find(self, case: Situation) -> Mapping[str, WayOut | None]:
        """Return the way out of every service's verdict in one situation; None for a dead end."""
        return self._find(case, sorted_codes(self.catalogue), 0)

    def _find(
        self, case: Situation, codes: Iterable[str], waits: int
    ) -> Mapping[str, WayOut | None]:
        verdicts = judge_all(self.catalogue, case)
        fileable = [code for code, one in verdicts.items() if one.fileable]
        frame = DateFrame(case.on, self.book.holidays)
        parts = schedule(self.catalogue, months_of(verdicts, fileable), frame)
        judged = JudgedSituation(case, verdicts, parts, waits)
        for code in codes:
            judged.found[code] = self._way_out(judged, verdicts[code])
        return judged.found

    def _leads_on(self, case: Situation, code: str, waits: int) -> bool:
        """Return whether the service has a way out in a situation that can be brought about."""
        before = [one for one in sorted_codes(self.catalogue) if one in self._behind(case, code)]
        return self._find(case, (*before, code), waits)[code] is not None

    def _behind(self, case: Situation, code: str) -> frozenset[str]:
        return self.catalogue.waits_for(code, case.route)

    def _way_out(self, judged: JudgedSituation, verdict: Verdict) -> WayOut | None:
        if verdict.answer is EligibilityAnswer.LATER:
            return self._dated(judged, verdict)
        if verdict.fileable:
            return self._filed(verdict, judged.parts[verdict.code])
        if not any(map(says_more_than_a_call, verdict.changes)):
            return None
        return self._refused(judged, verdict)

    def _filed(self, verdict: Verdict, part: Part) -> WayOut | None:
        """Return how a filed part ends: it has a day, or waits for the person's payment."""
        if part.due is None:
            return WayOut.FILED_THEN_PAID if self._waits_for_person(verdict.code) else None
        if verdict.answer is EligibilityAnswer.CAN:
            return WayOut.FILED
        return WayOut.HUMAN if self._names_discretion(verdict) else None

    def _waits_for_person(self, code: str) -> bool:
        services = self.catalogue.services
        waited = (code, *self.catalogue.waits_for(code, Route.AGE))
        return any(services[one].waits_for_person for one in waited)

    def _names_discretion(self, verdict: Verdict) -> bool:
        condition = self.catalogue.conditions.get(verdict.rule)
        named = condition is not None and condition.unmet is Unmet.REVIEW and bool(condition.basis)
        office = self.catalogue.services[verdict.code].office
        return (named or verdict.rule in DISCRETION) and office in self.catalogue.offices.offices

    def _dated(self, judged: JudgedSituation, verdict: Verdict) -> WayOut | None:
        """Return DATE if in that month, after waiting and paying on, there is a way out, too."""
        since, case = verdict.since, judged.case
        if since is None or since <= case.today or judged.waits == MOST_WAITS:
            return None
        then = case.waiting_until(since)
        return WayOut.DATE if self._leads_on(then, verdict.code, judged.waits + 1) else None

    def _refused(self, judged: JudgedSituation, verdict: Verdict) -> WayOut | None:
        """Return the way out of a service that can't be filed as things stand."""
        rule, code = verdict.rule, verdict.code
        if verdict.insistable and judge_all(self.catalogue, judged.case, (code,))[code].fileable:
            return WayOut.INSISTED
        if rule in HAVING:
            return WayOut.HAS_IT
        if rule == "open":
            return WayOut.UNDER_WAY
        if rule in PLACES:
            return WayOut.OTHER_PLACE if names_place(judged.case, verdict) else None
        if rule == "kind":
            return WayOut.NOT_THEIRS if verdict.basis else None
        return self._by_another_choice(judged, verdict)

    def _by_another_choice(self, judged: JudgedSituation, verdict: Verdict) -> WayOut | None:
        code, case, waits = verdict.code, judged.case, judged.waits
        if verdict.rule in NOT_NEEDED:
            return WayOut.NOT_NEEDED
        exclusive = bool(self.catalogue.services[code].exclusive_group)
        wanted = Route(code) if exclusive else Route.AGE
        if case.route is not wanted and self._leads_on(case.along(wanted), code, waits):
            return WayOut.OTHER_WAY
        if verdict.rule in ("needs", "lost"):
            ways = [judged.found[one] for one in self._needed_directly(case, code)]
            return WayOut.AFTER_OTHER_PART if ways and None not in ways else None
        if case.retire < case.first and self._leads_on(case.retiring(case.first), code, waits):
            return WayOut.OTHER_MONTH
        if waits < MOST_WAITS and any(
            self._leads_on(one, code, waits + 1) for one in after_other_parts(case)
        ):
            return WayOut.AFTER_OTHER_PART
        return None

    def _needed_directly(self, case: Situation, code: str) -> list[str]:
        service = self.catalogue.services[code]
        return [*service.needs_all, *(one for one in service.needs_any if one == case.route)]


def names_place(case: Situation, verdict: Verdict) -> bool:
    """Return whether a verdict that sends the person elsewhere says where."""
    if verdict.rule == "resident":
        return bool(verdict.basis)
    place = value_of(case, "place_that_pays")
    return isinstance(place, str) and place != HERE and place in verdict.reason


def sorted_codes(catalogue: Catalogue) -> Iterator[str]:
    """Yield the codes of the services, each after those that it waits for."""
    yield from (one.code for one in sorted_by_need(catalogue))


def says_more_than_a_call(text: str) -> bool:
    """Return whether a sentence says something to do besides calling a number."""
    return bool(CALL.sub("", text).strip("，。；、 "))


def after_other_parts(case: Situation) -> Iterator[Situation]:
    """Yield the situations after what can be settled besides: merged, paid on, paid up."""
    facts = case.facts
    enough = enough_month(case)
    if enough is not None:
        yield case.waiting_until(max(enough, case.retire))
    if facts.get("earlier_places") or facts.get("insured_places"):
        merged = {"paid_months": 480, "paid_scope": PaidScope.EVERYWHERE}
        yield replace(case, facts={**facts, **merged})
    if needed := facts.get("medical_months_needed"):
        yield replace(case, facts={**facts, "medical_months": needed})
