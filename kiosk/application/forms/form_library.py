"""The forms of this program, read and checked once at the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.application.forms.compiler import FormCompiler
from kiosk.application.forms.content import FormContent, FormContents
from kiosk.application.forms.definitions import FormDefinitions, read_form_definitions
from kiosk.civil_time import CIVIL_ZONE, civil_day
from kiosk.config.schema import Problem
from kiosk.font_coverage import read_coverage
from kiosk.form_case import FormCase, FormEntry, FormMandate, FormPaper, FormParty
from kiosk.retirement.catalogue import Catalogue

SAMPLE_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=CIVIL_ZONE)


@dataclass(frozen=True)
class FormLibrary:
    """Definitions and compiler of all forms."""

    definitions: FormDefinitions
    compiler: FormCompiler

    @property
    def contents(self) -> FormContents:
        """Return what turns an application into the data of its forms."""
        return self.definitions.contents

    def problems(self) -> tuple[Problem, ...]:
        """Return what keeps a form from being made, with file and line; each is made once."""
        return tuple(self.compiler.check(self._samples()))

    def _samples(self) -> tuple[FormContent, ...]:
        contents, codes = self.contents, tuple(self.contents.catalogue.services)
        case = sample_case(self.contents.catalogue)
        party = FormParty("", "")
        day = civil_day(SAMPLE_AT)
        scope = next(iter(contents.words.scopes))
        letter = contents.commitment(case)
        assert letter is not None  # the sample promises every paper that may be promised
        return (
            contents.merged(case),
            *(contents.service(case, code, case.entries) for code in codes),
            letter,
            contents.mandate(case, FormMandate(party, party, "", scope, day, day)),
            contents.notice("", day, ""),
        )


def read_form_library(config: Path, assets: Path, catalogue: Catalogue) -> FormLibrary:
    """Return the forms in `config`, drawn with the fonts in `assets`.

    Raises ConfigError for words or templates that are absent or don't fit the catalogue.
    """
    definitions = read_form_definitions(config, catalogue)
    compiler = FormCompiler(definitions.templates, assets / "fonts", read_coverage(assets))
    return FormLibrary(definitions, compiler)


def sample_case(catalogue: Catalogue) -> FormCase:
    """Return an application of nobody with every field and every paper, to try templates with."""
    entries = {name: FormEntry("1", source="card") for name in catalogue.fields}
    papers = tuple(
        FormPaper(code, "promised" if paper.promise else "captured", 1)
        for code, paper in catalogue.papers.items()
    )
    return FormCase(
        id="sample",
        terminal="sample",
        confirmed_at=SAMPLE_AT,
        way="self",
        entries=entries,
        services=tuple(catalogue.services),
        papers=papers,
    )
