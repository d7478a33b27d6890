"""`central …`: let terminals in and out, look at alarms, without stopping the service."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from central.app_context import AppContext
from central.drafts import StartedDraft, new_token, seal_draft
from central.employer_drafts import EmployerDraft, seal_handed
from central.fleet.releases import FILE as RELEASE_FILE
from central.fleet.releases import Release
from central.messages.http_gateway import NoGateway
from central.open_service import (
    CONFIG,
    add_data_options,
    compose_delivery,
    database_url,
    open_data,
    permission_words,
)
from central.operator.accounts import NewAccount, make_account, trouble_with
from central.operator.backup import RestoreTrouble, restore_backup, write_backup
from central.operator.bundle_commands import add_bundle_commands
from central.operator.data_commands import add_data_command, run_on_data
from central.operator.enrol_commands import add_enrol_commands
from central.operator.phone_commands import add_phone_commands
from central.operator.point_commands import add_point_commands
from central.operator.vouching_commands import add_vouching_commands
from central.staff import PointStaff, read_staff
from central.store.upgrade import SchemaTrouble
from central.vault.service_keys import forget, look_at_vault, rotate
from kiosk.atomic_file import write_atomically
from kiosk.civil_time import civil_day, civil_now
from kiosk.config.schema import ConfigError, load
from kiosk.staff.code import code_of, enrolment_url, read_key, step_of
from kiosk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_DAYS = 3650.0
UNPROVED = "never proved: an older program"


def parser() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    found = argparse.ArgumentParser(prog="central", description=__doc__)
    commands = found.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make the keys and the database of a new service")
    add_data_options(init)
    init.add_argument(
        "--take-over", action="store_true", help="of a database that belongs to other keys"
    )
    init.set_defaults(work=None, alone=_init)
    alarms = add_data_command(commands, "alarms", _alarms, "what a person should look at")
    alarms.add_argument("--open", action="store_true", help="only those whose cause still lasts")
    heads = add_data_command(commands, "heads", _heads, "the newest audit head of each terminal")
    heads.add_argument(
        "--all", action="store_true", help="every head that was seen: for `audit verify --heads`"
    )
    add_data_command(commands, "messages", _messages, "what people were told by message")
    reply = add_data_command(commands, "reply", _reply, "let a stand-in telephone answer")
    reply.add_argument("--from", dest="mobile", required=True, help="mobile number")
    reply.add_argument("--text", required=True)
    draft = add_data_command(commands, "draft", _draft, "let the portal's stand-in begin a draft")
    draft.add_argument(
        "--file", type=Path, required=True, help="TOML: id_number, name, services, answers …"
    )
    employer = add_data_command(
        commands, "employer", _employer, "let a stand-in employer file for one"
    )
    employer.add_argument(
        "--file", type=Path, required=True, help="TOML: as of a draft, and unit, its name"
    )
    backup = add_data_command(commands, "backup", _backup, "write keys and database to one file")
    backup.add_argument("--to", type=Path, required=True)
    restore = commands.add_parser("restore", help="fill an empty data folder from that file")
    add_data_options(restore)
    restore.add_argument("--from", dest="source", type=Path, required=True)
    restore.set_defaults(work=None, alone=_restore)
    turn = add_data_command(
        commands, "rotate-keys", _rotate, "announce keys; then start `serve` anew"
    )
    turn.add_argument("--after-days", type=_days, help="default: as config/central.toml says")
    gone = add_data_command(commands, "forget-key", _forget, "destroy an old opening key for ever")
    gone.add_argument("id")
    staff = commands.add_parser("staff", help="make an account: lines for config/staff/POINT.toml")
    staff.add_argument("--id", required=True, help="a pseudonym: H-0012")
    staff.add_argument("--role", type=Role, choices=list(Role), required=True)
    staff.add_argument("--name", required=True)
    staff.add_argument("--number", required=True, help="of the identity card")
    staff.add_argument("--until", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    staff.set_defaults(work=None, alone=_staff)
    add_bundle_commands(commands)
    code = commands.add_parser("code", help="a technician's code of this half minute")
    code.add_argument("--id", required=True, help="of the account: T-0001")
    code.add_argument("--point", required=True)
    code.add_argument("--staff", type=Path, default=CONFIG / "staff")
    code.add_argument("--url", action="store_true", help="what an authenticator program reads")
    code.set_defaults(work=None, alone=_code)
    release = add_data_command(commands, "release", _release, "which version terminals run: rings")
    release.add_argument("--version", required=True)
    release.add_argument(
        "--percent", type=float, required=True, help="of all terminals: 1, then 10, then 100"
    )
    add_enrol_commands(commands)
    add_point_commands(commands)
    add_vouching_commands(commands)
    add_phone_commands(commands)
    return found


def run(arguments: Sequence[str]) -> int:
    """Run one operator command and return its exit code.

    1 when what it names is missing or wrong; the reason and its cure are printed on standard error.
    """
    options = parser().parse_args(arguments)
    try:
        if options.work is None:
            alone: int = options.alone(options)
            return alone
        return run_on_data(options)
    except ConfigError as error:
        print(error, file=sys.stderr)
    except PermissionError as error:
        print(f"central: {permission_words(error)}", file=sys.stderr)
    return 1


def _init(options: argparse.Namespace) -> int:
    found = None if look_at_vault(options.data) else open_data(options)
    if isinstance(found, AppContext) and not options.take_over:
        found.store.close()
        print(f"{options.data}: there is a central service already", file=sys.stderr)
        return 1
    here = open_data(options, "--create", take_over=options.take_over)
    if not isinstance(here, AppContext):
        print(f"central: {here.value}", file=sys.stderr)
        return 1
    here.store.close()
    print(options.data, here.vault.id, sep="\t")
    return 0


def _staff(options: argparse.Namespace) -> int:
    wanted = NewAccount(options.id, options.role, options.name, options.number, options.until)
    if trouble := trouble_with(wanted, civil_day(civil_now())):
        print(f"staff: {trouble}", file=sys.stderr)
        return 1
    lines, pin = make_account(wanted, secrets.randbelow, os.urandom)
    print(lines, end="")
    print(
        f"PIN of {options.id}: {pin}. Hand it over in person; it is kept nowhere.", file=sys.stderr
    )
    return 0


def _code(options: argparse.Namespace) -> int:
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


def _days(said: str) -> float:
    days = float(said)
    if not 0 <= days <= LONGEST_DAYS:
        raise ValueError
    return days


def _alarms(here: AppContext, options: argparse.Namespace) -> int:
    here.store.fleet.raise_silent(here.now(), here.policy.alarms)
    for alarm in here.store.alarms.all():
        end = "open" if alarm.is_open else alarm.ended_at and f"ended {alarm.ended_at}"
        if alarm.is_open or not options.open:
            print(alarm.at, alarm.terminal, alarm.kind.value, alarm.detail, end, sep="\t")
    return 0


def _messages(here: AppContext, _options: argparse.Namespace) -> int:
    for message in here.store.outgoing.sent():
        print(*message, sep="\t")
    return 0


def _reply(here: AppContext, options: argparse.Namespace) -> int:
    # Nothing is sent here: `serve` knows the provider.
    outcome = compose_delivery(here, NoGateway()).take_by_hand(options.mobile, options.text)
    print(outcome.value if outcome else "")
    return 0


def _heads(here: AppContext, options: argparse.Namespace) -> int:
    if options.all:
        for kept in here.store.audit_heads.all():
            end = kept.ended_at and f"ended {kept.ended_at}"
            print(kept.terminal, kept.head.text, kept.at, end, sep="\t")
        return 0
    for one in here.store.audit_heads.newest():
        proved = f"proved to {one.proved.sequence}, {one.proved_at}" if one.proved_at else UNPROVED
        print(one.terminal, one.head.text, one.at, proved, sep="\t")
    return 0


def _draft(here: AppContext, options: argparse.Namespace) -> int:
    token = new_token(os.urandom)
    here.store.drafts.keep(seal_draft(token, load(StartedDraft, options.file)), here.now())
    print(token)
    return 0


def _employer(here: AppContext, options: argparse.Namespace) -> int:
    draft = load(EmployerDraft, options.file)
    person, key = here.examiner.person(draft.id_number), here.examiner.handed_key(draft.id_number)
    here.store.handed.keep(person, draft.unit, seal_handed(draft, key, os.urandom))
    return 0


def _backup(here: AppContext, options: argparse.Namespace) -> int:
    if options.to.exists():
        words = "is there already and was left as it is; name another file with --to"
        print(f"{options.to}: {words}", file=sys.stderr)
        return 1
    try:
        found = write_backup(here.store.database, options.data, options.to, here.now())
    except OSError as error:
        print(f"{options.to}: {error.strerror}", file=sys.stderr)
        return 1
    print(found.files, "files", found.rows, "rows", sep="\t")
    return 0


def _restore(options: argparse.Namespace) -> int:
    found = restore_backup(options.source, options.data, database_url(options))
    if isinstance(found, (RestoreTrouble, SchemaTrouble)):
        print(f"{options.source}: {found.value}", file=sys.stderr)
        return 1
    print(found.files, "files", found.rows, "rows", sep="\t")
    return 0


def _rotate(here: AppContext, options: argparse.Namespace) -> int:
    days = here.policy.keys.overlap_days if options.after_days is None else options.after_days
    made = rotate(here.vault, here.now() + timedelta(days=days), os.urandom)
    if made is None:
        print("new keys are announced already and not in force yet", file=sys.stderr)
        return 1
    print(made.receipt.id, made.sealing.id, made.starts_at.isoformat(), sep="\t")
    return 0


def _forget(here: AppContext, options: argparse.Namespace) -> int:
    needed = here.store.cases.count_open_sealed_to(options.id)
    if needed or not forget(here.vault, options.id):
        why = f"{needed} envelopes of open cases need it" if needed else "it is no old key"
        print(f"{options.id}: {why}", file=sys.stderr)
        return 1
    return 0


def _release(_here: AppContext, options: argparse.Namespace) -> int:
    wanted = Release(options.version, options.percent)
    if not wanted.is_sound:
        print(f"release: no version, or no share: {wanted}", file=sys.stderr)
        return 1
    write_atomically(options.data / RELEASE_FILE, wanted.to_toml().encode())
    return 0
