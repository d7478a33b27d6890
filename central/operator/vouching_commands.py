"""The commands `central helpers` and `central reviews …`: vouching by the staff and its review."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from central.store.cases.reviews import ReviewTrouble, ReviewVerdict
from central.vault_port import PictureAsk, VaultRefusal
from kiosk.atomic_file import ONLY_OWNER, write_atomically
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from central.app_context import AppContext

UNREADABLE = "the picture does not open: the key that it was sealed for is gone"
HEAD = ("day", "point", "staff", "vouched", "alone", "absent", "limit")
AT_LIMIT = "limit"


@on_data
def list_reviews(context: AppContext, _options: argparse.Namespace) -> int:
    """Print the cases for review, the first to be deleted first; return the exit code."""
    print("application", "point", "staff", "delete_on", "state", "reviewer", sep="\t")
    for one in context.store.reviews.all():
        waits = "waiting" if one.is_here else "not here yet"
        state = one.verdict or ("deleted" if one.deleted_at else waits)
        words = (one.application_id, one.point, one.staff, one.delete_on, state, one.reviewer)
        print(*words, sep="\t")
    return 0


@on_data
def list_review_audit(context: AppContext, _options: argparse.Namespace) -> int:
    """Print who opened, decided and deleted what; return the exit code."""
    for line in context.store.reviews.audit():
        print(*line, sep="\t")
    return 0


@on_data
def write_picture(context: AppContext, options: argparse.Namespace) -> int:
    """Write the picture of a case to a new file and print the case number; return the exit code."""
    if options.to.exists():
        return _refuse(f"{options.to}: is there already; name a new file")
    found = context.store.reviews.open(options.application, options.reviewer, _now(context))
    if isinstance(found, ReviewTrouble):
        return _refuse(f"{options.application}: {found.value}")
    picture = context.vault.vouching_picture(
        PictureAsk(
            options.reviewer, options.application, found.sealed_for, found.digest, found.sealed
        )
    )
    if isinstance(picture, VaultRefusal):
        return _refuse(f"{options.application}: {UNREADABLE}")
    write_atomically(options.to, picture, ONLY_OWNER)
    case = context.store.cases.progress(options.application)
    print(case["case_number"] if case else "")  # whose file the picture is compared with
    return 0


@on_data
def decide_review(context: AppContext, options: argparse.Namespace) -> int:
    """Record the verdict of a reviewer; return the exit code."""
    found = context.store.reviews.decide(
        options.application, options.reviewer, ReviewVerdict(options.verdict), _now(context)
    )
    return _refuse(f"{options.application}: {found.value}") if found else 0


def _now(context: AppContext) -> str:
    return context.now().isoformat(timespec="seconds")


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


@on_data
def list_helpers(context: AppContext, options: argparse.Namespace) -> int:
    """Print how often each of the staff vouched, by day; return the exit code."""
    policy = context.policy.vouching
    print(*HEAD, sep="\t")
    for one in context.store.helper_filings.days(
        civil_day(context.now()) - timedelta(options.days)
    ):
        full = one.vouched >= policy.vouched_a_day or one.absent >= policy.absent_a_day
        counts = (one.vouched, one.alone, one.absent)
        print(one.day, one.point, one.staff, *counts, AT_LIMIT if full else "", sep="\t")
    return 0
