"""An office's view of a case as its page shows it, in the words of the forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, repeat
from typing import Any

from central.vault_port import OfficeForm
from kiosk.application.forms.content import FormContents
from kiosk.application.forms.document_case import case_of
from kiosk.civil_time import to_civil
from kiosk.retirement.materials import Resolution

View = Mapping[str, Any]
FACTS, ANSWERS = "facts", "answers"


@dataclass(frozen=True)
class CasePicture:
    """A captured page by the digest of what was sealed.

    `doubt` names the test that the picture did not pass, "" where it passed.
    """

    blob: str
    doubt: str


@dataclass(frozen=True)
class CasePaper:
    """A paper of a case: its name, how it was handed in, in words, and its pages.

    `brought_at`: when it was brought later, ISO 8601, "" for what came with the application.
    """

    name: str
    settled: str
    pictures: tuple[CasePicture, ...]
    brought_at: str = ""


@dataclass(frozen=True)
class EmployerPaper:
    """A paper that the office asks the employer for, with its last day (ISO)."""

    name: str
    due_on: str


@dataclass(frozen=True)
class CaseField:
    """One field: value with where it comes from, or the reason why it has none, in words."""

    label: str
    value: str = field(repr=False)
    source: str = ""
    reason: str = ""
    dispute: str = ""


@dataclass(frozen=True)
class CaseSection:
    """Fields under one heading."""

    title: str
    fields: tuple[CaseField, ...]


@dataclass(frozen=True)
class CaseContent:
    """What an office reads of a case.

    `confirmed_at` is when it was signed. `proxy` is the name of who filed for the applicant, "" for
    nobody. `is_insisted`: filed although the rules say no. `forms` are those that can be opened,
    `requests` the papers that the office asks the employer for.
    """

    name: str = field(repr=False)
    number: str = field(repr=False)
    confirmed_at: datetime
    way: str
    proxy: str = field(repr=False)
    is_insisted: bool
    sections: tuple[CaseSection, ...]
    papers: tuple[CasePaper, ...]
    forms: tuple[OfficeForm, ...]
    requests: tuple[EmployerPaper, ...] = ()


@dataclass(frozen=True)
class CaseWords:
    """Names of papers that no list has: the letter of a proxy, and what was brought later.

    `answers` heads the fields of a document of version 2.
    """

    authority: str
    correction: str
    answers: str


def case_content(
    contents: FormContents, words: CaseWords, view: View, brought_at: Sequence[str] = ()
) -> CaseContent:
    """Return what stands in an office's view.

    `contents` are the words of the forms; `brought_at`: when each correction came, ISO 8601.
    Raises AttributeError, KeyError, TypeError or ValueError for a view of an application that no
    terminal composes.
    """
    applicant, proxy = view["applicant"], view.get("proxy", {})
    return CaseContent(
        name=applicant["name"],
        number=applicant["number"],
        confirmed_at=to_civil(datetime.fromisoformat(view["confirmed_at"])),
        way=contents.words.ways.get(view["way"], view["way"]),
        proxy=str(proxy.get("name", "")),
        is_insisted=view["insisted"],
        sections=tuple(_sections(contents, words, view)),
        papers=tuple(_papers(contents, words, view, brought_at)),
        forms=tuple(_forms(view)),
        requests=tuple(_requests(contents, view)),
    )


def _sections(contents: FormContents, words: CaseWords, view: View) -> Iterator[CaseSection]:
    if FACTS not in view:
        yield from _answers(contents, words, view[ANSWERS])
        return
    service = view["service"]
    insisted = [service] if view["insisted"] else []
    whole = {**view, "services": [service], "retirement": {"insisted": insisted}}
    form = contents.service(case_of(whole), service, view[FACTS])
    for part in form.data["sections"]:
        yield CaseSection(part["title"], tuple(_field(row) for row in part["rows"]))


def _field(row: Mapping[str, Any]) -> CaseField:
    return CaseField(row["label"], row["value"], row["note"], row["reason"], row["disputed"])


def _answers(
    contents: FormContents, words: CaseWords, answers: Mapping[str, str]
) -> Iterator[CaseSection]:
    """Yield what a document of version 2 says, which has no facts."""
    known = contents.catalogue.fields
    fields = tuple(
        CaseField(known[name].label if name in known else name, str(said))
        for name, said in answers.items()
    )
    if fields:
        yield CaseSection(words.answers, fields)


def _papers(
    contents: FormContents, words: CaseWords, view: View, brought_at: Sequence[str]
) -> Iterator[CasePaper]:
    listed, settled = contents.catalogue.papers, contents.words.settled
    for paper in view["papers"]:
        code = paper["code"]
        name = listed[code].name if code in listed else code
        yield CasePaper(name, settled[paper["settled"]], _pictures(paper["pages"]))
    authority = view.get("authority", {})
    card = authority.get("card_copy")
    if pages := [*authority.get("pages", ()), *([card] if card else ())]:
        yield CasePaper(words.authority, settled[Resolution.CAPTURED], _pictures(pages))
    for brought, at in zip(view["corrections"], chain(brought_at, repeat("")), strict=False):
        for paper in brought["papers"]:
            pictures = _pictures(paper["pages"])
            yield CasePaper(words.correction, settled[Resolution.CAPTURED], pictures, at)


def _pictures(pages: Sequence[Mapping[str, Any]]) -> tuple[CasePicture, ...]:
    return tuple(CasePicture(page["blob"], str(page.get("doubt", ""))) for page in pages)


def _requests(contents: FormContents, view: View) -> Iterator[EmployerPaper]:
    listed = contents.catalogue.papers
    for one in view.get("requests", ()):
        code = one["paper"]
        yield EmployerPaper(listed[code].name if code in listed else code, one["due_on"])


def _forms(view: View) -> Iterator[OfficeForm]:
    if FACTS not in view:
        return
    yield OfficeForm.SERVICE
    if any(paper["settled"] == Resolution.PROMISED for paper in view["papers"]):
        yield OfficeForm.COMMITMENT
    if "proxy" in view and "scope" in view.get("authority", {}):
        yield OfficeForm.AUTHORITY
