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
import uuid
from typing import TYPE_CHECKING

from central.fleet.enrolments import EnrolmentState, new_code
from central.operator.data_commands import on_data
from central.operator.point_commands import trouble_with_point
from central.store.terminals.enrolments import Enrolment
from kiosk.crypto.envelope import key_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from central.app_context import AppContext

WATCH_SECONDS = 2.0
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
    ended = threading.Event()
    if options.watch:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
    admit_until(context, lambda: not options.watch or ended.wait(WATCH_SECONDS))
    return 0


def admit_until(context: AppContext, is_ended: Callable[[], bool]) -> None:
    """Let in what was confirmed, again and again until `is_ended`, which waits; print each."""
    while True:
        for one in admit_confirmed(context):
            print(one.id, one.terminal, one.point, sep="\t", flush=True)
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
