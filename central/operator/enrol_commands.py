"""The commands `central enrol …`: admit terminals, refuse and revoke them."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import uuid
from typing import TYPE_CHECKING

from central.fleet.enrolments import EnrolmentState, new_code
from central.operator.data_commands import on_data
from central.operator.point_commands import trouble_with_point
from central.store.terminals.enrolments import Enrolment
from kiosk.crypto.envelope import key_id

if TYPE_CHECKING:
    from central.app_context import AppContext


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
    """Print the enrolments that wait, with the six digits to compare; return the exit code."""
    for one in context.store.enrolments.pending():
        print(one.id, one.terminal, one.point, one.fingerprint, sep="\t")
    return 0


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


def _decide(context: AppContext, options: argparse.Namespace, state: EnrolmentState) -> int:
    found = context.store.enrolments.find(options.id)
    waits = found is not None and found.state is EnrolmentState.PENDING
    if found is not None and waits and state is EnrolmentState.CONFIRMED:
        # Before the terminal hears that it is admitted.
        context.vault.admit_terminal(found.terminal, found.public_key)
    if context.store.enrolments.decide(options.id, state):
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
