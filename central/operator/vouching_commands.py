"""The commands `central helpers` and `central reviews …`: vouching by the staff and its review."""

from __future__ import annotations

import argparse
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from central.operator.data_commands import add_data_command
from central.store.cases.reviews import ReviewTrouble, ReviewVerdict
from kiosk.atomic_file import ONLY_OWNER, write_atomically
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from central.app_context import AppContext

REVIEWER = re.compile(r"[A-Z]-[0-9]{1,8}")
REVIEWER_WORDS = "a reviewer is named by a pseudonym: R-0001"
UNREADABLE = "the picture does not open: the key that it was sealed for is gone"
DAYS = 30
HEAD = ("day", "point", "staff", "vouched", "alone", "absent", "limit")
AT_LIMIT = "limit"


def add_vouching_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `helpers`, and `reviews` with its steps."""
    words = "how much each of the staff vouched, and filed for absent people, by day"
    helpers = add_data_command(commands, "helpers", _helpers, words)
    helpers.add_argument("--days", type=int, default=DAYS, help=f"as many as that; default: {DAYS}")
    reviews = commands.add_parser("reviews", help="pictures of people whom one helper vouched for")
    steps = reviews.add_subparsers(required=True, metavar="STEP")
    add_data_command(steps, "list", _list, "show them, the first to be deleted first")
    add_data_command(steps, "audit", _audit, "who opened, decided and deleted what")
    opening = _step(steps, "open", _open, "write the picture to a new file; who opens it is noted")
    opening.add_argument("--to", type=Path, required=True, help="JPEG; delete it afterwards")
    words = "say whether it is the person of the card; `other` ends the case"
    deciding = _step(steps, "decide", _decide, words)
    deciding.add_argument(
        "--verdict", type=ReviewVerdict, choices=list(ReviewVerdict), required=True
    )


def _step(
    steps: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    work: Callable[[AppContext, argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    found = add_data_command(steps, name, work, words)
    found.add_argument("application", help="its id, as `central reviews list` shows it")
    found.add_argument("--reviewer", type=_reviewer, required=True, help="a pseudonym: R-0001")
    return found


def _reviewer(said: str) -> str:
    if not REVIEWER.fullmatch(said):
        raise argparse.ArgumentTypeError(REVIEWER_WORDS)
    return said


def _list(here: AppContext, _options: argparse.Namespace) -> int:
    print("application", "point", "staff", "delete_on", "state", "reviewer", sep="\t")
    for one in here.store.reviews.all():
        waits = "waiting" if one.is_here else "not here yet"
        state = one.verdict or ("deleted" if one.deleted_at else waits)
        words = (one.application_id, one.point, one.staff, one.delete_on, state, one.reviewer)
        print(*words, sep="\t")
    return 0


def _audit(here: AppContext, _options: argparse.Namespace) -> int:
    for line in here.store.reviews.audit():
        print(*line, sep="\t")
    return 0


def _open(here: AppContext, options: argparse.Namespace) -> int:
    if options.to.exists():
        return _refuse(f"{options.to}: is there already; name a new file")
    found = here.store.reviews.open(options.application, options.reviewer, _now(here))
    if isinstance(found, ReviewTrouble):
        return _refuse(f"{options.application}: {found.value}")
    picture = here.examiner.opener.open_blob(found.sealed, found.sealed_for, found.digest)
    if picture is None:
        return _refuse(f"{options.application}: {UNREADABLE}")
    write_atomically(options.to, picture, ONLY_OWNER)
    case = here.store.cases.progress(options.application)
    print(case["case_number"] if case else "")  # whose file the picture is compared with
    return 0


def _decide(here: AppContext, options: argparse.Namespace) -> int:
    found = here.store.reviews.decide(
        options.application, options.reviewer, options.verdict, _now(here)
    )
    return _refuse(f"{options.application}: {found.value}") if found else 0


def _now(here: AppContext) -> str:
    return here.now().isoformat(timespec="seconds")


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


def _helpers(here: AppContext, options: argparse.Namespace) -> int:
    policy = here.policy.vouching
    print(*HEAD, sep="\t")
    for one in here.store.helper_filings.days(civil_day(here.now()) - timedelta(options.days)):
        full = one.vouched >= policy.vouched_a_day or one.absent >= policy.absent_a_day
        counts = (one.vouched, one.alone, one.absent)
        print(one.day, one.point, one.staff, *counts, AT_LIMIT if full else "", sep="\t")
    return 0
