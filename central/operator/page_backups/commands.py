"""Operator commands of backups that grow with the change (SQLite)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from central.app_context import AppContext
from central.operator.data_commands import explain_wrong_files, on_data
from central.operator.page_backups.chain import DATABASE, ChainTrouble, add_backup, restore_chain
from central.store.upgrade import SchemaTrouble, open_database

SERVER_WORDS = (
    "a database on a server keeps its own log for this: docs/central.md, "
    '"Back up and restore", says how; `central backup` writes a whole one'
)


@on_data
def add(context: AppContext, options: argparse.Namespace) -> int:
    """Add a backup to the chain in a folder; return the exit code."""
    database = context.store.database
    if not database.embedded:
        print(f"central: {SERVER_WORDS}", file=sys.stderr)
        return 1
    began, path = context.now(), Path(str(database.engine.url.database))
    try:
        made = add_backup(path, options.data, options.to, began, whole=options.whole)
    except OSError as error:
        print(f"{error.filename or options.to}: {error.strerror}", file=sys.stderr)
        return 1
    context.store.backup_marks.note(began)
    kind = "whole" if made.is_whole else "change"
    print(made.path, kind, made.changed, made.pages, made.bytes, sep="\t")
    return 0


@explain_wrong_files
def restore(options: argparse.Namespace) -> int:
    """Fill an empty data folder from a chain; return the exit code."""
    found = restore_chain(options.source, options.data)
    if isinstance(found, ChainTrouble):
        print(f"{options.source}: {found.value}", file=sys.stderr)
        return 1
    database = open_database(f"sqlite:///{options.data / DATABASE}")
    if isinstance(database, SchemaTrouble):
        print(f"{options.data}: {database.value}", file=sys.stderr)
        return 1
    database.close()
    print(found, "files", sep="\t")
    return 0
