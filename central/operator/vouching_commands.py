"""`central helpers`: how much each of the staff vouched, and filed for absent people."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from central.operator.data_commands import add_data_command
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    import argparse

    from central.app_context import Office

DAYS = 30
HEAD = ("day", "point", "staff", "vouched", "alone", "absent", "limit")
AT_LIMIT = "limit"


def add_vouching_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `helpers`."""
    words = "how much each of the staff vouched, and filed for absent people, by day"
    helpers = add_data_command(commands, "helpers", _helpers, words)
    helpers.add_argument("--days", type=int, default=DAYS, help=f"as many as that; default: {DAYS}")


def _helpers(here: Office, options: argparse.Namespace) -> int:
    policy = here.policy.vouching
    print(*HEAD, sep="\t")
    for one in here.store.helper_filings.days(civil_day(here.now()) - timedelta(options.days)):
        full = one.vouched >= policy.vouched_a_day or one.absent >= policy.absent_a_day
        counts = (one.vouched, one.alone, one.absent)
        print(one.day, one.point, one.staff, *counts, AT_LIMIT if full else "", sep="\t")
    return 0
