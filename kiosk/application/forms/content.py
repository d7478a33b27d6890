"""What stands on each form, as data for its template: no strokes, nothing of the machine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from kiosk.application.authority import AuthorityRules
from kiosk.application.forms.form_words import Commitments, FormWords
from kiosk.application.forms.values import shown_value
from kiosk.civil_time import civil_day, start_of_day, to_civil
from kiosk.crypto.envelope import canonical, digest
from kiosk.form_case import FormCase, FormEntry, FormMandate, FormPaper, FormParty
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.guide import entries, to_bring

FormData = dict[str, Any]


@dataclass(frozen=True)
class FormContent:
    """The data of one form; `template` is the name of its template, or a service's code."""

    kind: str
    template: str
    data: FormData = field(repr=False)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the data's canonical JSON, which the signature names."""
        return digest(canonical(self.data))


@dataclass(frozen=True)
class FormContents:
    """All that turns an application into the data of its forms."""

    words: FormWords
    commitments: Commitments
    catalogue: Catalogue
    authority: AuthorityRules

    def merged(self, case: FormCase) -> FormContent:
        """Return the merged application: every field of `case`, all services, all papers."""
        office = self.catalogue.offices.offices
        services = [
            {
                "number": str(at),
                "name": self.catalogue.services[code].name,
                "office": office[self.catalogue.services[code].office].name,
                "mark": self.words.texts.insisted if code in case.insisted else "",
            }
            for at, code in enumerate(case.services, 1)
        ]
        data = self._head("merged", case) | {
            "sections": self._sections(case, case.entries),
            "services": services,
            "papers": [self._paper(paper) for paper in case.papers],
        }
        return FormContent("merged", "merged", data)

    def service(self, case: FormCase, code: str, fields: Collection[str]) -> FormContent:
        """Return the form of the service `code`; `fields` are those of its office's view."""
        service = self.catalogue.services[code]
        papers = [paper for paper in case.papers if paper.code in service.materials]
        data = self._head("service", case) | {
            "title": service.name,
            "sections": self._sections(case, fields),
            "papers": [self._paper(paper) for paper in papers],
            "service": {
                "code": code,
                "name": service.name,
                "office": self.catalogue.offices.offices[service.office].name,
                "basis": service.basis,
                "result": service.result,
            },
        }
        return FormContent("service", code, data)

    def commitment(self, case: FormCase) -> FormContent | None:
        """Return the letter of commitment for each promised paper; None where none is promised."""
        promised = [paper for paper in case.papers if paper.settled == "promised"]
        if not promised:
            return None
        title = self.words.texts.commitment_title
        data = self._head("commitment", case) | {
            "declaration": self.words.texts.commitment,
            "person": [self._row(name, case.entries.get(name)) for name in ("name", "id_no")],
            "promises": [
                {
                    "title": title.format(number=at, name=self.catalogue.papers[one.code].name),
                    "lines": self._promise(one),
                }
                for at, one in enumerate(promised, 1)
            ],
        }
        return FormContent("commitment", "commitment", data)

    def mandate(self, case: FormCase, mandate: FormMandate) -> FormContent:
        """Return the power of attorney."""
        lines, scope = self.words.lines, self.words.scopes[mandate.scope]
        matter = [
            (lines["relation"], self.authority.relations.get(mandate.relation, "")),
            (lines["scope"], scope),
            (lines["since"], _day(mandate.since, self.words)),
            (lines["until"], _day(mandate.until, self.words)),
        ]
        spans = {
            "scope": scope,
            "since": _day(mandate.since, self.words),
            "until": _day(mandate.until, self.words),
        }
        data = self._head("authority", case) | {
            "sections": [
                {"title": lines["principal"], "rows": self._party(mandate.principal)},
                {"title": lines["proxy"], "rows": self._party(mandate.proxy)},
                {
                    "title": lines["matter"],
                    "rows": [
                        {"label": label, "value": value, "reason": ""} for label, value in matter
                    ],
                },
            ],
            "paragraphs": [text.format(**spans) for text in self.words.texts.authority],
            "signed_proxy": "",
        }
        return FormContent("authority", "authority", data)

    def notice(self, terminal: str, on: date, phone: str) -> FormContent:
        """Return the one notice.

        `terminal` is the terminal's code, `on` the day it is printed, `phone` the hotline.
        """
        day = _day(on, self.words)
        data = {
            "kind": "notice",
            "id": "",
            "title": self.words.titles["notice"],
            "terminal": terminal,
            "moment": _moment(start_of_day(on)),
            "words": asdict(self.words.words),
            "lines": [one.format(day=day, phone=phone) for one in self.words.texts.notice_lines],
            "bring": list(to_bring(self.catalogue)),
            "entries": [vars(one) for one in entries(self.catalogue)],
        }
        return FormContent("notice", "notice", data)

    def _head(self, kind: str, case: FormCase) -> FormData:
        """Return what stands on every form of an application."""
        texts = self.words.texts
        local = to_civil(case.confirmed_at)
        proxy = case.way in {"proxy", "helper_absent"}
        return {
            "kind": kind,
            "id": case.id,
            "title": self.words.titles.get(kind, ""),
            "terminal": case.terminal,
            "moment": _moment(local),
            "at": _day(civil_day(local), self.words) + f" {to_civil(case.confirmed_at):%H:%M}",
            "way": self.words.ways[case.way],
            "declaration": texts.declaration_proxy if proxy else texts.declaration,
            "signed": _signed(case.signed_by, self.words),
            "words": asdict(self.words.words),
        }

    def _sections(self, case: FormCase, names: Collection[str]) -> list[FormData]:
        """Return the sections with the fields of `names` that the application has."""
        parts = []
        for part in self.words.sections:
            shown = [one for one in part.fields if one in names and one in case.entries]
            if shown:
                rows = [self._row(name, case.entries[name]) for name in shown]
                parts.append({"title": part.title, "rows": rows})
        return parts

    def _row(self, name: str, entry: FormEntry | None) -> FormData:
        one = entry or FormEntry()
        return {
            "field": name,
            "label": self.catalogue.fields[name].label,
            "value": shown_value(name, one, self.words),
            "reason": self.words.reasons.get(one.reason, one.reason),
            "disputed": self.words.marks["disputed"] if one.disputed else "",
            "note": self._note(one),
            "wide": name in self.words.wide.fields,
            "strong": name in self.words.wide.strong,
        }

    def _note(self, entry: FormEntry) -> str:
        if not entry.source or not entry.value:
            return ""
        source = self.words.sources.get(entry.source, entry.source)
        if not entry.at:
            return source
        at = f"{to_civil(datetime.fromisoformat(entry.at)):%m-%d %H:%M}"
        return self.words.texts.source_at.format(source=source, at=at)

    def _paper(self, paper: FormPaper) -> FormData:
        texts = self.words.texts
        return {
            "name": self.catalogue.papers[paper.code].name,
            "settled": self.words.settled[paper.settled],
            "pages": texts.pages.format(count=paper.pages) if paper.pages else texts.no_pages,
        }

    def _promise(self, paper: FormPaper) -> list[FormData]:
        lines, texts = self.words.lines, self.commitments
        one = texts.papers[paper.code]
        told = (
            ("promise", "".join(one.promise), True),
            ("instead", self.catalogue.papers[paper.code].name, False),
            ("basis", f"{texts.common_basis}；{one.basis}", False),
            ("check", texts.check, False),
            ("consequence", f"{''.join(texts.consequence)}（{texts.consequence_basis}）", True),
        )
        return [{"label": lines[key], "text": text, "strong": strong} for key, text, strong in told]

    def _party(self, party: FormParty) -> list[FormData]:
        lines = self.words.lines
        return [
            {"label": lines["name"], "value": party.name, "reason": "", "strong": True},
            {
                "label": lines["id_no"],
                "value": shown_value("id_no", FormEntry(party.number), self.words),
                "reason": "",
            },
        ]


def _moment(at: datetime) -> FormData:
    """Return the instant in the parts that typst's datetime takes; it dates the PDF, too."""
    names = ("year", "month", "day", "hour", "minute", "second")
    return {name: getattr(at, name) for name in names}


def _day(on: date, words: FormWords) -> str:
    return words.units["day"].format(on.year, on.month, on.day)


def _signed(by: str, words: FormWords) -> str:
    """Return how it was signed, in words; `by` is "finger", "key", or "" for not yet."""
    said = {"finger": words.texts.signed_finger, "key": words.texts.signed_key}
    return said.get(by, words.texts.unsigned)
