"""The command `central enrol cards`: codes for a list of terminals, as cards to be printed."""

from __future__ import annotations

import os
import sys
import uuid
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from central.fleet.card_sheet import card_sheet
from central.fleet.enrolment_cards import (
    EnrolmentCard,
    PlannedTerminal,
    make_cards,
    read_plan,
    troubles_in,
)
from central.fleet.enrolments import EnrolmentState
from central.keys.service_keys import write_for_owner
from central.open_service import CONFIG
from central.operator.data_commands import on_data
from central.operator.point_commands import trouble_with_point
from central.store.terminals.enrolments import Enrolment
from kiosk.config.hardware_profiles import read_hardware

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from central.app_context import AppContext

MOST_TROUBLES = 20


@on_data
def create_cards(context: AppContext, options: argparse.Namespace) -> int:
    """Write a page of cards for the terminals of a list; return the exit code.

    Nothing is made when any line is wrong. The page is written before the codes are valid: cards
    whose page was lost would let in whoever finds it.
    """
    if options.to.exists():
        return _refuse(f"{options.to}: is there already and was left as it is; name another file")
    try:
        planned = read_plan(options.list.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        planned = "is not UTF-8"
    if isinstance(planned, str):
        return _refuse(f"{options.list}: {planned}")
    points = context.points.read()
    enrolled = context.store.terminals.names()
    hardware = read_hardware(CONFIG)
    check_point = partial(trouble_with_point, points)
    troubles = tuple(troubles_in(planned, enrolled, check_point, hardware.profiles))
    if troubles or not planned:
        shown = troubles[:MOST_TROUBLES] or ("it has no terminals",)
        more = len(troubles) - len(shown)
        rest = (f"and {more} more lines",) if more > 0 else ()
        return _refuse("\n".join((f"{options.list}: no card was made", *shown, *rest)))
    try:
        cards = print_cards(context, planned, options.to, timedelta(days=options.days))
    except OSError as error:
        return _refuse(f"{options.to}: {error.strerror}")
    print(len(cards), "cards", options.to, sep="\t")
    return 0


def print_cards(
    context: AppContext, planned: Sequence[PlannedTerminal], to: Path, valid: timedelta
) -> tuple[EnrolmentCard, ...]:
    """Write the page `to` with a card for each terminal, then let their codes count; return them.

    The cards of the terminals `planned` count for the time `valid`. Raises OSError when the page
    can't be written; no code counts then.
    """
    until = context.now() + valid
    cards = make_cards(planned, context.points.name_of, until, os.urandom)
    write_for_owner(to, card_sheet(cards).encode())
    context.store.enrolments.begin_cards([(_enrolment_of(one), one.code) for one in cards], until)
    return cards


def _enrolment_of(card: EnrolmentCard) -> Enrolment:
    planned, new = card.planned, EnrolmentState.NEW
    profile = planned.profile or read_hardware(CONFIG).usual
    where = planned.terminal, planned.point
    return Enrolment(str(uuid.uuid4()), *where, new, b"", profile, by_card=True)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
