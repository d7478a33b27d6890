"""Eligibility: the verdict on each service for one person, with its reason."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from kiosk.date_words import full_day_words
from kiosk.people.facts import FinishedService, InsuredKind
from kiosk.retirement.catalogue import Catalogue, Sentences, Service
from kiosk.retirement.conditions import Condition, Unmet, holds
from kiosk.retirement.figures import FactWords, value_of
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation

ELSEWHERE = ("drawn_here", "elsewhere")  # another place pays the pension
PASSED_ON = ("needs", "route", "lost", *ELSEWHERE)  # what follows such a service is lost too


class EligibilityAnswer(StrEnum):
    """The four possible answers of a verdict."""

    CAN = "can"
    LATER = "later"
    CANNOT = "cannot"
    REVIEW = "review"


@dataclass(frozen=True)
class Verdict:
    """The answer on one service for one person.

    `reason` is worded for the person, `helper` for the helper; `changes` says what would change the
    answer. `since` is the first possible month and is set for LATER. `rule` names what decided: a
    condition, or kind, resident, done, open, drawn, drawn_since, route, needs, lost, elsewhere,
    waits, unknown, other_route, insisted, manual, fits. `fileable` says whether the service may be
    part of the application, `insistable` whether the person may file it against the shared data.
    """

    code: str
    answer: EligibilityAnswer
    reason: str
    helper: str
    basis: str
    rule: str
    changes: tuple[str, ...] = ()
    since: Month | None = None
    fileable: bool = True
    insistable: bool = False


@dataclass(frozen=True)
class Judgement:
    """The evaluation of one person's services, each after those that it waits for.

    `insisted` are the codes that the person files against the shared data; `figures` are the facts
    in words, for the braces of sentences. Each condition is put to the facts once, in `found`:
    services share most of them.
    """

    catalogue: Catalogue
    case: Situation
    insisted: Collection[str]
    figures: FactWords
    found: dict[str, bool | None] = field(default_factory=dict)

    def judge(self, service: Service, before: Mapping[str, Verdict]) -> Verdict:
        """Return the verdict on `service`; `before` holds those on all it waits for."""
        general = self._by_kind(service) or self._by_filed(service) or self._by_pension(service)
        if general is None and self.case.seeks_pension and not self._done("R06"):
            general = self._by_route(service) or self._by_needs(service, before)
        if general is not None:
            return general
        unmet = [name for name in service.when if self._holds(name) is False]
        open_ones = [name for name in service.when if self._holds(name) is None]
        insisted = self._drop_insisted(service, unmet)
        return (
            self._by_weight(service, unmet, Unmet.CANNOT)
            or self._by_later(service, unmet, before)
            or (self._general(service, "insisted", EligibilityAnswer.REVIEW) if insisted else None)
            or self._by_weight(service, unmet, Unmet.REVIEW)
            or (self._by_unknown(service, open_ones) if open_ones else None)
            or self._fitting(service)
        )

    def _condition(self, name: str) -> Condition:
        return self.catalogue.conditions[name]

    def _holds(self, name: str) -> bool | None:
        if name not in self.found:
            self.found[name] = holds(self._condition(name), self.case)
        return self.found[name]

    def _general(
        self, service: Service, rule: str, answer: EligibilityAnswer, **more: str
    ) -> Verdict:
        """Return a verdict in the words of config/verdicts.toml; `more` fills braces."""
        said: Sentences = getattr(self.catalogue.words, rule)
        words = ChainMap({"route": self._route_words, **more}, self.figures)
        return Verdict(
            code=service.code,
            answer=answer,
            reason=said.reason.format_map(words),
            helper=said.helper.format_map(words),
            basis=service.basis,
            rule=rule,
            changes=tuple(text.format_map(words) for text in said.changes),
            fileable=answer is not EligibilityAnswer.CANNOT,
        )

    @property
    def _route_words(self) -> str:
        return self.catalogue.words.routes[self.case.route]

    def _by_kind(self, service: Service) -> Verdict | None:
        kind = self.case.facts.get("kind")
        if kind is None or kind in service.kinds:
            return None
        if kind == InsuredKind.RESIDENT:
            return self._general(service, "resident", EligibilityAnswer.CANNOT)
        names = self.catalogue.words.kinds
        fitting = "、".join(names[one] for one in service.kinds)
        return self._general(
            service, "kind", EligibilityAnswer.CANNOT, kinds=fitting, kind=names[str(kind)]
        )

    def _by_pension(self, service: Service) -> Verdict | None:
        """Return CANNOT for somebody who draws a pension already, unless it is meant for them.

        What was refused before can be filed again, so that it is not lost to who draws one since.
        """
        refused = self.case.facts.get("services_refused", ())
        assert isinstance(refused, tuple)
        if not self.case.draws_pension or service.after_pension or service.code in refused:
            return None
        rule = "drawn_since" if "draws_since" in self.case.facts else "drawn"
        return self._general(service, rule, EligibilityAnswer.CANNOT)

    def _by_filed(self, service: Service) -> Verdict | None:
        """Return CANNOT for what is under way, or was finished and is had only once."""
        under_way = self.case.facts.get("services_open", ())
        assert isinstance(under_way, tuple)
        if service.code in under_way:
            return self._general(service, "open", EligibilityAnswer.CANNOT)
        on = self._done(service.code)
        if not on or service.after_pension:
            return None
        day = date.fromisoformat(on)
        words = full_day_words(day)
        return self._general(service, "done", EligibilityAnswer.CANNOT, day=words)

    def _done(self, code: str) -> str:
        """Return the day on which a service was finished in an earlier case, "" for none."""
        found = self.case.facts.get("services_done", ())
        assert isinstance(found, tuple)
        finished = (one for one in found if isinstance(one, FinishedService))
        return next((one.on for one in finished if one.code == code), "")

    def _by_route(self, service: Service) -> Verdict | None:
        """Return CANNOT for a route that was not chosen; REVIEW while retiring by age.

        On the way by age the two special routes stay on show for review, though they cannot be
        filed beside it. Their own unmet condition is the better explanation and is left to decide.
        """
        if not service.exclusive_group or service.code == self.case.route:
            return None
        if self.case.route is not Route.AGE:
            return self._general(service, "route", EligibilityAnswer.CANNOT)
        if any(self._holds(name) is False for name in service.when):
            return None  # its own condition says more than "another way was chosen"
        offered = self._general(service, "other_route", EligibilityAnswer.REVIEW)
        return replace(offered, fileable=False)

    def _by_needs(self, service: Service, before: Mapping[str, Verdict]) -> Verdict | None:
        """Return CANNOT when a service that this one waits for cannot be had.

        Only the rules in `PASSED_ON` are passed on: a needed service that is out for another
        reason, such as the person's kind of insurance, was never needed by this person.
        """
        if any(self._done(name) for name in service.needs_any):
            any_of, met = [], True
        else:
            any_of = [before[name] for name in service.needs_any if self._on_route(name)]
            met = not service.needs_any or bool(any_of)
        all_of = [before[name] for name in service.needs_all if before[name].rule in PASSED_ON]
        lost = all_of + (
            any_of if all(one.answer is EligibilityAnswer.CANNOT for one in any_of) else []
        )
        if not met:
            return self._general(service, "needs", EligibilityAnswer.CANNOT)
        if not lost:
            return None
        if lost[0].rule in ("needs", "route"):
            return self._general(service, "needs", EligibilityAnswer.CANNOT)
        if lost[0].rule in ELSEWHERE:
            return self._general(service, "elsewhere", EligibilityAnswer.CANNOT)
        first = self.catalogue.services[lost[0].code].plain
        return self._general(service, "lost", EligibilityAnswer.CANNOT, first=first)

    def _on_route(self, name: str) -> bool:
        return not self.catalogue.services[name].exclusive_group or name == self.case.route

    def _drop_insisted(self, service: Service, unmet: list[str]) -> bool:
        """Remove from `unmet` what the person disputes; return whether anything was removed.

        Who insists on one service may unsettle what another rests on: early years that no office
        has recorded count for the pension.
        """
        insists = service.code in self.insisted
        doubted = [
            name
            for name in unmet
            if (insists and self._condition(name).insist) or name in self._unsettled
        ]
        unmet[:] = [name for name in unmet if name not in doubted]
        return bool(doubted)

    def _by_weight(self, service: Service, unmet: list[str], weight: Unmet) -> Verdict | None:
        decisive = [name for name in unmet if self._condition(name).unmet is weight]
        if not decisive:
            return None
        # Of several months the last one is the first in which all conditions hold.
        name = max(decisive, key=self._month_of) if weight is Unmet.LATER else decisive[0]
        return self._by_condition(service, name, unmet)

    def _by_later(
        self, service: Service, unmet: list[str], before: Mapping[str, Verdict]
    ) -> Verdict | None:
        """Return LATER from the last month of its own conditions and of what it waits for."""
        own = self._by_weight(service, unmet, Unmet.LATER)
        waits = self._by_waiting(service, before)
        if own is None or waits is None:
            return own or waits
        assert own.since is not None
        assert waits.since is not None
        return own if own.since > waits.since else waits

    def _month_of(self, name: str) -> Month:
        since = value_of(self.case, self._condition(name).from_month)
        return since if isinstance(since, Month) else Month(0)

    @cached_property
    def _unsettled(self) -> frozenset[str]:
        disputed = (
            name
            for code in self.insisted
            for name in self.catalogue.services[code].when
            if self._condition(name).insist and self._holds(name) is False
        )
        return frozenset(one for name in disputed for one in self._condition(name).unsettles)

    def _by_condition(self, service: Service, name: str, unmet: list[str]) -> Verdict:
        condition = self._condition(name)
        since = self._month_of(name) if condition.unmet is Unmet.LATER else None
        all_unmet = [name, *(one for one in unmet if one != name)]
        helper = "".join(self._condition(one).helper for one in all_unmet)
        changes = [
            text for one in self._in_the_way(condition, unmet) for text in self._changes(one)
        ]
        return Verdict(
            code=service.code,
            answer=EligibilityAnswer(condition.unmet.value),
            reason=service.reasons[name].format_map(self.figures),
            helper=helper.format_map(self.figures),
            basis=condition.basis or service.basis,
            rule=name,
            changes=tuple(text.format_map(self.figures) for text in changes),
            since=since,
            fileable=condition.unmet is not Unmet.CANNOT,
            insistable=condition.insist,
        )

    def _in_the_way(self, decisive: Condition, unmet: list[str]) -> Iterator[str]:
        """Yield the unmet conditions whose changes are said.

        Where the answer is CANNOT, meeting any other condition would change nothing: who belongs to
        another place is not told to have the years merged here.
        """
        for name in unmet:
            if decisive.unmet is not Unmet.CANNOT or self._condition(name).unmet is Unmet.CANNOT:
                yield name

    def _changes(self, name: str) -> Iterator[str]:
        condition = self._condition(name)
        yield from condition.changes
        for other, text in condition.changes_if.items():
            if self._holds(other):
                yield text

    def _by_waiting(self, service: Service, before: Mapping[str, Verdict]) -> Verdict | None:
        """Return LATER for what waits for a later service, from the latest of those months."""
        if not self.case.seeks_pension:
            return None
        waited = [
            before[name]
            for name in (*service.needs_any, *service.needs_all)
            if self._on_route(name) and before[name].since is not None
        ]
        if not waited:
            return None
        last = max(waited, key=lambda one: one.since or Month(0))
        assert last.since is not None
        first = self.catalogue.services[last.code].plain
        found = self._general(
            service, "waits", EligibilityAnswer.LATER, first=first, month=last.since.words()
        )
        return replace(found, since=last.since)

    def _by_unknown(self, service: Service, open_ones: list[str]) -> Verdict:
        missing = "、".join(self._missing(open_ones))
        found = self._general(service, "unknown", EligibilityAnswer.REVIEW, missing=missing)
        said = self._condition(open_ones[0]).unknown
        return replace(found, reason=said.format_map(self.figures)) if said else found

    def _missing(self, open_ones: list[str]) -> Iterator[str]:
        for condition in map(self._condition, open_ones):
            for fact in filter(None, (condition.fact, condition.than)):
                if value_of(self.case, fact) is None:
                    yield self.catalogue.facts[fact].label

    def _fitting(self, service: Service) -> Verdict:
        manual = service.manual_review
        said = self._general(service, "manual", EligibilityAnswer.REVIEW)
        return Verdict(
            code=service.code,
            answer=EligibilityAnswer.REVIEW if manual else EligibilityAnswer.CAN,
            reason=service.reason.format_map(self.figures),
            helper=service.helper.format_map(self.figures),
            basis=service.basis,
            rule="manual" if manual else "fits",
            changes=said.changes if manual else (),
        )


def judge_all(
    catalogue: Catalogue, case: Situation, insisted: Collection[str] = ()
) -> Mapping[str, Verdict]:
    """Return the verdict on every service, by code, in the order of handling.

    `insisted` are the services that the person files although the shared data speak against it.
    The verdicts are worked out once for a situation and catalogue.
    """
    asked = frozenset(insisted)
    of, known = case.judged.get(asked, (None, {}))
    if of is not catalogue:
        known = _judge_all(catalogue, case, asked)
        case.judged[asked] = (catalogue, known)
    return known


def _judge_all(
    catalogue: Catalogue, case: Situation, insisted: Collection[str]
) -> Mapping[str, Verdict]:
    judgement = Judgement(catalogue, case, insisted, FactWords(catalogue.facts, case))
    found: dict[str, Verdict] = {}
    for service in sorted_by_need(catalogue):
        found[service.code] = judgement.judge(service, found)
    return {service.code: found[service.code] for service in catalogue.in_order()}


def sorted_by_need(catalogue: Catalogue) -> Iterator[Service]:
    """Yield every service after all those that it waits for."""
    placed: set[str] = set()
    waiting = list(catalogue.in_order())
    while waiting:
        ready = [
            one
            for one in waiting
            if placed.issuperset((*one.needs_any, *one.needs_all, *one.after))
        ]
        assert ready, "a circle; the catalogue was refused for it"
        yield from ready
        placed.update(one.code for one in ready)
        waiting = [one for one in waiting if one.code not in placed]
