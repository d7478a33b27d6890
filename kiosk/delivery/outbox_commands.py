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
from kiosk.storage.database import StoreError
from kiosk.storage.tables import OutboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.storage.store import Store

ALL = "all"
STATES = {OutboxState.WAITING: "等着送", OutboxState.QUARANTINED: "中心不收"}
NOT_WRITTEN = "磁盘满了，或者数据库正忙，什么都没改，请腾出地方再试"
NOT_REFUSED = "中心不收的件里没有这个编号，请用 outbox list 核对"
NEXT = (
    "中心那边改好以后：retirement-kiosk outbox retry 编号（或 all）；"
    "本人不办了：retirement-kiosk outbox withdraw 编号"
)


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
        print(NOT_WRITTEN, file=sys.stderr)
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
    print(f"没送到 {len(rows)} 件，其中中心不收 {refused} 件")
    if refused:
        print(NEXT)
    return 0


def describe(row: Undelivered) -> str:
    """Return a record in words, without a name or number of a person."""
    why = f"，原因 {row.trouble}" if row.trouble else ""
    tries = f"，没送成 {row.tries} 次" if row.tries else ""
    return f"{row.sequence:>6}  {row.id}  {row.confirmed_at}  {STATES[row.state]}{tries}{why}"


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
        print(f"{wanted}：{NOT_REFUSED}", file=sys.stderr)
        return 1
    chosen = [one for one, row in refused.items() if wanted == ALL and row.trouble != OPEN_CASE]
    moved = send_again(store.database, chosen if wanted == ALL else [wanted], at)
    print(f"重新送 {len(moved)} 件，一分钟内开始")
    left = len(refused) - len(moved)
    if wanted == ALL and left:
        print(f"另有 {left} 件没动：本人已有一件在办（{OPEN_CASE}），再送还是不收")
    return 0


def take_back(store: Store, wanted: str, at: str) -> int:
    """Withdraw the refused record `wanted`; return the exit code."""
    if not withdraw(store.database, wanted, at):
        print(f"{wanted}：{NOT_REFUSED}", file=sys.stderr)
        return 1
    print("已撤回，不会再送；内容在程序运行时一分钟内销毁")
    return 0
