"""The commands `audit export`, `audit verify` and `audit page`, outside of the program."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.audit.audit_export import describe, read_heads, verify, write_entries, write_manifest
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from kiosk.audit.audit import AuditEntry
    from kiosk.storage.store import Store

MANIFEST = ".manifest"
NO_HEADS = "里面没有这台终端的见证，请向中心要 central heads --all 打印的那一份"
NO_STORE = "没有这个数据库，或者打不开，请核对 store.path"


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
        print(f"{settings.store.path}：{NO_STORE}", file=sys.stderr)
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
        print(f"{error.filename}：没有这个文件或不能读，请连同清单一起拿来", file=sys.stderr)
        return 1
    kept = read_heads(listed, manifest)
    if heads and not kept:
        print(f"{heads}：{NO_HEADS}", file=sys.stderr)
        return 1
    fault = verify(body, manifest, (*witnessed, *kept))
    if fault is None:
        print(f"完整：{len(body.splitlines())} 条")
        return 0
    where = f"第 {fault.line} 行：" if fault.line else ""
    print(f"{file}：{where}{fault.words}", file=sys.stderr)
    return 1


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
        print(f"{file}：写不进去，请换一个文件夹或 U 盘", file=sys.stderr)
        return 1
    print(f"{len(entries)} 条：{file}")
    return 0
