"""The command `central papers`: pages of an application, for an operator with a reason."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from central.blob_store.ports import BlobStoreAway
from central.operator.data_commands import on_data
from central.vault_port import PageLook, VaultRefusal
from kiosk.atomic_file import ONLY_OWNER, write_atomically

if TYPE_CHECKING:
    from central.app_context import AppContext

HEAD = ("paper", "page", "bytes", "here")
UNEXPLAINED = "--reason is empty: why are they looked at? it is recorded"
UNNAMED = "no page of this application, or of its corrections"
ALONE = "--page and --to belong together: one page, and a new file for it"


@on_data
def show_papers(context: AppContext, options: argparse.Namespace) -> int:
    """List the pages of an application, or write one of them to a new file; return the exit code.

    The vault records operator and reason first.
    """
    reason = " ".join(options.reason.split())
    if not reason:
        return _refuse(UNEXPLAINED)
    if bool(options.page) != bool(options.to):
        return _refuse(ALONE)
    envelope = context.store.cases.envelope_of(options.application)
    if envelope is None:
        return _refuse(f"{options.application}: there is no such application")
    later = context.store.corrections.all_of(options.application)
    asked = PageLook(options.operator, reason, envelope, later)
    return _write(context, asked, options) if options.page else _list(context, asked)


def _list(context: AppContext, asked: PageLook) -> int:
    pages = context.vault.named_pages(asked)
    if isinstance(pages, VaultRefusal):
        return _refuse(pages.value)
    print(*HEAD, sep="\t")
    for one in pages:
        state = context.store.blobs.state(one.blob)
        arrived = "yes" if state is not None and state.complete else "no"
        print(one.paper, one.blob, one.bytes, arrived, sep="\t")
    return 0


def _write(context: AppContext, asked: PageLook, options: argparse.Namespace) -> int:
    if options.to.exists():
        return _refuse(f"{options.to}: is there already; name a new file")
    try:
        sealed = context.store.blobs.sealed(options.page)
    except BlobStoreAway as away:
        return _refuse(f"{options.page}: the store of pages does not give it: {away}")
    if sealed is None:
        return _refuse(f"{options.page}: {UNNAMED}, or it is not here yet")
    look = PageLook(asked.operator, asked.reason, asked.envelope, asked.corrections, sealed)
    found = context.vault.operator_page(look)
    if isinstance(found, VaultRefusal):
        words = UNNAMED if found is VaultRefusal.NOT_THEIRS else found.value
        return _refuse(f"{options.page}: {words}")
    write_atomically(options.to, found, ONLY_OWNER)
    return 0


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
