"""The command `central verify`: whether a form as PDF is what was signed and handed out."""

from __future__ import annotations

import argparse
import sys
from enum import StrEnum
from typing import TYPE_CHECKING

from central.keys.certificates import to_pem
from central.keys.seal_keys import open_seal
from central.keys.service_keys import write_for_owner
from central.operator.data_commands import on_data
from central.seal.form_reader import FormReader
from central.seal.values import FileTrouble
from central.verification import FormFindings, FormVerdict, FormVerification

if TYPE_CHECKING:
    from central.app_context import AppContext

WORDS = {
    FileTrouble.NOT_PDF: "this is no PDF; name the file that was handed on",
    FileTrouble.TOO_LARGE: "this is larger than any form; name the file that was handed on",
    FileTrouble.ENCRYPTED: "the PDF has a password; no form has one: ask for the file as it was",
    FileTrouble.DAMAGED: "the PDF is damaged, or was changed; ask for the file as it was",
    FileTrouble.FOREIGN: "the PDF is no form of this service",
    FileTrouble.TOO_SLOW: "the PDF takes too long to read; no form of this service does",
    FileTrouble.BUSY: "other files are being read; try again",
}


@on_data
def write_check_key(context: AppContext, options: argparse.Namespace) -> int:
    """Write the key of the hashes of check codes to a new file for its owner alone; return 0.

    It is for the pages, which look codes up with it; nothing else of the service derives from it.
    """
    write_for_owner(options.to, context.vault.check_key())
    return 0


class Remade(StrEnum):
    """What the form is that is made again from the sealed application, beside the given one."""

    SAME = "holds"
    CHANGED = "broken"
    NO_TEMPLATE = "other-version"  # the templates that it was signed with are not here any more


@on_data
def verify_form(context: AppContext, options: argparse.Namespace) -> int:
    """Print the verdict on each part of a form and on the whole; return 0 for a genuine one.

    Beyond what the pages tell, the data are made again from the sealed application; no value of it
    is shown.
    """
    seal = open_seal(context.keys.folder)
    reader = FormReader(context.policy.check, to_pem(seal.authority) if seal else b"")
    with options.file.open("rb") as file:
        pdf = file.read(context.policy.check.longest_bytes + 1)
    found = FormVerification(reader, context.store.form_records).verify(pdf, context.now())
    if isinstance(found, FileTrouble):
        print(f"{options.file}: {WORDS[found]}", file=sys.stderr)
        return 1
    return _print(context, found)


def _print(context: AppContext, found: FormFindings) -> int:
    record, remade = found.record, _remade(context, found)
    print("application", record.application_id, sep="\t")
    print("form", record.form, sep="\t")
    print("signed-on", record.signed_on, sep="\t")
    for part, verdict in found.parts.items():
        print(part, verdict, sep="\t")
    print("remade", remade, sep="\t")
    whole = FormVerdict.CHANGED if remade is Remade.CHANGED else found.verdict
    print("whole", whole, sep="\t")
    return 0 if whole is FormVerdict.GENUINE else 1


def _remade(context: AppContext, found: FormFindings) -> Remade:
    """Compare what is kept of a form with the one that its sealed application makes now."""
    record = found.record
    envelope = context.store.cases.envelope_of(record.application_id)
    assert envelope is not None  # a record refers to its application
    digests = context.vault.remade_forms(envelope)
    if digests is None:
        return Remade.NO_TEMPLATE
    same = digests.get(record.form) == {"template": record.template, "data": record.data}
    return Remade.SAME if same else Remade.CHANGED
