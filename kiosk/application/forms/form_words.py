"""The words and the order of the forms: config/forms/words.toml and commitments.toml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of

WORDS_FILE = "words.toml"
COMMITMENTS_FILE = "commitments.toml"


@dataclass(frozen=True)
class FormSection:
    """One part of a form: its heading and its fields in order."""

    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class FormEmphasis:
    """Fields with a line of their own, and fields in bold type."""

    fields: tuple[str, ...]
    strong: tuple[str, ...]


@dataclass(frozen=True)
class FormLabels:
    """Words that the templates place by themselves; a template names them as `form.words`."""

    number: str
    at: str
    terminal: str
    way: str
    office: str
    basis: str
    result: str
    services: str
    papers: str
    digest: str
    scan: str
    qr_alt: str
    attached: str
    signature: str
    principal_signature: str
    proxy_signature: str
    ink_alt: str
    decision: str
    missing: str
    missing_cure: str
    bring: str
    service_names: tuple[str, ...]
    paper_names: tuple[str, ...]
    decision_names: tuple[str, ...]
    notice_names: tuple[str, ...]


@dataclass(frozen=True)
class FormTexts:
    """Sentences of the forms; braces are filled in from the application."""

    declaration: str
    declaration_proxy: str
    signed_finger: str
    signed_key: str
    unsigned: str
    insisted: str
    pages: str
    no_pages: str
    source_at: str
    commitment: str
    commitment_title: str
    authority: tuple[str, ...]
    notice_lines: tuple[str, ...]


@dataclass(frozen=True)
class FormWords:
    """The file words.toml.

    `formats` say how a field's raw value is shown ("day", "month", "groups 6 4 4"), `values` the
    words of coded ones.
    """

    version: str
    titles: Mapping[str, str]
    words: FormLabels
    texts: FormTexts
    lines: Mapping[str, str]
    sources: Mapping[str, str]
    reasons: Mapping[str, str]
    scopes: Mapping[str, str]
    marks: Mapping[str, str]
    ways: Mapping[str, str]
    settled: Mapping[str, str]
    formats: Mapping[str, str]
    units: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    sections: tuple[FormSection, ...]
    wide: FormEmphasis


@dataclass(frozen=True)
class CommitmentText:
    """What the letter of commitment says for one paper, by sentences, and the law for it."""

    promise: tuple[str, ...]
    basis: str


@dataclass(frozen=True)
class Commitments:
    """The file commitments.toml; `papers` by paper code.

    `consequence` says in one sentence each what follows from an untrue promise, and
    `consequence_basis` by which law.
    """

    version: str
    common_basis: str
    check: str
    consequence: tuple[str, ...]
    consequence_basis: str
    papers: Mapping[str, CommitmentText]


def read_form_words(folder: Path) -> FormWords:
    """Return the words of the forms in `folder`. Raises kiosk.config.schema.ConfigError."""
    return load(FormWords, folder / WORDS_FILE)


def read_commitments(folder: Path) -> Commitments:
    """Return the texts of the commitments in `folder`. Raises kiosk.config.schema.ConfigError."""
    return load(Commitments, folder / COMMITMENTS_FILE)


def check_sections(words: FormWords, path: Path, fields: Iterable[str]) -> None:
    """Require that each of `fields` stands in exactly one section of the file `path`.

    Raises ConfigError that names every field that does not.
    """
    problems = tuple(_misplaced(words, path, frozenset(fields)))
    if problems:
        raise ConfigError(problems)


def _misplaced(words: FormWords, path: Path, fields: frozenset[str]) -> Iterator[Problem]:
    line = line_of(path, "sections")
    placed = [name for part in words.sections for name in part.fields]
    for name in sorted(fields - set(placed)):
        yield Problem(str(path), line, name, text_of("forms.unplaced"))
    for name in sorted(set(placed) - fields):
        yield Problem(str(path), line, name, text_of("forms.unknown_field"))
    for name in sorted({one for one in placed if placed.count(one) > 1}):
        yield Problem(str(path), line, name, text_of("forms.twice"))


def check_commitments(texts: Commitments, path: Path, promised: Mapping[str, bool]) -> None:
    """Require in `texts`, read from `path`, one for each paper that may be promised, no other.

    `promised` tells of each paper of the catalogue whether a promise may stand for it. Raises
    ConfigError that names every paper without one.
    """
    problems = [
        Problem(str(path), line_of(path, "papers"), code, text_of("forms.unpromised"))
        for code, may in promised.items()
        if may and code not in texts.papers
    ]
    problems += [
        Problem(str(path), line_of(path, f"papers.{code}"), code, text_of("forms.unknown_paper"))
        for code in texts.papers
        if code not in promised
    ]
    if problems:
        raise ConfigError(tuple(problems))
