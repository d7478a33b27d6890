"""The commands `outbox list`, `count`, `retry` and `withdraw`, for what has not arrived."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config.settings import Settings
from kiosk.delivery.audit_commands import open_for_command
from kiosk.delivery.outbox import OPEN_CASE
from kiosk.delivery.pending_report import Undelivered, read_undelivered, send_again, withdraw
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of
from kiosk.storage.database import StoreError
from kiosk.storage.tables import OutboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.storage.store import Store

ALL = "all"


def run_on_store(
    files: Sequence[Path],
    work: Callable[[Store], int],
    defaults: Path,
    open_store: Callable[[Settings], Store | Failure],
) -> int:
    """Run `work` on the terminal's database and return its exit code, 1 when it cannot be used.

    `files` are the terminal's settings over `defaults`, config/kiosk.toml. The kiosk may be running
    beside it. `open_store` opens the database that is there, and may raise ConfigError.
    """
    opened = open_for_command(defaults, files, open_store)
    if opened is None:
        return 1
    _, store = opened
    try:
        return work(store)
    except StoreError:
        print(text_of("delivery.not_written"), file=sys.stderr)
        return 1
    finally:
        store.close()


def count(store: Store) -> int:
    """Print how many records have not arrived, as a bare number; return 0."""
    print(len(read_undelivered(store.database)))
    return 0


def show(store: Store) -> int:
    """Print a line for each record that has not arrived, then what can be done."""
    rows = read_undelivered(store.database)
    for row in rows:
        print(describe(row))
    refused = sum(row.state is OutboxState.QUARANTINED for row in rows)
    print(text_of("delivery.not_arrived", count=len(rows), refused=refused))
    if refused:
        print(text_of("delivery.what_next"))
    return 0


def describe(row: Undelivered) -> str:
    """Return a record in words, without a name or number of a person."""
    return text_of(
        "delivery.row",
        sequence=row.sequence,
        id=row.id,
        confirmed_at=row.confirmed_at,
        state=texts_of("delivery.states")[row.state],
        tries=text_of("delivery.tries", count=row.tries) if row.tries else "",
        trouble=text_of("delivery.trouble", trouble=row.trouble) if row.trouble else "",
    )


def retry(store: Store, wanted: str, at: str) -> int:
    """Let the refused record `wanted` wait again, or all of them; return the exit code.

    ALL leaves out those whose person has a case under way, which would be refused again.
    """
    refused = {
        row.id: row
        for row in read_undelivered(store.database)
        if row.state is OutboxState.QUARANTINED
    }
    if wanted != ALL and wanted not in refused:
        print(text_of("delivery.not_refused", id=wanted), file=sys.stderr)
        return 1
    chosen = [one for one, row in refused.items() if wanted == ALL and row.trouble != OPEN_CASE]
    moved = send_again(store.database, chosen if wanted == ALL else [wanted], at)
    print(text_of("delivery.sent_again", count=len(moved)))
    left = len(refused) - len(moved)
    if wanted == ALL and left:
        print(text_of("delivery.left_out", count=left, trouble=OPEN_CASE))
    return 0


def take_back(store: Store, wanted: str, at: str) -> int:
    """Withdraw the refused record `wanted`; return the exit code."""
    if not withdraw(store.database, wanted, at):
        print(text_of("delivery.not_refused", id=wanted), file=sys.stderr)
        return 1
    print(text_of("delivery.withdrawn"))
    return 0
