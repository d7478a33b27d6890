"""The commands `central radar …`: preparing for whose month is near, and what people may demand.

An ID number is read from standard input: on the command line every account of the machine sees it.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from central.operator.data_commands import on_data
from central.radar.run import rows_of
from central.store.cases.operator_reads import OperatorRead
from kiosk.civil_time import civil_day
from kiosk.operator_texts import text_of
from kiosk.people.id_number import is_valid, normalise

if TYPE_CHECKING:
    from central.app_context import AppContext

LOOK = "radar show"
WRONG = 2
HEAD = ("outcome", "persons")


@on_data
def run_radar(context: AppContext, _options: argparse.Namespace) -> int:
    """Look at everybody in the registries once and print how many have which outcome.

    What is printed says nothing of a person. Returns the exit code.
    """
    print(*HEAD, sep="\t")
    for row in rows_of(context.open_radar().run(context.now())):
        print(*row, sep="\t")
    return 0


@on_data
def show_prepared(context: AppContext, options: argparse.Namespace) -> int:
    """Print all that the radar keeps of one person as JSON (查阅权); return the exit code.

    Who looks and why is recorded first, under the keyed hash of the person.
    """
    number = _number(context)
    if not number:
        return _refuse(text_of("central.radar_nobody"), WRONG)
    person, kept = context.vault.person(number), context.store.preparations
    said = " ".join(options.reason.split())
    at = context.now().isoformat(timespec="seconds")
    context.store.operator_reads.note(OperatorRead(at, person, options.operator, LOOK, said))
    found = {
        "prepared": context.open_radar().content_of(number),
        "looks": [vars(one) for one in kept.looks_of(person)],
        "opted_out_at": kept.opted_out_at(person),
    }
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


@on_data
def opt_out(context: AppContext, _options: argparse.Namespace) -> int:
    """Erase what was prepared for one person, and prepare nothing more; return the exit code."""
    number = _number(context)
    if not number:
        return _refuse(text_of("central.radar_nobody"), WRONG)
    at = context.now().isoformat(timespec="seconds")
    context.store.preparations.opt_out(context.vault.person(number), at)
    return 0


@on_data
def opt_in(context: AppContext, _options: argparse.Namespace) -> int:
    """Take one person's opt-out back, from the next run on; return the exit code."""
    number = _number(context)
    if not number:
        return _refuse(text_of("central.radar_nobody"), WRONG)
    if not context.store.preparations.opt_in(context.vault.person(number)):
        return _refuse(text_of("central.radar_no_opt_out"), 1)
    return 0


def _number(context: AppContext) -> str:
    """Return the ID number on standard input, "" for none that is one."""
    number = normalise(sys.stdin.readline())
    return number if is_valid(number, civil_day(context.now())) else ""


def _refuse(words: str, code: int) -> int:
    print(f"central radar: {words}", file=sys.stderr)
    return code
