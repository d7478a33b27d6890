"""The commands `audit export`, `audit verify` and `audit page`, outside of the program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.audit.audit_export import (
    ExportFault,
    describe,
    read_heads,
    verify,
    write_entries,
    write_manifest,
)
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kiosk.audit.audit import AuditEntry
    from kiosk.storage.store import Store

MANIFEST = ".manifest"


def print_event_page(_options: argparse.Namespace) -> int:
    """Print docs/handbook-audit.zh.md and return 0."""
    print(describe(), end="")
    return 0


def verify_export(options: argparse.Namespace) -> int:
    """Print whether an export is complete; return 0 when it is, otherwise 1."""
    return verify_file(options.file, options.witness, options.heads)


def export_chain(
    options: argparse.Namespace,
    defaults: Path,
    now: Callable[[], datetime],
    open_store: Callable[[Settings], Store | Failure],
) -> int:
    """Write FILE and FILE.manifest from the terminal's database; return the exit code.

    `options` are those of `audit export`, `defaults` is config/kiosk.toml. `open_store` opens the
    database that is there, and may raise ConfigError.
    """
    opened = open_for_command(defaults, options.settings, open_store)
    if opened is None:
        return 1
    settings, store = opened
    entries = store.audit()
    store.close()
    return _write(options.to, write_entries(entries), entries, settings, now)


def open_for_command(
    defaults: Path, layers: Sequence[Path], open_store: Callable[[Settings], Store | Failure]
) -> tuple[Settings, Store] | None:
    """Return settings and database of a terminal; None when the cure was printed instead.

    `layers` are settings files over `defaults`, the path of config/kiosk.toml; `open_store` opens
    the database that is there, and may raise ConfigError.
    """
    try:
        settings = read_settings(defaults, *layers)
        store = open_store(settings)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return None
    if isinstance(store, Failure):
        print(text_of("audit.no_store", path=settings.store.path), file=sys.stderr)
        return None
    return settings, store


def verify_file(file: Path, witnessed: Sequence[str], heads: Path | None = None) -> int:
    """Print whether an export is whole; return the exit code.

    `witnessed` are heads of the central service, `heads` a file with all of them.
    """
    try:
        body = file.read_bytes()
        manifest = file.with_name(file.name + MANIFEST).read_bytes()
        listed = heads.read_text("utf-8", "replace") if heads else ""
    except OSError as error:
        print(text_of("audit.no_export", file=error.filename), file=sys.stderr)
        return 1
    kept = read_heads(listed, manifest)
    if heads and not kept:
        print(text_of("audit.no_heads", file=heads), file=sys.stderr)
        return 1
    fault = verify(body, manifest, (*witnessed, *kept))
    if fault is None:
        print(text_of("audit.whole", count=len(body.splitlines())))
        return 0
    print(_describe(file, fault), file=sys.stderr)
    return 1


def _describe(file: Path, fault: ExportFault) -> str:
    if fault.line:
        return text_of("audit.fault_in_line", file=file, line=fault.line, fault=fault.words)
    return text_of("audit.fault", file=file, fault=fault.words)


def _write(
    file: Path,
    body: bytes,
    entries: Sequence[AuditEntry],
    settings: Settings,
    now: Callable[[], datetime],
) -> int:
    at = now().isoformat(timespec="seconds")
    manifest = write_manifest(entries, body, settings.terminal.code, at)
    try:
        file.write_bytes(body)
        file.with_name(file.name + MANIFEST).write_bytes(manifest)
    except OSError:
        print(text_of("audit.not_written", file=file), file=sys.stderr)
        return 1
    print(text_of("audit.written", count=len(entries), file=file))
    return 0
