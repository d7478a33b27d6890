"""All forms of one application, and what a signature names of each: digests of template and data.

Whoever holds the signed document, and templates and compiler of the same version, makes the same
bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.application.forms.content import FormContent, FormContents
from kiosk.application.forms.template import FormTemplates
from kiosk.form_case import FormCase, FormMandate

if TYPE_CHECKING:
    from kiosk.application.forms.compiler import FormCompiler, FormFailure, FormSigning

FormDigests = dict[str, dict[str, str]]
"""By form: {"template": SHA-256 of its template, "data": SHA-256 of its canonical data}."""


@dataclass(frozen=True)
class FormPacket:
    """The contents of all forms of one application, by the name under which each is kept.

    The names are "merged", "commitment", "authority", and the code of each service.
    """

    contents: Mapping[str, FormContent]

    def digests(self, templates: FormTemplates) -> FormDigests:
        """Return what the signed document says of its forms."""
        return {
            name: {"template": templates.of(content).digest, "data": content.digest}
            for name, content in self.contents.items()
        }

    def make(self, compiler: FormCompiler, signing: FormSigning) -> dict[str, bytes | FormFailure]:
        """Return every form as PDF, or why it could not be made."""
        return {name: compiler.make_pdf(one, signing) for name, one in self.contents.items()}

    def changed(self, signed: FormDigests, templates: FormTemplates) -> tuple[str, ...]:
        """Return the names of the forms that are not what `signed` says: changed, more or fewer."""
        own = self.digests(templates)
        return tuple(sorted(name for name in {*own, *signed} if own.get(name) != signed.get(name)))


def packet_of(
    case: FormCase,
    contents: FormContents,
    views: Mapping[str, Collection[str]],
    mandate: FormMandate | None = None,
) -> FormPacket:
    """Return the packet of an application.

    `views` holds the fields that each chosen service's office may see; `mandate` is the power of
    attorney that was given at the terminal, None without one.
    """
    return FormPacket(dict(_contents_of(case, contents, views, mandate)))


def _contents_of(
    case: FormCase,
    contents: FormContents,
    views: Mapping[str, Collection[str]],
    mandate: FormMandate | None,
) -> Iterator[tuple[str, FormContent]]:
    yield "merged", contents.merged(case)
    for code in case.services:
        yield code, contents.service(case, code, views[code])
    commitment = contents.commitment(case)
    if commitment is not None:
        yield "commitment", commitment
    if mandate is not None:
        yield "authority", contents.mandate(case, mandate)
