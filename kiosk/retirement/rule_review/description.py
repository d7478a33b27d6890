"""One service in plain sentences: whom it serves, its conditions, and examples of people.

All sentences are made of the data below config/, so that whoever knows the law can compare them
with it without reading TOML. The forms of the sentences stand in config/texts/rules.toml.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from kiosk.date_words import full_day_words
from kiosk.retirement.age import AgeRules
from kiosk.retirement.catalogue import Service
from kiosk.retirement.conditions import Condition, Unmet
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.facts import FactValue
from kiosk.retirement.rule_review.examples import VerdictExample
from kiosk.retirement.rule_review.model import ChosenMonth, SampledPerson
from kiosk.retirement.rule_review.sentences import FactSentences
from kiosk.retirement.situation import Route, Situation


@dataclass(frozen=True)
class ServiceDescription(FactSentences):
    """Sentences about services by one catalogue; `usual` is the person who is said once."""

    rules: AgeRules
    usual: SampledPerson

    def service_lines(self, code: str) -> Iterator[str]:
        """Yield whom the service serves, what it waits for, and each of its conditions."""
        words, service = self.words.show, self.catalogue.services[code]
        yield words.service.format(code=code, plain=service.plain, name=service.name)
        yield words.basis.format(basis=service.basis)
        kinds = self.catalogue.words.kinds
        yield words.kinds.format(kinds="、".join(kinds[one] for one in service.kinds))
        yield from self._order_lines(service)
        yield words.after_pension if service.after_pension else words.not_after_pension
        if service.manual_review:
            yield words.manual
        if not service.when:
            yield words.no_condition
            return
        yield words.conditions
        for number, name in enumerate(service.when, 1):
            yield words.numbered.format(number=number, words=self.condition_sentence(name))
            yield words.unmet_reason.format(words=self.with_labels(service.reasons[name]))
            yield from self._condition_lines(service, self.catalogue.conditions[name])

    def _order_lines(self, service: Service) -> Iterator[str]:
        words = self.words.show
        if service.exclusive_group:
            yield words.exclusive.format(services=self._services(map(str, Route)))
        if service.needs_any:
            yield words.needs_any.format(services=self._services(service.needs_any))
        if service.needs_all:
            yield words.needs_all.format(services=self._services(service.needs_all))
        if service.after:
            yield words.after.format(services=self._services(service.after))

    def _services(self, codes: Iterator[str] | tuple[str, ...]) -> str:
        names = (f"{code} {self.catalogue.services[code].plain}" for code in codes)
        return "、".join(names)

    def _condition_lines(self, service: Service, condition: Condition) -> Iterator[str]:
        words = self.words.show
        consequence = words.unmet[condition.unmet]
        if condition.unmet is Unmet.LATER:
            consequence = consequence.format(month=self.label(condition.from_month))
        yield words.consequence.format(words=consequence)
        if condition.insist:
            yield words.insist
        yield words.unknown.format(words=condition.unknown or self.catalogue.words.unknown.reason)
        for text in condition.changes:
            yield words.change.format(words=self.with_labels(text))
        for name, text in condition.changes_if.items():
            when = self.condition_sentence(name)
            yield words.change_if.format(condition=when, words=self.with_labels(text))
        yield words.condition_basis.format(basis=condition.basis or service.basis)

    def example_lines(self, examples: tuple[VerdictExample, ...]) -> Iterator[str]:
        """Yield who passes and who does not; all examples differ from the usual person."""
        words = self.words.show
        usual = "，".join((*self._person_words(self.usual), *self._facts(self.usual.facts)))
        yield words.examples.format(person=usual)
        for answer, group in groupby(examples, key=lambda one: one.verdict.answer):
            yield words.answer.format(answer=self.words.answers[answer])
            for number, example in enumerate(group, 1):
                who = self.differences(example.person, example.case)
                yield words.numbered.format(number=number, words=who)
                yield from self._verdict_lines(example.verdict)
                yield words.command.format(command=command_of(example.person, example.case))

    def _verdict_lines(self, verdict: Verdict) -> Iterator[str]:
        words = self.words.show
        yield words.said.format(reason=verdict.reason, since=self._since(verdict))
        for text in verdict.changes:
            yield words.change.format(words=text)
        yield words.condition_basis.format(basis=verdict.basis)

    def _since(self, verdict: Verdict) -> str:
        """Return from which month it can be had, unless the reason says so itself."""
        month = verdict.since.words() if verdict.since else ""
        said_already = not month or month in verdict.reason
        return "" if said_already else self.words.verdict.since.format(month=month)

    def differences(self, person: SampledPerson, case: Situation) -> str:
        """Return in what a person differs from the usual one."""
        found = [
            said
            for said, usual in zip(
                self._person_words(person), self._person_words(self.usual), strict=True
            )
            if said != usual
        ]
        if person.month is not ChosenMonth.FIRST:
            found.append(self.words.show.retires.format(month=case.retire.words()))
        known, usual_facts = person.facts, self.usual.facts
        changed = {name: value for name, value in known.items() if value != usual_facts.get(name)}
        found += self._facts(changed)
        labels = [self.label(name) for name in usual_facts if name not in known]
        if labels:
            found.append(self.words.show.not_known.format(facts="".join(labels)))
        return "；".join(found) or self.words.show.usual

    def _person_words(self, person: SampledPerson) -> tuple[str, ...]:
        words = self.words.show
        return (
            self.rules.categories[person.category].name,
            words.born.format(month=person.birth.words()),
            words.comes.format(day=full_day_words(person.on)),
            self.catalogue.words.routes[person.route],
        )

    def _facts(self, facts: Mapping[str, FactValue]) -> list[str]:
        form = self.words.show.known
        return [
            form.format(fact=self.label(name), value=self.value_words(value))
            for name, value in facts.items()
        ]


def command_of(person: SampledPerson, case: Situation) -> str:
    """Return the command that answers for this very person."""
    facts = [text for text in person.typed if not text.startswith("kind=")]
    typed = ["retirement-kiosk", "rules", "services", "--insured", str(person.facts["kind"])]
    typed += ["--category", person.category, "--birth", str(person.birth)]
    typed += ["--on", person.on.isoformat()]
    typed += [word for text in facts for word in ("--fact", text)]
    if person.route is not Route.AGE:
        typed += ["--route", person.route]
    if person.month is not ChosenMonth.FIRST:
        typed += ["--retire", str(case.retire)]
    return shlex.join([*typed, "--explain"])
