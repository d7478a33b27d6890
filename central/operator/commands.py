"""Operator commands about the service as a whole: keys, accounts, alarms, backup, release."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from dataclasses import replace
from datetime import timedelta

from central.app_context import AppContext
from central.drafts import StartedDraft, new_token, seal_draft
from central.employer_drafts import EmployerDraft, seal_handed
from central.fleet.releases import Release
from central.keys.service_keys import KeyTrouble, look_at_keys, rotate
from central.messages.http_gateway import NoGateway
from central.open_service import (
    ServiceOptions,
    compose_delivery,
    data_options,
    database_url,
    open_context,
)
from central.operator.accounts import NewAccount, make_account, trouble_with
from central.operator.backup import RestoreTrouble, restore_backup, write_backup
from central.operator.data_commands import explain_wrong_files, on_data
from central.operator.own_vault import open_vault
from central.staff import PointStaff, read_staff
from central.store.copying import table_names
from central.store.upgrade import SchemaTrouble
from central.vault.client import VaultSilent
from kiosk.civil_time import civil_day, civil_now
from kiosk.config.schema import load
from kiosk.progress import ProgressLine
from kiosk.staff.code import code_of, enrolment_url, read_key, step_of
from kiosk.staff.roles import Role

VAULT_TRIES = 12
"""How often `central init` asks a vault that starts; each takes its deadline, 5 s (`[vault]`)."""
UNPROVED = "never proved: an older program"


@explain_wrong_files
def create_service(options: argparse.Namespace) -> int:
    """Make the keys and the database of a new service; return the exit code."""
    wanted = data_options(options)
    found = None if look_at_keys(options.data) else open_context(wanted, open_vault)
    if isinstance(found, AppContext) and not options.take_over:
        found.close()
        print(f"{options.data}: there is a central service already", file=sys.stderr)
        return 1
    context = _made(replace(wanted, create=True), take_over=options.take_over)
    if not isinstance(context, AppContext):
        print(f"central: {context.value}", file=sys.stderr)
        return 1
    context.close()
    print(options.data, context.keys.id, sep="\t")
    return 0


def _made(options: ServiceOptions, *, take_over: bool) -> AppContext | SchemaTrouble | KeyTrouble:
    """Make keys and database of a service; raises as `open_context` does.

    The question for the opening key is often the one by which systemd starts the vault, and a slow
    machine takes longer for that than for an answer: while somebody listens it is asked again.
    """
    for left in reversed(range(VAULT_TRIES)):
        try:
            return open_context(options, open_vault, take_over=take_over)
        except VaultSilent:
            if not left:
                raise
            print("central: waiting for the vault, which may be starting", file=sys.stderr)
    raise AssertionError


@explain_wrong_files
def make_staff_account(options: argparse.Namespace) -> int:
    """Print the lines of a new account, its PIN on standard error; return the exit code."""
    wanted = NewAccount(options.id, Role(options.role), options.name, options.number, options.until)
    if trouble := trouble_with(wanted, civil_day(civil_now())):
        print(f"central staff: {trouble}", file=sys.stderr)
        return 2
    lines, pin = make_account(wanted, secrets.randbelow, os.urandom)
    print(lines, end="")
    print(
        f"PIN of {options.id}: {pin}. Hand it over in person; it is kept nowhere.", file=sys.stderr
    )
    return 0


@explain_wrong_files
def print_one_time_code(options: argparse.Namespace) -> int:
    """Print a technician's one-time code, or the URL of its key; return the exit code."""
    accounts = read_staff(options.staff).get(options.point, PointStaff()).accounts
    found = next((one for one in accounts if one.id == options.id), None)
    key = read_key(found.code_key) if found else None
    if found is None or key is None:
        print(f"{options.id}: no such account with a code at {options.point}", file=sys.stderr)
        return 1
    now = civil_now()
    url = enrolment_url(found.code_key, found.id, options.point)
    print(url if options.url else code_of(key, step_of(now)))
    return 0


@on_data
def list_alarms(context: AppContext, options: argparse.Namespace) -> int:
    """Print what a person should look at; return the exit code."""
    context.store.fleet.raise_silent(context.now(), context.policy.alarms)
    for alarm in context.store.alarms.all():
        end = "open" if alarm.is_open else alarm.ended_at and f"ended {alarm.ended_at}"
        if alarm.is_open or not options.open:
            print(alarm.at, alarm.terminal, alarm.kind.value, alarm.detail, end, sep="\t")
    return 0


@on_data
def list_messages(context: AppContext, _options: argparse.Namespace) -> int:
    """Print the messages that were sent to people; return the exit code."""
    for message in context.store.outgoing.sent():
        print(*message, sep="\t")
    return 0


@on_data
def take_reply(context: AppContext, options: argparse.Namespace) -> int:
    """Let a simulated telephone answer; print what it led to and return the exit code."""
    # Nothing is sent here: `serve` knows the provider.
    outcome = compose_delivery(context, NoGateway()).take_by_hand(options.mobile, options.text)
    print(outcome.value if outcome else "")
    return 0


@on_data
def list_audit_heads(context: AppContext, options: argparse.Namespace) -> int:
    """Print the newest audit head of each terminal, or all; return the exit code."""
    if options.all:
        for kept in context.store.audit_heads.all():
            end = kept.ended_at and f"ended {kept.ended_at}"
            print(kept.terminal, kept.head.text, kept.at, end, sep="\t")
        return 0
    for one in context.store.audit_heads.newest():
        proved = f"proved to {one.proved.sequence}, {one.proved_at}" if one.proved_at else UNPROVED
        print(one.terminal, one.head.text, one.at, proved, sep="\t")
    return 0


@on_data
def begin_draft(context: AppContext, options: argparse.Namespace) -> int:
    """Begin a draft as the portal would; print its code and return the exit code."""
    token = new_token(os.urandom)
    context.store.drafts.keep(seal_draft(token, load(StartedDraft, options.file)), context.now())
    print(token)
    return 0


@on_data
def file_for_employee(context: AppContext, options: argparse.Namespace) -> int:
    """File for one person as an employer would; return the exit code."""
    draft = load(EmployerDraft, options.file)
    person, key = context.vault.person(draft.id_number), context.vault.handed_key(draft.id_number)
    context.store.handed.keep(person, draft.unit, seal_handed(draft, key, os.urandom))
    return 0


@on_data
def back_up(context: AppContext, options: argparse.Namespace) -> int:
    """Write keys and database to one new file; return the exit code."""
    if options.to.exists():
        words = "is there already and was left as it is; name another file with --to"
        print(f"{options.to}: {words}", file=sys.stderr)
        return 1
    began = context.now()
    try:
        with ProgressLine(str(options.to), len(table_names())) as line:
            found = write_backup(context.store.database, options.data, options.to, began, line.step)
    except OSError as error:
        print(f"{options.to}: {error.strerror}", file=sys.stderr)
        return 1
    context.store.backup_marks.note(began)
    print(found.files, "files", found.rows, "rows", sep="\t")
    return 0


@explain_wrong_files
def restore(options: argparse.Namespace) -> int:
    """Fill an empty data folder from a backup; return the exit code."""
    url = database_url(data_options(options))
    with ProgressLine(str(options.source), len(table_names())) as line:
        found = restore_backup(options.source, options.data, url, line.step)
    if isinstance(found, (RestoreTrouble, SchemaTrouble)):
        print(f"{options.source}: {found.value}", file=sys.stderr)
        return 1
    print(found.files, "files", found.rows, "rows", sep="\t")
    return 0


@on_data
def rotate_keys(context: AppContext, options: argparse.Namespace) -> int:
    """Announce new keys and print when they are in force; return the exit code."""
    days = context.policy.keys.overlap_days if options.after_days is None else options.after_days
    starts_at = context.now() + timedelta(days=days)
    made = rotate(context.keys, starts_at, os.urandom, context.vault.make_opening_key)
    if made is None:
        print("new keys are announced already and not in force yet", file=sys.stderr)
        return 1
    print(made.receipt.id, made.sealing.id, made.starts_at.isoformat(), sep="\t")
    return 0


@on_data
def forget_key(context: AppContext, options: argparse.Namespace) -> int:
    """Destroy an old opening key that no open case needs; return the exit code."""
    needed = context.store.cases.count_open_sealed_to(options.id)
    old = context.keys.is_old(options.id)
    if needed or not old or not context.vault.forget_opening_key(options.id):
        why = f"{needed} envelopes of open cases need it" if needed else "it is no old key"
        print(f"{options.id}: {why}", file=sys.stderr)
        return 1
    return 0


@on_data
def set_release(context: AppContext, options: argparse.Namespace) -> int:
    """Set which version which share of the terminals runs; return the exit code."""
    wanted = Release(options.version, options.percent)
    if not wanted.is_sound:
        print(f"central release: {options.version} is no version such as 0.2.0", file=sys.stderr)
        return 2
    at = context.now().isoformat(timespec="seconds")
    context.store.release_rings.set(wanted.version, wanted.percent, at)
    return 0
