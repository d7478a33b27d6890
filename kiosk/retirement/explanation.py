"""Answers of the rules as lines of plain Chinese, for `kiosk rules … --explain`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.date_words import length_words
from kiosk.retirement.age import AgeRules, Estimate
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.guide import entries
from kiosk.retirement.order import Part
from kiosk.retirement.plan import Plan
from kiosk.retirement.rule_words import RuleWords
from kiosk.retirement.situation import Situation


@dataclass(frozen=True)
class Explanation:
    """The answers in words; `words` is config/texts/rules.toml."""

    words: RuleWords

    def explain_age(self, rules: AgeRules, found: Estimate) -> Iterator[str]:
        """Yield the estimated months of retirement and the minimum of paid months, in words."""
        words = self.words.age
        years, months = found.age
        said = words.years_and_months if months else words.years
        age = said.format(years=years, months=months)
        category, birth = rules.categories[found.category].name, found.birth.words()
        yield words.whose.format(category=category, birth=birth)
        yield words.statutory.format(month=found.statutory.words(), age=age, delay=found.delay)
        if found.flexible:
            early, late = rules.early_notice_months, rules.late_notice_months
            yield words.earliest.format(month=found.earliest.words(), notice=early)
            yield words.latest.format(month=found.latest.words(), notice=late)
        yield words.minimum.format(length=length_words(found.minimum_months))
        yield words.estimate

    def explain_verdicts(self, catalogue: Catalogue, case: Situation, plan: Plan) -> Iterator[str]:
        """Yield the estimate, then each verdict with its reason, basis and what would change it."""
        yield from self.explain_age(case.rules, case.estimate)
        for verdict in plan.verdicts.values():
            yield ""
            yield from self._verdict_lines(catalogue, verdict)

    def _verdict_lines(self, catalogue: Catalogue, found: Verdict) -> Iterator[str]:
        words = self.words.verdict
        yield words.answer.format(
            code=found.code,
            service=catalogue.services[found.code].plain,
            answer=self.words.answers[found.answer],
            since=words.since.format(month=found.since.words()) if found.since else "",
        )
        yield f"    {found.reason}"
        yield words.helper.format(words=found.helper)
        yield words.basis.format(words=found.basis)
        for text in found.changes:
            yield words.change.format(words=text)

    def explain_plan(self, catalogue: Catalogue, case: Situation, plan: Plan) -> Iterator[str]:
        """Yield what would be filed, asked and brought, and by which days it is promised."""
        words = self.words.plan
        yield from self.explain_age(case.rules, case.estimate)
        yield ""
        yield words.chosen.format(count=len(plan.chosen))
        yield words.fields.format(all=plan.tally.all, known=plan.tally.known)
        yield words.questions.format(count=len(plan.questions))
        for question in plan.questions:
            yield f"    {question.title}"
        yield words.papers.format(count=len(plan.papers))
        for need in plan.papers:
            ways = "、".join(self.words.ways[way] for way in need.ways)
            services = len(need.services)
            yield words.paper.format(name=need.name, ways=ways, why=need.why, services=services)
        yield words.order
        for part in plan.parts.values():
            yield self._part_line(catalogue, part)
        yield from self.plan_notes(plan)

    def _part_line(self, catalogue: Catalogue, part: Part) -> str:
        words = self.words.plan
        names = [catalogue.services[code].plain for code in (*part.waits_any, *part.waits_all)]
        at_once = words.at_once if part.begins_at_once else ""
        waits = words.waits.format(services="、".join(names)) if names else at_once
        service = catalogue.services[part.code].plain
        return words.part.format(service=service, waits=waits, due=self._due_words(part))

    def _due_words(self, part: Part) -> str:
        words = self.words.plan
        if part.due is None:
            return words.no_day
        if part.same_day:
            return words.same_day
        return words.due.format(
            since=words.since.format(month=part.since.words()) if part.since else "",
            year=part.due.year,
            month=part.due.month,
            day=part.due.day,
            expected=words.expected if part.expected else "",
        )

    def plan_notes(self, plan: Plan) -> Iterator[str]:
        """Yield a sentence for each year without a holiday notice, with what to do about it."""
        parts = plan.parts.values()
        years = {
            year
            for part in parts
            for year in (*part.unannounced_years, *part.lawful_unannounced_years)
        }
        for year in sorted(years):
            yield self.words.plan.no_holidays.format(year=year)

    def explain_guide(self, catalogue: Catalogue) -> Iterator[str]:
        """Yield the one notice (一次告知), which names all services and nobody."""
        words = self.words.guide
        lines = (words.service, words.who, words.papers, words.days, words.office, words.basis)
        for entry in entries(catalogue):
            yield from (line.format_map(vars(entry)) for line in lines)
