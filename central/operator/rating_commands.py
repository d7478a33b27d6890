"""The commands `central ratings …`: follow-ups of bad ratings, and the report as counts."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from central.store.ratings.rating_follow_ups import FollowUpAnswer, FollowUpTrouble
from central.store.ratings.rating_report import GRADES
from central.vault_port import VaultRefusal, WordsLook
from kiosk.civil_time import civil_day
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from central.app_context import AppContext

HEAD = ("due", "state", "office", "stage", "grade", "reasons", "words", "second", "application")
REPORT_HEAD = ("kind", "code", "rated", *map(str, GRADES), "answered", "waiting")
HIDDEN = "-"


@on_data
def list_follow_ups(context: AppContext, options: argparse.Namespace) -> int:
    """Print the bad ratings to answer, the first due first; return the exit code.

    With --all the answered ones, too; with --office only those of one office.
    """
    today = civil_day(context.now()).isoformat()
    print(*HEAD, sep="\t")
    for one in context.store.rating_follow_ups.all(only_open=not options.all):
        if options.office not in ("", one.office):
            continue
        state = "answered" if one.answered_at else "overdue" if one.due_on < today else "open"
        reasons, words = ",".join(one.reasons), "words" if one.has_words else ""
        second = one.second_grade or ""
        said = (one.due_on, state, one.office, one.stage, one.grade, reasons, words, second)
        print(*said, one.application_id, sep="\t")
    return 0


@on_data
def show_words(context: AppContext, options: argparse.Namespace) -> int:
    """Print a person's own words of a rating that is followed up; return the exit code."""
    found = context.store.rating_follow_ups.words(options.application, options.stage)
    if isinstance(found, FollowUpTrouble):
        return _refuse(_words_of(found, options))
    look = WordsLook(options.operator, options.reason, options.stage, found.encode())
    words = context.vault.rating_words(look)
    if isinstance(words, VaultRefusal):
        return _refuse(text_of("central.rating_unreadable", case=options.application))
    print(words)
    return 0


@on_data
def answer_rating(context: AppContext, options: argparse.Namespace) -> int:
    """Store the answer to a bad rating and tell the person that there is one; return the code."""
    text, most = options.text.strip(), context.policy.ratings.longest_answer
    if not text or len(text) > most:
        return _refuse(text_of("central.rating_text", most=most))
    at = context.now().isoformat(timespec="seconds")
    said = FollowUpAnswer(options.operator, text, at)
    found = context.store.rating_follow_ups.answer(options.application, options.stage, said)
    return _refuse(_words_of(found, options)) if found else 0


@on_data
def report_ratings(context: AppContext, options: argparse.Namespace) -> int:
    """Print the ratings of a month as counts by office and point; return the exit code."""
    print(*REPORT_HEAD, sep="\t")
    for one in context.store.rating_report.groups(options.month):
        if one.grades is None:
            least = context.policy.ratings.smallest_group
            hidden = [HIDDEN] * (len(GRADES) + 2)
            print(one.kind, one.code, f"<{least}", *hidden, sep="\t")
            continue
        counts = (*one.grades.values(), one.answered, one.waiting)
        print(one.kind, one.code, one.rated, *counts, sep="\t")
    return 0


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


def _words_of(trouble: FollowUpTrouble, options: argparse.Namespace) -> str:
    """Return why a follow-up can't be answered or shown."""
    number, stage = options.application, options.stage
    match trouble:
        case FollowUpTrouble.UNKNOWN:
            return text_of("central.rating_unknown", case=number, stage=stage)
        case FollowUpTrouble.ANSWERED:
            return text_of("central.rating_answered", case=number, stage=stage)
        case FollowUpTrouble.NO_WORDS:
            return text_of("central.rating_no_words", case=number, stage=stage)
