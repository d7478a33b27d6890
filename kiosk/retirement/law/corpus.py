"""The corpus of articles, config/law/: only texts that were read in a stored source.

A law of which no text was at hand stands there by its title, as unverified. Each text carries its
SHA-256, so that a changed letter is noticed and a proof names the very text that it rests on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_or_section, load
from kiosk.operator_texts import text_of
from kiosk.retirement.estimate.parameters import SourceStatus

FOLDER = "law"
BETWEEN_LAWS = "；"
BETWEEN_LAW_AND_ARTICLE = " "


@dataclass(frozen=True)
class LawArticle:
    """The text of one article, paragraphs apart by an empty line, and its SHA-256 in hex."""

    text: str
    sha256: str


@dataclass(frozen=True)
class Law:
    """One law or notice: where its text was read and on which day, and the articles that are cited.

    `read_on` is "YYYY-MM-DD", or "" of what was not read (`status` UNVERIFIED); that has no text.
    """

    title: str
    address: str
    read_on: str
    status: SourceStatus
    articles: Mapping[str, LawArticle] = field(default_factory=dict)


@dataclass(frozen=True)
class CitedArticle:
    """One basis of a verdict, as it is cited.

    `law` is None for what is no law of the corpus: a promise of ours. `text` is None for what was
    not read.
    """

    citation: str
    law: Law | None
    text: LawArticle | None


@dataclass(frozen=True)
class LawCorpus:
    """All laws by their title."""

    laws: Mapping[str, Law]

    def cited(self, basis: str) -> Iterator[CitedArticle]:
        """Yield each law and article that a basis of the rules names."""
        for citation in filter(None, basis.split(BETWEEN_LAWS)):
            title, _, article = citation.rpartition(BETWEEN_LAW_AND_ARTICLE)
            law = self.laws.get(citation) or self.laws.get(title)
            yield CitedArticle(citation, law, law.articles.get(article) if law else None)


def read_law_corpus(config: Path) -> LawCorpus:
    """Return the corpus below config/. Raises ConfigError that names every wrong place."""
    laws: dict[str, Law] = {}
    problems: list[Problem] = []
    for path in sorted((config / FOLDER).glob("*.toml")):
        law = load(Law, path)
        problems += [
            Problem(str(path), line_or_section(path, key), key, expected)
            for key, expected in _faults(law)
        ]
        laws[law.title] = law
    if problems:
        raise ConfigError(tuple(problems))
    return LawCorpus(laws)


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text as UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _faults(law: Law) -> Iterator[tuple[str, str]]:
    if law.status is SourceStatus.UNVERIFIED:
        if law.articles:
            yield "articles", text_of("retirement.unverified_text")
        return
    if not law.address:
        yield "address", text_of("retirement.no_address")
    try:
        date.fromisoformat(law.read_on)
    except ValueError:
        yield "read_on", text_of("retirement.day")
    for number, article in law.articles.items():
        if digest_of(article.text) != article.sha256:
            yield f'articles."{number}"', text_of("retirement.other_digest")
