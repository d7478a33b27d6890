"""Forms of a case as PDF, for the office of one of its services: its own, and letters for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from central.intake.form_signing import signing_of
from central.vault_port import OfficeForm, VaultRefusal
from kiosk.application.forms.compiler import FormCompiler, FormFailure
from kiosk.application.forms.definitions import FormDefinitions
from kiosk.application.office_views import WITH_FACTS
from kiosk.crypto.envelope import canonical
from kiosk.font_coverage import read_coverage
from kiosk.retirement.materials import Resolution

LOG = logging.getLogger(__name__)
ASSETS = Path(__file__).resolve().parents[2] / "assets"

Document = Mapping[str, Any]


@dataclass(frozen=True)
class OfficeForms:
    """Makes forms from the `definitions`; one at a time, because each takes a processor."""

    definitions: FormDefinitions
    compiler: FormCompiler
    _lock: Lock = field(default_factory=Lock, repr=False)

    def make(
        self, document: Document, view: Document, service: str, form: OfficeForm
    ) -> bytes | VaultRefusal:
        """Return a form for the office of `service`, with its view as attached data.

        The merged application is no office's: it has the fields of all. Raises AttributeError,
        KeyError, TypeError or ValueError for a document that no terminal composes.
        """
        if document["version"] < WITH_FACTS or not _is_theirs(view, form):
            return VaultRefusal.NO_FORM
        name = service if form is OfficeForm.SERVICE else form.value
        content = self.definitions.packet(document).contents.get(name)
        if content is None:
            return VaultRefusal.NO_FORM
        with self._lock:
            made = self.compiler.make_pdf(
                content, signing_of(document, name, canonical(dict(view)))
            )
        if isinstance(made, FormFailure):
            LOG.error("%s: %s", name, made.problem.words())
            return VaultRefusal.NOT_MADE
        return made


def open_office_forms(definitions: FormDefinitions) -> OfficeForms:
    """Return the forms of the `definitions` with the compiler and fonts of this program."""
    coverage = read_coverage(ASSETS)
    return OfficeForms(definitions, FormCompiler(definitions.templates, ASSETS / "fonts", coverage))


def _is_theirs(view: Document, form: OfficeForm) -> bool:
    """Return whether an office with this view may have the form, as far as the view tells."""
    if form is not OfficeForm.COMMITMENT:
        return True
    return any(paper["settled"] == Resolution.PROMISED for paper in view["papers"])
