"""A verdict as a proof: facts with their sources, conditions, result, and articles of the law."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kiosk.retirement.catalogue import Service
from kiosk.retirement.conditions import holds
from kiosk.retirement.eligibility import Verdict
from kiosk.retirement.estimate.parameters import SourceStatus
from kiosk.retirement.figures import value_of
from kiosk.retirement.law.corpus import CitedArticle, LawCorpus
from kiosk.retirement.rule_review.sentences import FactSentences
from kiosk.retirement.situation import Situation


@dataclass(frozen=True)
class VerdictProof:
    """The proof of one verdict in sentences.

    `sentences` says facts and conditions, `corpus` holds the texts of the law. `told` are the facts
    that the person said, because no office knows them.
    """

    sentences: FactSentences
    corpus: LawCorpus
    case: Situation
    verdict: Verdict
    told: Collection[str] = ()

    @property
    def service(self) -> Service:
        """Return the service that was judged."""
        return self.sentences.catalogue.services[self.verdict.code]

    def lines(self) -> Iterator[str]:
        """Yield the proof: service, facts, conditions, result, and the law with its digests."""
        words = self.sentences.words
        yield words.proof.title.format(
            code=self.verdict.code, service=self.service.plain, day=self.case.on.isoformat()
        )
        yield from self._fact_lines()
        yield from self._condition_lines()
        yield words.proof.result.format(answer=words.answers[self.verdict.answer])
        yield words.proof.reason.format(reason=self.verdict.reason)
        yield words.proof.helper.format(helper=self.verdict.helper)
        yield words.proof.law
        for basis in dict.fromkeys(self._bases()):
            for cited in self.corpus.cited(basis):
                yield from self._law_lines(cited)

    def _fact_lines(self) -> Iterator[str]:
        """Yield each fact that a condition of the service names, with its value and its source."""
        catalogue, words = self.sentences.catalogue, self.sentences.words
        conditions = (catalogue.conditions[name] for name in self.service.when)
        pairs = ((one.fact, one.than) for one in conditions)
        names = dict.fromkeys(("kind", *(name for pair in pairs for name in pair if name)))
        yield words.proof.facts
        for name in names:
            value = value_of(self.case, name)
            source = words.proof.sources[catalogue.facts[name].from_]
            yield words.proof.fact.format(
                fact=self.sentences.label(name),
                value=words.proof.not_known if value is None else self.sentences.value_words(value),
                source=words.proof.told if name in self.told else source,
            )

    def _condition_lines(self) -> Iterator[str]:
        words = self.sentences.words.proof
        conditions = self.sentences.catalogue.conditions
        if not self.service.when:
            return
        yield words.conditions
        for name in self.service.when:
            met = holds(conditions[name], self.case)
            said = words.open if met is None else words.met if met else words.unmet
            yield words.condition.format(
                sentence=self.sentences.condition_sentence(name),
                met=said,
                decides=words.decides if name == self.verdict.rule else "",
            )

    def _bases(self) -> Iterator[str]:
        yield self.verdict.basis
        yield self.service.basis
        conditions = self.sentences.catalogue.conditions
        yield from (conditions[name].basis for name in self.service.when)

    def _law_lines(self, cited: CitedArticle) -> Iterator[str]:
        words = self.sentences.words.proof
        if cited.law is None:
            yield words.ours.format(citation=cited.citation)
        elif cited.text is None:
            assert cited.law.status is SourceStatus.UNVERIFIED
            yield words.unverified.format(citation=cited.citation)
        else:
            yield words.article.format(
                citation=cited.citation, read_on=cited.law.read_on, address=cited.law.address
            )
            yield words.digest.format(sha256=cited.text.sha256)
            for paragraph in filter(None, cited.text.text.splitlines()):
                yield words.paragraph.format(text=paragraph)
