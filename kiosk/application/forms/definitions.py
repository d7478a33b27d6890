"""What all forms are made from, of one version: their words, their templates, their fields.

It needs no compiler and no fonts, so that terminal and central service can tell each form's digests
without making it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.application.authority import read_authority_rules
from kiosk.application.forms.content import FormContents
from kiosk.application.forms.document_case import case_of, mandate_of
from kiosk.application.forms.form_words import (
    COMMITMENTS_FILE,
    WORDS_FILE,
    check_commitments,
    check_sections,
    read_commitments,
    read_form_words,
)
from kiosk.application.forms.packet import FormDigests, FormPacket, packet_of
from kiosk.application.forms.template import FormTemplates, read_templates
from kiosk.application.office_views import Views
from kiosk.retirement.catalogue import Catalogue

FOLDER = "forms"
DEFINING = (
    "forms/*.typ",
    "forms/*.toml",
    "services/*.toml",
    "authority.toml",
    "fields.toml",
    "materials.toml",
    "offices.toml",
)
"""Files below config/ on which the data of a form depend."""


@dataclass(frozen=True)
class FormDefinitions:
    """The forms of one version; `version` is the SHA-256 of the files that define them."""

    version: str
    contents: FormContents
    templates: FormTemplates
    views: Views

    def packet(self, document: Mapping[str, Any]) -> FormPacket:
        """Return the forms of an application document of version 3.

        Raises AttributeError, KeyError, TypeError or ValueError for one that no terminal composes.
        """
        case, facts = case_of(document), document["facts"]
        views = {code: self.views.fields_of(facts, code) for code in case.services}
        return packet_of(case, self.contents, views, mandate_of(document))

    def record(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the member `forms` of an application document, which the signature covers.

        The document needs of its signature only the member `by`. Raises as `packet` does.
        """
        digests: FormDigests = self.packet(document).digests(self.templates)
        return {"version": self.version, "digests": digests}


def read_form_definitions(config: Path, catalogue: Catalogue) -> FormDefinitions:
    """Return the forms in `config`.

    Raises ConfigError for words or templates that are absent or don't fit the catalogue.
    """
    folder = config / FOLDER
    words, commitments = read_form_words(folder), read_commitments(folder)
    check_sections(words, folder / WORDS_FILE, catalogue.fields)
    promised = {code: paper.promise for code, paper in catalogue.papers.items()}
    check_commitments(commitments, folder / COMMITMENTS_FILE, promised)
    authority = read_authority_rules(config / "authority.toml")
    return FormDefinitions(
        _version_of(config),
        FormContents(words, commitments, catalogue, authority),
        read_templates(folder),
        Views(catalogue.services, (), catalogue.fields),
    )


def _version_of(config: Path) -> str:
    """Return one digest of all defining files, each with its name and length."""
    said = hashlib.sha256()
    for path in sorted(path for one in DEFINING for path in config.glob(one)):
        content = path.read_bytes()
        said.update(f"{path.relative_to(config).as_posix()} {len(content)}\n".encode())
        said.update(content)
    return said.hexdigest()
