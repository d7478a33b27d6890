"""The commands `central enrol …`: admit terminals, refuse and revoke them.

The process that talks to terminals may not tell the vault of new ones, nor may the one of the
pages: the operator's command does, once or again and again while a roll-out lasts.
"""

from __future__ import annotations

import argparse
import difflib
import os
import signal
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING

from central.fleet.enrolments import EnrolmentState, new_code
from central.operator.data_commands import NO_VAULT_WORDS, on_data
from central.operator.point_commands import trouble_with_point
from central.store.database import UNREACHABLE_ERRORS
from central.store.terminals.enrolments import Enrolment
from central.vault_port import VaultUnavailable
from kiosk.crypto.envelope import key_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from central.app_context import AppContext

WATCH_SECONDS, HOUR_SECONDS = 2.0, 3600.0
NO_DATABASE_WORDS = "the database does not answer"
GOES_ON_WORDS = "central: {why}; nothing is lost, it is tried again every two seconds"
OVER_WORDS = "central: {hours} hours are over; start it again if the roll-out goes on"
AWAY_ERRORS: tuple[type[Exception], ...] = (VaultUnavailable, *UNREACHABLE_ERRORS)
BY_CARD = (
    "{terminal} came by a card: {needed} technicians confirm it on the fleet page, "
    "then `central enrol admit` lets it in"
)


@on_data
def create_code(context: AppContext, options: argparse.Namespace) -> int:
    """Print a new one-time code for a terminal; return the exit code."""
    if trouble := trouble_with_point(context.points.read(), options.point):
        print(trouble, file=sys.stderr)
        return 1
    code = new_code(os.urandom)
    fresh = Enrolment(str(uuid.uuid4()), options.terminal, options.point, EnrolmentState.NEW, b"")
    context.store.enrolments.begin(fresh, code, context.now())
    print(code)
    return 0


@on_data
def list_pending(context: AppContext, _options: argparse.Namespace) -> int:
    """Print the enrolments that wait, with the six digits to compare; return the exit code.

    Those that came by a card have none: who confirms them reads them off the terminal.
    """
    for one in context.store.enrolments.pending():
        print(one.id, one.terminal, one.point, "" if one.by_card else one.fingerprint, sep="\t")
    return 0


@on_data
def admit_reviewed(context: AppContext, options: argparse.Namespace) -> int:
    """Let in what was confirmed on the fleet page, once or until it is told to end; return 0."""
    told = threading.Event()
    if not options.watch and options.hours is None:
        admit_until(context, lambda: True)
        return 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    is_over = over_after(options.hours, time.monotonic)
    admit_until(context, lambda: told.wait(WATCH_SECONDS) or is_over(), patient=True)
    if is_over():
        print(OVER_WORDS.format(hours=options.hours), file=sys.stderr)
    return 0


def over_after(hours: int | None, seconds_now: Callable[[], float]) -> Callable[[], bool]:
    """Return what tells whether so many hours went by since now; None: they never do.

    seconds_now: a clock that nobody sets.
    """
    began = seconds_now()
    return lambda: hours is not None and seconds_now() - began >= hours * HOUR_SECONDS


def admit_until(
    context: AppContext, is_ended: Callable[[], bool], *, patient: bool = False
) -> None:
    """Let in what was confirmed, again and again until `is_ended`, which waits; print each.

    patient: while vault or database are away, say so once and go on; else their errors are raised.
    """
    away = ""
    while True:
        try:
            for one in admit_confirmed(context):
                print(one.id, one.terminal, one.point, sep="\t", flush=True)
            away = ""
        except AWAY_ERRORS as error:
            if not patient:
                raise
            why = NO_VAULT_WORDS if isinstance(error, VaultUnavailable) else NO_DATABASE_WORDS
            if why != away:
                print(GOES_ON_WORDS.format(why=why), file=sys.stderr, flush=True)
            away = why
        if is_ended():
            return


@on_data
def confirm_enrolment(context: AppContext, options: argparse.Namespace) -> int:
    """Admit the terminal of a pending enrolment; return the exit code."""
    return _decide(context, options, EnrolmentState.CONFIRMED)


@on_data
def refuse_enrolment(context: AppContext, options: argparse.Namespace) -> int:
    """Refuse the terminal of a pending enrolment; return the exit code."""
    return _decide(context, options, EnrolmentState.REFUSED)


@on_data
def list_to_vault(context: AppContext, _options: argparse.Namespace) -> int:
    """Give the vault the list of all terminals with their keys; print it, return the exit code."""
    made_here = {name: (public,) for name, public in context.keys.terminals.values()}
    listed = {**made_here, **context.store.terminals.public_keys()}
    context.vault.list_terminals(listed)
    for name, keys in sorted(listed.items()):
        print(name, *map(key_id, keys), sep="\t")
    return 0


def admit_confirmed(context: AppContext) -> tuple[Enrolment, ...]:
    """Let in every terminal that enough technicians confirmed; return the enrolments."""
    needed = context.policy.enrolment.confirming
    return tuple(
        found
        for one in context.store.enrolment_reviews.confirmed(needed)
        for found in (context.store.enrolments.find(one),)
        if found is not None and admit(context, found)
    )


def admit(context: AppContext, found: Enrolment) -> bool:
    """Let in the terminal of an enrolment that waits; False when it does not wait any more."""
    if found.state is not EnrolmentState.PENDING:
        return False
    # Before the terminal hears that it is admitted.
    context.vault.admit_terminal(found.terminal, found.public_key)
    return context.store.enrolments.decide(found.id, EnrolmentState.CONFIRMED)


def _decide(context: AppContext, options: argparse.Namespace, state: EnrolmentState) -> int:
    found = context.store.enrolments.find(options.id)
    if found is not None and state is EnrolmentState.CONFIRMED:
        if found.by_card:
            needed = context.policy.enrolment.confirming
            print(BY_CARD.format(terminal=found.terminal, needed=needed), file=sys.stderr)
            return 1
        if admit(context, found):
            return 0
    elif context.store.enrolments.decide(options.id, state):
        return 0
    print(
        f"{options.id}: nothing waits under this id; `enrol list` shows what does", file=sys.stderr
    )
    return 1


@on_data
def revoke_terminal(context: AppContext, options: argparse.Namespace) -> int:
    """Admit a terminal no longer; return the exit code."""
    # A mistyped terminal must not look as if it were revoked.
    made_here = {name for name, _ in context.keys.terminals.values()}
    known = {*context.store.terminals.names(), *made_here}
    if options.terminal in known:
        context.store.terminals.revoke(options.terminal)
        context.vault.dismiss_terminal(options.terminal)
        return 0
    near = difflib.get_close_matches(options.terminal, known, n=1)
    hint = f"; is it {near[0]}?" if near else ""
    print(f"{options.terminal}: no such terminal, nothing was revoked{hint}", file=sys.stderr)
    return 1
