"""A PostgreSQL server whose log is archived by the scripts of the package; for tests and a bench."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from central.store.database_url import libpq_url
from tests.postgresql import FAST, PostgresqlServer, running

SCRIPTS = Path(__file__).parents[2] / "deploy" / "postgresql"
LIMIT = 120
_LAST = "SELECT last_archived_wal FROM pg_stat_archiver"


@dataclass(frozen=True)
class ArchivingServer:
    """A server whose log goes to `archive`; all lies in one folder that its account may use."""

    server: PostgresqlServer
    programs: Path
    room: Path

    @property
    def archive(self) -> Path:
        return self.room / "wal"

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        return run_as_server(*command)

    def ask(self, statement: str, url: str) -> Any:
        with psycopg.connect(libpq_url(url), autocommit=True) as line:
            found = line.execute(statement.encode()).fetchone()
        return found and found[0]

    def archived(self, url: str) -> None:
        """Close the segment at work and wait until it is archived.

        A segment in which nothing was written is not closed: the mark is what is written.
        """
        self.ask("SELECT pg_logical_emit_message(true, 'archived', '')::text", url)
        name = self.ask("SELECT pg_walfile_name(pg_switch_wal())", url)
        while (self.ask(_LAST, url) or "") < name:
            pass

    def base_backup(self, target: Path) -> int:
        """Make a whole copy in a new folder; return its bytes."""
        copy = (self.programs / "pg_basebackup", "-h", self.server.folder, "-U", self.server.owner)
        self.run(*copy, "-D", target, "-Ft", "-z", "-X", "none", "-c", "fast")
        return sum(path.stat().st_size for path in target.iterdir())

    def sizes(self) -> int:
        return sum(path.stat().st_size for path in self.archive.iterdir())


def run_as_server(*command: object) -> subprocess.CompletedProcess[str]:
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        one = pwd.getpwnam("postgres")
        identity = {"user": one.pw_uid, "group": one.pw_gid, "extra_groups": ()}
    words = [str(word) for word in command]
    return subprocess.run(
        words, check=True, cwd="/", timeout=LIMIT, capture_output=True, text=True, **identity
    )


@contextmanager
def archiving_server(programs: Path) -> Iterator[ArchivingServer]:
    """Run a server whose log is archived until the block ends."""
    room = Path(tempfile.mkdtemp(prefix="wal-"))
    try:
        (room / "wal").mkdir()
        for name in ("archive-wal", "restore-wal"):
            shutil.copy(SCRIPTS / name, room / name)
        if os.geteuid() == 0:
            one = pwd.getpwnam("postgres")
            for path in (room, *room.rglob("*")):
                os.chown(path, one.pw_uid, one.pw_gid)
        command = f"{room}/archive-wal %p %f {room}/wal"
        settings = (*FAST, "archive_mode=on", f"archive_command='{command}'")
        with running(programs, settings) as server:
            yield ArchivingServer(server, programs, room)
    finally:
        shutil.rmtree(room)


@contextmanager
def restored(archiving: ArchivingServer, base: Path, until: str, url: str) -> Iterator[str]:
    """Start a server from a base backup and the archive, as it was at the restore point `until`.

    Yields the URL of the same database there.
    """
    data = archiving.room / f"restored-{until}"
    run_as_server("mkdir", "-m", "700", data, archiving.room / f"socket-{until}")
    run_as_server("tar", "-xzf", base / "base.tar.gz", "-C", data)
    run_as_server("touch", data / "recovery.signal")
    socket = archiving.room / f"socket-{until}"
    lines = (
        f"restore_command = '{archiving.room}/restore-wal %f %p {archiving.archive}'",
        f"recovery_target_name = '{until}'",
        "recovery_target_action = 'promote'",
        f"unix_socket_directories = '{socket}'",
        "listen_addresses = ''",
        "archive_mode = off",
    )
    said = archiving.room / "lines"
    said.write_text("".join(f"{line}\n" for line in lines))
    said.chmod(0o644)
    run_as_server("sh", "-c", f"cat {said} >> {data}/postgresql.auto.conf")
    control = (archiving.programs / "pg_ctl", "-D", data, "-w", "-t", LIMIT)
    run_as_server(*control, "-l", archiving.room / "log", "start")
    try:
        there = sa.make_url(url).update_query_dict({"host": str(socket)})
        place = there.render_as_string(hide_password=False)
        while archiving.ask("SELECT pg_is_in_recovery()", place):
            pass
        yield place
    finally:
        run_as_server(*control, "-m", "immediate", "stop")
