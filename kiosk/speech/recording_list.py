"""The sentences to record: all that pages can say, and the syllables of names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from kiosk.speech.numerals import EDGES, number_recordings, pieces_of, without_unit
from kiosk.speech.spoken_words import spoken_words
from kiosk.visit.page_parts.addressing import TABLES, of_another
from kiosk.visit.reference_data import ReferenceData

SHOWN_ONLY = frozenset({"paper_notice", "slip", "path", "addressing"})
"""Tables of words on paper, of a picture of the way, and of pronouns, which stand in sentences."""
SILENT = frozenset({("proof", "credit"), ("form", "bare_without")})
GENERAL = (
    "kind",
    "resident",
    "drawn",
    "drawn_since",
    "done",
    "open",
    "elsewhere",
    "route",
    "needs",
    "lost",
    "other_route",
    "waits",
    "unknown",
    "manual",
)
"""The answers of config/verdicts.toml that hold for every service."""


def wanted_texts(book: ReferenceData) -> tuple[str, ...]:
    """Return the text of every clip that pages can ask for, each once, sorted."""
    syllables = {syllable for syllable, signs in book.readings.signs.items() if signs}
    usual = syllables & set(book.readings.usual.values())
    fixed = {*spoken_words().all, *number_recordings()}
    named = {syllable for name in book.readings.names.values() for syllable in name}
    return tuple(sorted({*fixed, *usual, *named, *_sentences(book)}))


def _sentences(book: ReferenceData) -> Iterator[str]:
    for template in (*_templates(book), *_of_another(book)):
        if template == "{name}":
            continue  # the names of papers are whole titles, below
        yield from _fragments(template)


def _fragments(template: str) -> Iterator[str]:
    """Yield a text without braces whole; of others what stands between braces and numbers.

    A unit after a brace is left out: it is recorded together with each number.
    """
    parts = [(text, name) for text, name, _, _ in Formatter().parse(template)]
    if not any(name for _, name in parts):
        yield template
        return
    for at, (text, _) in enumerate(parts):
        if bare := (without_unit(text) if at else text).strip(EDGES):
            yield from pieces_of(bare)


def _templates(book: ReferenceData) -> Iterator[str]:
    for table, words in book.words.items():
        if table not in SHOWN_ONLY:
            yield from (text for key, text in _texts(words) if (table, key) not in SILENT)
    for words_of_failure in book.failures.values():
        yield words_of_failure.sentence
    yield from _rules(book)
    yield from _commitments(book)
    yield from _of_authority(book)
    yield from _questions(book)


def _of_another(book: ReferenceData) -> Iterator[str]:
    """Yield the texts about the person as whoever files for another reads them."""
    yield from (of_another(text, book) for text in _of_the_person(book))


def _of_the_person(book: ReferenceData) -> Iterator[str]:
    """Yield the texts that are worded differently for whoever files for another."""
    for table in TABLES:
        yield from (text for _, text in _texts(book.words[table]))
    yield from _rules(book)
    yield from _questions(book)


def _questions(book: ReferenceData) -> Iterator[str]:
    for question in book.questions:
        yield from (question.title, question.sentence, question.label)
        yield from (text for text in (question.next_words, question.without) if text)
        for option in question.options:
            yield from (option.words, *((option.under,) if option.under else ()))


def _rules(book: ReferenceData) -> Iterator[str]:
    catalogue = book.catalogue
    for paper in catalogue.papers.values():
        yield from (paper.name, paper.why)
        yield from (paper.personal_why,) if paper.personal_why else ()
        yield from (paper.request.by,) if paper.request else ()
    for service in catalogue.services.values():
        yield from (service.plain, service.reason, *service.reasons.values())
        yield from (service.waits_for_person,) if service.waits_for_person else ()
    words = catalogue.words
    for general in GENERAL:
        yield getattr(words, general).reason
    yield from (words.insisted.reason, *words.kinds.values(), *words.routes.values())
    yield from (words.guide.same_day, words.guide.after_previous, *words.guide.units.values())
    yield from catalogue.offices.stages.values()
    yield from (text for one in catalogue.leaflets.values() for text in (one.plain, one.where))


def _commitments(book: ReferenceData) -> Iterator[str]:
    texts = book.forms.contents.commitments
    yield from (texts.check, *texts.consequence)
    yield from (text for paper in texts.papers.values() for text in paper.promise)


def _of_authority(book: ReferenceData) -> Iterator[str]:
    rules = book.authority
    for words in (rules.relations, rules.scopes, rules.evidence, rules.reasons):
        yield from words.values()
    yield from (term.words for term in rules.terms.values())


def _texts(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in words.items():
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, Mapping):
            yield from _texts(value)
        else:
            yield from ((key, text) for text in value)
