"""The commands `central enrol …`: admit terminals, refuse and revoke them."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
import uuid
from typing import TYPE_CHECKING

from central.fleet.enrolments import EnrolmentState, new_code
from central.operator.data_commands import add_data_command
from central.operator.point_commands import trouble_with_point
from central.store.terminals.enrolments import Enrolment

if TYPE_CHECKING:
    from central.app_context import AppContext

CODE = re.compile(r"[A-Za-z0-9-]{1,32}")
"""Codes of terminals and service points, as openapi.yaml has them."""
CODE_WORDS = "1 to 32 letters, digits and hyphens"


def add_enrol_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `enrol` and its steps."""
    enrol = commands.add_parser("enrol", help="let terminals in and out")
    steps = enrol.add_subparsers(required=True, metavar="STEP")
    new = add_data_command(steps, "new", _new, "make a one-time code for a terminal")
    new.add_argument("--terminal", type=_code, required=True, help=CODE_WORDS)
    new.add_argument("--point", type=_code, required=True)
    add_data_command(steps, "list", _list, "those that wait, with the six digits to compare")
    for name, state, words in (
        ("confirm", EnrolmentState.CONFIRMED, "the digits are the same: let it in"),
        ("refuse", EnrolmentState.REFUSED, "they are not"),
    ):
        step = add_data_command(steps, name, _decide, words)
        step.add_argument("id")
        step.set_defaults(state=state)
    add_data_command(steps, "revoke", _revoke, "let it in no more").add_argument("terminal")


def _code(said: str) -> str:
    if CODE.fullmatch(said) is None:
        raise argparse.ArgumentTypeError(f"{said!r}: a code is {CODE_WORDS}")
    return said


def _new(here: AppContext, options: argparse.Namespace) -> int:
    if trouble := trouble_with_point(here.points.read(), options.point):
        print(trouble, file=sys.stderr)
        return 1
    code = new_code(os.urandom)
    fresh = Enrolment(str(uuid.uuid4()), options.terminal, options.point, EnrolmentState.NEW, b"")
    here.store.enrolments.begin(fresh, code, here.now())
    print(code)
    return 0


def _list(here: AppContext, _options: argparse.Namespace) -> int:
    for one in here.store.enrolments.pending():
        print(one.id, one.terminal, one.point, one.fingerprint, sep="\t")
    return 0


def _decide(here: AppContext, options: argparse.Namespace) -> int:
    if here.store.enrolments.decide(options.id, options.state):
        return 0
    print(
        f"{options.id}: nothing waits under this id; `enrol list` shows what does", file=sys.stderr
    )
    return 1


def _revoke(here: AppContext, options: argparse.Namespace) -> int:
    # A mistyped terminal must not look as if it were revoked.
    made_here = {name for name, _ in here.vault.terminals.values()}
    known = {*here.store.terminals.names(), *made_here}
    if options.terminal in known:
        here.store.terminals.revoke(options.terminal)
        return 0
    near = difflib.get_close_matches(options.terminal, known, n=1)
    hint = f"; is it {near[0]}?" if near else ""
    print(f"{options.terminal}: no such terminal, nothing was revoked{hint}", file=sys.stderr)
    return 1
