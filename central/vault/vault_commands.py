"""The commands `central vault`, `central vault-keys` and `central vault-audit`."""

from __future__ import annotations

import argparse
import logging
import os
import pwd
import signal
import socket
import stat
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

from central.keys.service_keys import KeyTrouble, has_known_key
from central.service_data import DataSources, known_credentials, permission_words, read_service_data
from central.vault.access_log import AccessLog
from central.vault.accounts import VaultAccounts, read_accounts
from central.vault.composition import compose_vault, surroundings_of
from central.vault.opening_keys import (
    FileKeyStore,
    look_at_opening_keys,
    move_opening_keys,
    person_key,
)
from central.vault.protocol import CallerRole, socket_address
from central.vault.server import PeerGuard, VaultServer
from kiosk.config.schema import ConfigError

READY = "ready"
"""The line on standard output when the socket can be connected to."""
ABSENT = 2
FIRST_PASSED = 3  # sd_listen_fds(3): the first descriptor that systemd passes
SOCKET_MODE = 0o660
TROUBLE_WORDS = {
    KeyTrouble.ABSENT: "there are no keys here: mend --data, or make them once by "
    "`central vault-keys`; an older service has them in its data folder (--move-from)",
    KeyTrouble.INCOMPLETE: "a key is gone: restore the newest copy of this folder",
}
UNKNOWN_USER = "there is no such account on this machine"


def run_vault(options: argparse.Namespace) -> int:
    """Answer questions on the socket until SIGTERM or SIGINT; return the exit code.

    2 where there are no keys, 1 for wrong files, keys of the repository, or a socket that cannot be
    used. The reason is printed on standard error.
    """
    logging.basicConfig(level=logging.WARNING, format="vault: %(message)s")
    sources = DataSources(
        options.config, options.people, options.portrait, options.staff, options.demo
    )
    try:
        if options.move_from:
            move_opening_keys(options.move_from, options.data)
        trouble = None if options.create else look_at_opening_keys(options.data)
        if trouble:
            return _refuse(f"{options.data}: {TROUBLE_WORDS[trouble]}", ABSENT)
        known = known_credentials(sources)
        if has_known_key(options.data, known):
            return _refuse(f"{options.data}: {KeyTrouble.KNOWN.value}")
        data = read_service_data(sources, known)
        accounts = read_accounts(options.accounts) if options.accounts else VaultAccounts()
        around = replace(surroundings_of(data), accounts=accounts)
        guard = PeerGuard(_roles(options.service, options.pages, options.operator))
        vault = compose_vault(data, options.data, around)
        listener = _listener(options.socket)
    except ConfigError as error:
        return _refuse(str(error))
    except KeyError as error:
        return _refuse(f"{error.args[0]}: {UNKNOWN_USER}")
    except PermissionError as error:
        return _refuse(permission_words(error))
    except OSError as error:
        return _refuse(f"{error.filename or options.socket}: {error.strerror}")
    server = VaultServer(listener, vault, guard, data.policy.vault)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    if options.with_parent:
        Thread(target=_stop_with_parent, args=(sys.stdin.fileno(), server), daemon=True).start()
    print(READY, flush=True)
    server.serve()
    return 0


def make_keys(options: argparse.Namespace) -> int:
    """Make the vault's keys, or move those of an older data folder; return the exit code."""
    try:
        moved = move_opening_keys(options.move_from, options.data) if options.move_from else ()
    except FileExistsError as error:
        return _refuse(f"{error}: another key has this name; two services would be mixed")
    if not moved and options.move_from:
        return _refuse(f"{options.move_from}: holds no keys that open applications")
    if not moved:
        FileKeyStore(options.data, os.urandom).make(0)
        person_key(options.data, os.urandom)
    print(options.data, *moved, sep="\t")
    return 0


def list_accesses(options: argparse.Namespace) -> int:
    """Print who asked the vault for what, and verify the chain; return the exit code."""
    log = AccessLog(options.data)
    names = ("number", "at", "operation", "account", "application_id", "service", "detail")
    print(*names, sep="\t")
    for entry in log.entries():
        print(*(entry.get(name, "") for name in names), sep="\t")
    broken = log.first_broken()
    return _refuse(f"entry {broken} does not fit the one before") if broken else 0


def _roles(
    service: list[str], pages: list[str], operator: list[str]
) -> dict[int, frozenset[CallerRole]]:
    """Return the roles by numeric id; root and the vault's own account have all of them.

    An account of the machine that is named twice has both roles. Raises KeyError for one that this
    machine does not have.
    """
    named = (
        (service, {CallerRole.SERVICE}),
        (pages, {CallerRole.PAGES}),
        (operator, {CallerRole.SERVICE, CallerRole.OPERATOR}),
    )
    roles: dict[int, frozenset[CallerRole]] = {}
    for names, granted in named:
        for user in (pwd.getpwnam(name).pw_uid for name in names):
            roles[user] = roles.get(user, frozenset()) | granted
    every = frozenset(CallerRole)
    return {**roles, 0: every, os.geteuid(): every}


def _listener(path: Path | None) -> socket.socket:
    """Return the socket that systemd passed, else a new one at `path`, mode 0660."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        return socket.socket(fileno=FIRST_PASSED)
    if path is None:
        raise OSError(None, "no socket: --socket, or a unit with socket activation")
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()  # of a process that was killed
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 - SOCKET_MODE)
    try:
        with socket_address(path) as address:
            found.bind(address)
    except OSError:
        found.close()
        raise
    finally:
        os.umask(before)
    found.listen()
    return found


def _stop_with_parent(descriptor: int, server: VaultServer) -> None:
    # Not through sys.stdin's buffer: its lock would abort the interpreter at exit.
    while os.read(descriptor, 1024):
        pass
    server.stop()


def _refuse(words: str, code: int = 1) -> int:
    print(f"central vault: {words}", file=sys.stderr)
    return code
