"""A PostgreSQL server of the test session's own: private folder, Unix socket, no TCP port.

The fixture `postgresql` of tests/conftest.py gives it to any test, and skips with a reason where no
server is installed; `fresh_database()` returns the URL of an empty schema.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

LIMIT = 60
# Nothing of a test must outlive it, so nothing is flushed.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server; `restart` ends its connections and starts it again."""

    folder: Path
    owner: str
    restart: Callable[[], None]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def process(self) -> int:
        """Return the process id of the server itself."""
        return int((self.folder / "data" / "postmaster.pid").read_text("ascii").split()[0])

    def fresh_database(self) -> str:
        """Return the SQLAlchemy URL of a new, empty schema."""
        schema = f"test_{next(self._numbers)}"
        address = f"user={self.owner} dbname=postgres host={self.folder}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}".encode())
        host, options = quote(str(self.folder), safe=""), quote(f"-csearch_path={schema}")
        return f"postgresql+psycopg://{self.owner}@/postgres?host={host}&options={options}"


def installed() -> Path | None:
    """Return the folder of the newest server's programs, None where there is none."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(
        (path.parent for path in found), key=lambda bin_: float(bin_.parent.name), default=None
    )


@contextmanager
def running(programs: Path, settings: tuple[str, ...] = FAST) -> Iterator[PostgresqlServer]:
    """Start a server with these `settings`, and stop it in the end."""
    # PostgreSQL refuses to be root.
    account = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    os.chown(folder, account.pw_uid, account.pw_gid)
    data, options = folder / "data", [f"-k {folder}", *(f"-c {setting}" for setting in settings)]
    control = [programs / "pg_ctl", "-D", data, "-l", folder / "log", "-t", LIMIT, "-w"]
    try:
        _run(account, programs / "initdb", "-D", data, "-A", "trust", "-E", "UTF8", "-N")
        _run(account, *control, "-o", shlex.join(shlex.split(" ".join(options))), "start")
        try:
            words = (*control, "-o", shlex.join(shlex.split(" ".join(options))), "-m", "fast")
            yield PostgresqlServer(
                folder, account.pw_name, lambda: _run(account, *words, "restart")
            )
        finally:
            _run(account, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(account: pwd.struct_passwd, *command: object) -> None:
    words = [str(word) for word in command]
    silent = subprocess.DEVNULL
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
    subprocess.run(words, check=True, cwd="/", stdout=silent, timeout=2 * LIMIT, **identity)
