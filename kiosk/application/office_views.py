"""Views of an application: what one office may see (PIPL 6: no more than needed).

The lists are those of the services: `fields` and `materials` in config/services/. Of a document of
version 3 an office gets `facts`: exactly the common fields and those that its service lists, each
with its value or the reason why it has none. Version 2 has no facts: there it gets the `answers`
to the questions, whose `services` are in config/questions.toml. What stands in every view is the
matter itself: who, from which month, by which consent and proof.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.application.recorded_facts import AbsenceReason, missing
from kiosk.crypto.envelope import canonical, digest
from kiosk.retirement.catalogue import Service
from kiosk.retirement.fields import Field, listed_fields
from kiosk.retirement.questions import Question

Document = dict[str, Any]

ALWAYS = ("version", "id", "terminal", "confirmed_at", "way", "applicant", "consent", "proof")
WHEN_THERE = ("proxy", "authority", "accepted_on")  # somebody acted for the person
TOLD = ("told_kind",)  # how the person says to be insured, where no office knew
MATTER = ("route", "retire_month", "timing")
PLACES: Mapping[str, tuple[str, ...]] = {
    "category": ("category", "category_from"),
    "retire_month": ("statutory_month",),
}
"""Members of `retirement` that a view gets for a field of its service, besides MATTER."""


WITH_FACTS = 3
"""The first version of the document with the member `facts`."""


@dataclass(frozen=True)
class Views:
    """The field lists of all services, and the fields of the form."""

    services: Mapping[str, Service]
    questions: tuple[Question, ...]
    fields: Mapping[str, Field]

    def view_of(self, document: Document, code: str) -> Document:
        """Return what the office of service `code` sees of an application document."""
        service = self.services[code]
        papers = [paper for paper in document["papers"] if paper["code"] in service.materials]
        return {
            **{name: document[name] for name in ALWAYS},
            **{name: document[name] for name in WHEN_THERE if name in document},
            "kind": "view",
            "service": code,
            "insisted": code in document["retirement"]["insisted"],
            "retirement": self._retirement(document["retirement"], service),
            **self._content(document, code),
            "papers": papers,
        }

    def fields_of(self, facts: Mapping[str, Any], code: str) -> tuple[str, ...]:
        """Return the fields that the office of service `code` gets of these facts, in order."""
        kind = facts.get("kind", {}).get("value")
        names = listed_fields(self.fields, self.services[code].fields, kind)
        return tuple(name for name in names if self.fields[name].for_offices)

    def _content(self, document: Document, code: str) -> Document:
        if document.get("version", 0) < WITH_FACTS:
            return {"answers": self._answers(document["answers"], code)}
        facts, none = document["facts"], missing(AbsenceReason.OLDER_FORM).record()
        return {"facts": {name: facts.get(name, none) for name in self.fields_of(facts, code)}}

    def digests(self, document: Document) -> dict[str, str]:
        """Return the SHA-256 of each chosen service's view, which the signature covers."""
        return {
            code: digest(canonical(self.view_of(document, code))) for code in document["services"]
        }

    def _answers(self, answers: Mapping[str, str], code: str) -> dict[str, str]:
        opened = {one.field for one in self.questions if code in self._readers(one)}
        return {name: answer for name, answer in answers.items() if name in opened}

    def _readers(self, question: Question) -> Collection[str]:
        """Return the services that see an answer: who asks for it, who lists it, or everybody."""
        if not question.for_offices:
            return ()
        listing = [code for code, one in self.services.items() if question.field in one.fields]
        return question.services or listing or self.services

    def _retirement(self, retirement: Mapping[str, Any], service: Service) -> Document:
        opened = (*MATTER, *_members(service.fields), "facts_known", "disputed")
        told = [name for name in TOLD if name in retirement]
        return {name: retirement[name] for name in (*opened, *told)}


def _members(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(member for name in fields for member in PLACES.get(name, ()))
