"""`central …`: let terminals in and out, look at alarms, without stopping the service."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import uuid
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from central.drafts import Draft, new_token, seal_draft
from central.enrolments import EnrolmentState, new_code
from central.handed import EmployerDraft, seal_handed
from central.opening import CONFIG, add_data_options, database_url, open_data
from central.operator.accounts import NewAccount, make_account, trouble_with
from central.operator.backup import RestoreTrouble, restore_backup, write_backup
from central.operator.bundle_commands import add_bundle_commands
from central.releases import FILE as RELEASE_FILE
from central.releases import Release
from central.staff import PointStaff, read_staff
from central.store.enrolments import Enrolment
from central.store.upgrade import SchemaTrouble
from central.vault import forget, rotate
from kiosk.atomic_file import write_atomically
from kiosk.civil_time import civil_day, civil_now
from kiosk.schema import load
from kiosk.staff.code import code_of, enrolment_url, read_key, step_of
from kiosk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from central.office import Office


def parser() -> argparse.ArgumentParser:
    """Return the commands and their options."""
    found = argparse.ArgumentParser(prog="central", description=__doc__)
    commands = found.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "alarms", _alarms, "what a person should look at")
    _command(commands, "heads", _heads, "the newest audit head of each terminal")
    draft = _command(commands, "draft", _draft, "let the portal's stand-in begin a draft")
    draft.add_argument(
        "--file", type=Path, required=True, help="TOML: id_number, name, services, answers …"
    )
    employer = _command(commands, "employer", _employer, "let an employer's stand-in file for one")
    employer.add_argument(
        "--file", type=Path, required=True, help="TOML: as of a draft, and unit, its name"
    )
    backup = _command(commands, "backup", _backup, "write keys and database to one file")
    backup.add_argument("--to", type=Path, required=True)
    restore = commands.add_parser("restore", help="fill an empty data folder from that file")
    add_data_options(restore)
    restore.add_argument("--from", dest="source", type=Path, required=True)
    restore.set_defaults(work=None, alone=_restore)
    turn = _command(commands, "rotate-keys", _rotate, "announce new keys; then start `serve` anew")
    turn.add_argument("--after-days", type=float, help="default: as config/central.toml says")
    gone = _command(commands, "forget-key", _forget, "destroy an old opening key for ever")
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
    release = _command(commands, "release", _release, "which version terminals should run: rings")
    release.add_argument("--version", required=True)
    release.add_argument(
        "--percent", type=float, required=True, help="of all terminals: 1, then 10, then 100"
    )
    enrol = commands.add_parser("enrol", help="let terminals in and out")
    steps = enrol.add_subparsers(required=True, metavar="STEP")
    new = _command(steps, "new", _enrol_new, "make a one-time code for a terminal")
    new.add_argument("--terminal", required=True)
    new.add_argument("--point", required=True)
    _command(steps, "list", _enrol_list, "those that wait, with the six digits to compare")
    for name, state, words in (
        ("confirm", EnrolmentState.CONFIRMED, "the digits are the same: let it in"),
        ("refuse", EnrolmentState.REFUSED, "they are not"),
    ):
        step = _command(steps, name, _enrol_decide, words)
        step.add_argument("id")
        step.set_defaults(state=state)
    _command(steps, "revoke", _enrol_revoke, "let it in no more").add_argument("terminal")
    return found


def run(arguments: Sequence[str]) -> int:
    """Run one command; 1 when what it names is not there."""
    options = parser().parse_args(arguments)
    if options.work is None:
        alone: int = options.alone(options)
        return alone
    options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    here = open_data(options)
    if isinstance(here, SchemaTrouble):
        print(f"central: {here.value}", file=sys.stderr)
        return 1
    try:
        done: int = options.work(here, options)
    finally:
        here.store.close()
    return done


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    work: Callable[[Office, argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    found = commands.add_parser(name, help=words)
    add_data_options(found)
    found.set_defaults(work=work)
    return found


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


def _alarms(here: Office, _options: argparse.Namespace) -> int:
    here.store.fleet.raise_silent(here.now(), here.policy.alarms)
    for alarm in here.store.alarms.all():
        print(alarm.at, alarm.terminal, alarm.kind.value, alarm.detail, sep="\t")
    return 0


def _heads(here: Office, _options: argparse.Namespace) -> int:
    for head in here.store.arrivals.heads():
        print(*head, sep="\t")
    return 0


def _draft(here: Office, options: argparse.Namespace) -> int:
    token = new_token(os.urandom)
    here.store.drafts.keep(seal_draft(token, load(Draft, options.file)), here.now())
    print(token)
    return 0


def _employer(here: Office, options: argparse.Namespace) -> int:
    draft = load(EmployerDraft, options.file)
    person, key = here.examiner.person(draft.id_number), here.examiner.handed_key(draft.id_number)
    here.store.handed.keep(person, draft.unit, seal_handed(draft, key, os.urandom))
    return 0


def _backup(here: Office, options: argparse.Namespace) -> int:
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


def _rotate(here: Office, options: argparse.Namespace) -> int:
    days = here.policy.keys.overlap_days if options.after_days is None else options.after_days
    made = rotate(here.vault, here.now() + timedelta(days=days), os.urandom)
    if made is None:
        print("new keys are announced already and not in force yet", file=sys.stderr)
        return 1
    print(made.receipt.id, made.sealing.id, made.starts_at.isoformat(), sep="\t")
    return 0


def _forget(here: Office, options: argparse.Namespace) -> int:
    needed = here.store.cases.count_open_sealed_to(options.id)
    if needed or not forget(here.vault, options.id):
        why = f"{needed} envelopes of open cases need it" if needed else "it is no old key"
        print(f"{options.id}: {why}", file=sys.stderr)
        return 1
    return 0


def _release(_here: Office, options: argparse.Namespace) -> int:
    wanted = Release(options.version, options.percent)
    if not wanted.is_sound:
        print(f"release: no version, or no share: {wanted}", file=sys.stderr)
        return 1
    write_atomically(options.data / RELEASE_FILE, wanted.to_toml().encode())
    return 0


def _enrol_new(here: Office, options: argparse.Namespace) -> int:
    code = new_code(os.urandom)
    fresh = Enrolment(str(uuid.uuid4()), options.terminal, options.point, EnrolmentState.NEW, b"")
    here.store.enrolments.begin(fresh, code, here.now())
    print(code)
    return 0


def _enrol_list(here: Office, _options: argparse.Namespace) -> int:
    for one in here.store.enrolments.pending():
        print(one.id, one.terminal, one.point, one.fingerprint, sep="\t")
    return 0


def _enrol_decide(here: Office, options: argparse.Namespace) -> int:
    if here.store.enrolments.decide(options.id, options.state):
        return 0
    print(f"{options.id}: nothing waits under this id", file=sys.stderr)
    return 1


def _enrol_revoke(here: Office, options: argparse.Namespace) -> int:
    here.store.terminals.revoke(options.terminal)
    return 0
