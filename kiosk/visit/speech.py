"""What does the loudspeaker say of a page? Words -> recorded clips, and which words those are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import Formatter

from kiosk.clips import Clips, Phrases
from kiosk.visit.handbook import Handbook
from kiosk.visit.numerals import DIGITS, PLACES, pieces_of
from kiosk.visit.page import Said

ALWAYS = ("title", "sentence")  # what a key of config/texts/pages.toml begins with
ALSO = (
    ("proof", "ready"),
    ("dates", "assumed"),
    ("dates", "hero_special"),
    ("guide", "printing"),
    ("form", "letters_sentence"),
    ("form", "count"),
    ("quit", "kept"),
    ("facts", "count"),
    ("choose", "count"),
    ("choose", "page"),
    ("progress", "already"),
    ("progress", "asking"),
    ("progress", "count"),
    ("review", "services_value"),
    ("receipt", "last"),
    ("receipt", "last_what"),
)
SHOWN_ONLY = frozenset({"paper_notice", "slip"})  # on paper
SAMPLES = {"due": "1月1日"}
ATOMS = (*DIGITS, *(name for _, name in PLACES), "两", "年", "月", "日", "元", "项", "第", "页")


@dataclass(frozen=True)
class Utterance:
    """What is to be said now; `missing` is what nobody recorded."""

    phrases: Phrases
    seconds: float
    missing: tuple[str, ...] = ()


def utterance(said: Iterable[Said], clips: Clips) -> Utterance:
    """Find the clips of everything that is not private; a phrase with a gap is left out whole."""
    phrases: list[tuple[str, ...]] = []
    missing: list[str] = []
    for one in said:
        if one.private:
            continue
        pieces = (one.words,) if one.words in clips else pieces_of(one.words)
        lacking = [piece for piece in pieces if piece not in clips]
        missing += lacking
        if not lacking:
            phrases.append(tuple(clips.id_of(piece) for piece in pieces))
    return Utterance(tuple(phrases), clips.seconds_of(tuple(phrases)), tuple(missing))


def wanted_texts(book: Handbook) -> tuple[str, ...]:
    """Return the text of every clip that pages can ask for, each once, in a fixed order."""
    return tuple(sorted({*ATOMS, *_sentences(book)}))


def _sentences(book: Handbook) -> Iterator[str]:
    for template in _templates(book):
        blanks = [name for _, name, _, _ in Formatter().parse(template) if name]
        if not blanks:
            yield template
        elif blanks != ["name"]:  # the names of papers are whole titles, below
            filled = template.format_map({name: SAMPLES.get(name, "1") for name in blanks})
            yield from pieces_of(filled)


def _templates(book: Handbook) -> Iterator[str]:
    for table, words in book.words.items():
        for key, text in words.items():
            if table not in SHOWN_ONLY and (key.startswith(ALWAYS) or (table, key) in ALSO):
                yield text
    yield from book.words["coach"].values()
    for words_of_failure in book.failures.values():
        yield words_of_failure.sentence
    for question in book.questions:
        yield from (question.title, question.sentence)
    for paper in book.catalogue.papers.values():
        yield paper.name
