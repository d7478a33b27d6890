"""The command `central forms`: the forms of an application as PDF, made again."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from central.intake.form_signing import signing_of
from central.keys.seal_keys import open_seal
from central.operator.data_commands import on_data
from central.seal.form_records import IssuedForm
from central.seal.pades import PadesSeal
from central.store.cases.operator_reads import OperatorRead
from central.vault_port import DocumentLook, OpenedDocument, VaultRefusal
from kiosk.application.forms.compiler import FormCompiler, FormFailure
from kiosk.crypto.envelope import canonical, digest
from kiosk.font_coverage import read_coverage
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from central.app_context import AppContext
    from central.ports import FormSeal
    from kiosk.application.forms.content import FormContent

ASSETS = Path(__file__).resolve().parents[2] / "assets"
HEAD = ("form", "checked", "seal", "file")
SEALED, UNSEALED = "sealed", "none"
SAME, CHANGED, OTHER_VERSION = "same", "changed", "other-version"
UNEXPLAINED = "forms need --operator and --reason: who looks, and why; both are recorded"
OWN_ONLY = 0o600


@on_data
def write_forms(context: AppContext, options: argparse.Namespace) -> int:
    """Write the forms of an application, or of one of its services, and print what each is.

    Operator and reason are recorded first. `checked` compares a form's data and template with what
    was signed: `same`, `changed`, or `other-version`, of which nothing can be told here. Returns
    the exit code.
    """
    if not (options.operator and options.reason.strip()):
        return _refuse(UNEXPLAINED)
    envelope = context.store.cases.envelope_of(options.application)
    if envelope is None:
        return _refuse(f"{options.application}: there is no such application")
    wanted, look = options.service, _look(context, options)
    seen = context.store.confirmations.seen_facts(options.application)
    asked = DocumentLook(options.operator, f"{look.what}: {look.reason}", envelope, seen)
    opened = context.vault.operator_document(asked)
    if isinstance(opened, VaultRefusal):
        return _refuse(f"{options.application}: its version has no forms")
    if wanted and wanted not in opened.views:
        return _refuse(f"{options.application}: {wanted} is none of its services")
    context.store.operator_reads.note(look)
    options.out.mkdir(parents=True, exist_ok=True)
    return _write(context, opened, options)


def _write(context: AppContext, opened: OpenedDocument, options: argparse.Namespace) -> int:
    print(*HEAD, sep="\t")
    seal, records = seal_of(context), context.store.form_records
    records.keep(opened.records)
    for one in _forms(context, opened, options):
        if isinstance(one.pdf, FormFailure):
            return _refuse(one.pdf.problem.words())
        if one.checked != CHANGED:
            records.note_issued(options.application, one.name, _issued(context, one, one.pdf))
        file = options.out / f"{one.name}.pdf"
        _write_own(file, seal.seal(one.pdf, context.now()) if seal else one.pdf)
        print(one.name, one.checked, SEALED if seal else UNSEALED, file, sep="\t")
    return 0


def _issued(context: AppContext, made: MadeForm, pdf: bytes) -> IssuedForm:
    at = context.now().isoformat(timespec="seconds")
    template = context.forms.templates.of(made.content).digest
    data, attached = made.content.digest, digest(made.attached)
    return IssuedForm(digest(pdf), len(pdf), template, data, attached, at)


def seal_of(context: AppContext) -> FormSeal | None:
    """Return the e-seal of this service, None where it has none."""
    keys = open_seal(context.keys.folder)
    if keys is None:
        return None
    return PadesSeal(keys.authority, keys.certificate, keys.key, text_of("forms.seal"))


@dataclass(frozen=True)
class MadeForm:
    """A form that was made again; `checked` compares it with what was signed."""

    name: str
    checked: str
    content: FormContent
    attached: bytes = field(repr=False)
    pdf: bytes | FormFailure = field(repr=False)


def _forms(
    context: AppContext, opened: OpenedDocument, options: argparse.Namespace
) -> Iterator[MadeForm]:
    """Make the forms of an application, or the one of the service that the options name."""
    definitions, document = context.forms, dict(opened.document)
    compiler = FormCompiler(definitions.templates, ASSETS / "fonts", read_coverage(ASSETS))
    packet, signed = definitions.packet(document), document["forms"]
    changed = packet.changed(signed["digests"], definitions.templates)
    comparable = signed["version"] == definitions.version
    for name, content in packet.contents.items():
        if not options.service or name == options.service:
            told = (CHANGED if name in changed else SAME) if comparable else OTHER_VERSION
            attached = canonical(dict(opened.views.get(name, document)))
            signing = signing_of(document, name, attached, options.pages or "")
            pdf = compiler.make_pdf(content, signing)
            yield MadeForm(name, told, content, attached, pdf)


def _look(context: AppContext, options: argparse.Namespace) -> OperatorRead:
    reason = " ".join(options.reason.split())
    at = context.now().isoformat(timespec="seconds")
    what = f"forms {options.service}".strip()
    return OperatorRead(at, options.application, options.operator, what, reason)


def _write_own(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWN_ONLY)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
