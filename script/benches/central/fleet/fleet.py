"""Bench of the storm: all terminals come back within seconds, each with what waited.

1,436 terminals with 20 applications each, real bodies, sealed and signed, over TLS to one service
on PostgreSQL with its vault; the load generator runs on the same cores. Beside it, in the same run,
a bare route that verifies, opens and inserts one row. CPU is that of the service, its vault and the
database, without the generator's.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from pathlib import Path

import psutil
import psycopg

from central.store.database_url import libpq_url
from script.benches.central.fleet.growth import FEW, MANY, fill_cases
from script.benches.central.fleet.storm import MODULE, PREPARED, Storm, StormResult, terminal_name
from script.benches.figures import BenchFigure, Report
from tests.postgresql import PostgresqlServer, installed, running
from wiring.places import ROOT

BARE = "script.benches.central.fleet.bare_intake"
DRAINED_SECONDS, P99_MS, PUT_CPU_MS = 90.0, 300.0, 3.0
BEAT_SECONDS = 60  # each terminal sends a heartbeat a minute
BEATS = 10  # on one connection, which a terminal keeps for ten to twenty minutes
BEATS_CORE_PERCENT = 5.0
GROWTH = 1.2
DURABLE = ("listen_addresses=",)
END_SECONDS = 30.0


@dataclass(frozen=True)
class FleetSize:
    """How many terminals come with how many applications each."""

    terminals: int
    each: int


WHOLE, QUICK = FleetSize(1436, 20), FleetSize(40, 4)


@dataclass(frozen=True)
class StormCost:
    """What a storm took: the generator's result, and seconds of CPU of each who serves it.

    The generator's own CPU is not among them.
    """

    result: StormResult
    service_seconds: float
    vault_seconds: float
    database_seconds: float

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU a call that was done."""
        return self.ms_of(self.service_seconds + self.vault_seconds + self.database_seconds)

    def ms_of(self, seconds: float) -> float:
        """Return what is spent on one call, in milliseconds."""
        return 1e3 * seconds / len(self.result.milliseconds)

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of 100 calls were answered, once they were taken in."""
        return p99_of(self.result.milliseconds)


def p99_of(values: Sequence[float]) -> float:
    """Return what 99 of 100 values do not exceed, 0 where there are fewer than two."""
    return statistics.quantiles(values, n=100)[-1] if len(values) > 1 else 0.0


def measure(*, quick: bool) -> Report:
    """Run storm, floor and heartbeats. Raises SystemExit without PostgreSQL."""
    programs = installed()
    if programs is None:
        raise SystemExit("bench fleet: no PostgreSQL server: script/bootstrap --test")
    # The server runs as an account of its own, which has to pass through the bench's own folder.
    Path(tempfile.gettempdir()).chmod(0o711)
    size = QUICK if quick else WHOLE
    with running(programs, DURABLE) as server, tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        database = server.fresh_database()
        with _service(data, database, size) as (service, storm):
            # Heartbeats first: after a storm its messages and deadlines are at work for long.
            beats = run_storm(replace(storm, beats=BEATS, first=-size.each), service, server)
            whole = run_storm(replace(storm, first=1), service, server)
        stored, doubled = _stored(database)
        with _bare(data, database) as (bare, url):
            floor = run_storm(replace(storm, url=url), bare, server)
        few, many = _growing(Path(folder) / "embedded", replace(size, each=max(4, size.each // 4)))
    wanted = size.terminals * size.each
    percent = 100.0 * WHOLE.terminals * beats.cpu_ms / 1e3 / BEAT_SECONDS
    odd = wanted - whole.result.statuses[str(HTTPStatus.CREATED.value)]
    return Report(
        "fleet",
        {
            "drained": BenchFigure(
                whole.result.seconds, "s", None if quick else DRAINED_SECONDS, floor.result.seconds
            ),
            "put_p99": BenchFigure(whole.p99, "ms", None if quick else P99_MS, floor.p99),
            "told_to_come_back": BenchFigure(len(whole.result.refused), "answers"),
            "of_them_p99": BenchFigure(p99_of(whole.result.refused), "ms"),
            "generator_late_p99": BenchFigure(p99_of(whole.result.late), "ms, its own part of p99"),
            "put_cpu": BenchFigure(whole.cpu_ms, "ms a PUT", PUT_CPU_MS, floor.cpu_ms),
            "of_it_service": BenchFigure(
                whole.ms_of(whole.service_seconds),
                "ms a PUT",
                floor=floor.ms_of(floor.service_seconds),
            ),
            "of_it_vault": BenchFigure(whole.ms_of(whole.vault_seconds), "ms a PUT"),
            "of_it_database": BenchFigure(
                whole.ms_of(whole.database_seconds),
                "ms a PUT",
                floor=floor.ms_of(floor.database_seconds),
            ),
            "lost": BenchFigure(wanted - stored, "applications", 0),
            "doubled": BenchFigure(doubled, "applications", 0),
            "not_new_at_once": BenchFigure(odd, "applications", 0),
            "answers_beyond": BenchFigure(
                sum(whole.result.statuses.values()) - wanted, _words(whole.result)
            ),
            "heartbeat_cpu": BenchFigure(beats.cpu_ms, "ms a heartbeat"),
            "heartbeats_of_the_fleet": BenchFigure(percent, "% of a core", BEATS_CORE_PERCENT),
            "sqlite_put_cpu": BenchFigure(few.cpu_ms, "ms a PUT at 10^2 cases"),
            "sqlite_growth": BenchFigure(
                many.cpu_ms / few.cpu_ms, "times as much at 10^5 cases", GROWTH
            ),
        },
    )


def _growing(data: Path, size: FleetSize) -> tuple[StormCost, StormCost]:
    """Return what a storm costs on SQLite among a hundred cases and among a hundred thousand."""
    file = data.parent / "embedded.db"
    people = size.terminals * size.each
    with _service(data, f"sqlite:///{file}", size) as (service, storm):
        run_storm(storm, service, None)  # the first calls compile what is reused
        fill_cases(file, 1, FEW)
        few = run_storm(replace(storm, first=people), service, None)
        fill_cases(file, FEW + 1, MANY)
        return few, run_storm(replace(storm, first=2 * people), service, None)


def _words(result: StormResult) -> str:
    """Return how often each status, or kind of broken line, came."""
    return ", ".join(f"{count} x {name}" for name, count in sorted(result.statuses.items()))


@contextmanager
def _service(data: Path, database: str, size: FleetSize) -> Iterator[tuple[psutil.Process, Storm]]:
    with child_service(serve_command(data, database, size.terminals), size) as found:
        yield found


def serve_command(data: Path, database: str, terminals: int) -> list[str]:
    """Return the command of a service over TLS that has made keys for so many terminals."""
    command = [sys.executable, str(ROOT / "main.py"), "serve", "--with-parent", "--create", "--tls"]
    command += ["--data", str(data), "--database", database]
    for number in range(terminals):
        command += ["--terminal", terminal_name(number)]
    return command


@contextmanager
def child_service(command: list[str], size: FleetSize) -> Iterator[tuple[psutil.Process, Storm]]:
    """Start a service; yield its process, and a storm of this size at it. End it."""
    with _child(command) as (child, line):
        yield child, storm_at(json.loads(line), size)


def storm_at(said: Mapping[str, str], size: FleetSize) -> Storm:
    """Return a storm of this size at the service that `said` where it is when it was ready."""
    return Storm(
        said["url"],
        said["authority"],
        said["keys"],
        said["terminals"],
        size.terminals,
        size.each,
        within_seconds=6.0,
    )


@contextmanager
def _bare(data: Path, database: str) -> Iterator[tuple[psutil.Process, str]]:
    with _child([sys.executable, "-m", BARE, str(data), database]) as (child, line):
        yield child, line.strip()


@contextmanager
def _child(command: list[str]) -> Iterator[tuple[psutil.Process, str]]:
    """Start a service and yield its process and its first line; end it."""
    child = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, "it did not start; what it said stands above"
        yield psutil.Process(child.pid), line
    finally:
        child.terminate()
        try:
            child.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"bench fleet: no end within {END_SECONDS:.0f} s: killed", file=sys.stderr)
            child.kill()
            child.communicate()


def run_storm(storm: Storm, service: psutil.Process, server: PostgresqlServer | None) -> StormCost:
    """Run a storm from its begin to its end; return what it took."""
    generator = prepare_storm(storm)
    database = psutil.Process(server.process()) if server else None
    before = _spent(service, database)
    _let_go(generator)
    result = end_storm(generator)
    after = _spent(service, database)
    spent = (later - earlier for earlier, later in zip(before, after, strict=True))
    return StormCost(result, *spent)


def prepare_storm(storm: Storm) -> subprocess.Popen[str]:
    """Start the generator; return it when all bodies are sealed, before it sends anything."""
    generator = subprocess.Popen(
        [sys.executable, "-m", MODULE],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert generator.stdin is not None
    assert generator.stdout is not None
    generator.stdin.write(json.dumps(asdict(storm)) + "\n")
    generator.stdin.flush()
    assert generator.stdout.readline().strip() == PREPARED
    return generator


def begin_storm(storm: Storm) -> subprocess.Popen[str]:
    """Start the generator and let it send; return it meanwhile."""
    generator = prepare_storm(storm)
    _let_go(generator)
    return generator


def end_storm(generator: subprocess.Popen[str]) -> StormResult:
    """Wait until the generator has sent everything; return what came of it."""
    found = json.loads(generator.communicate()[0])
    found["statuses"] = Counter(found["statuses"])
    return StormResult(**found)


def _let_go(generator: subprocess.Popen[str]) -> None:
    assert generator.stdin is not None
    generator.stdin.write("go\n")
    generator.stdin.flush()


def _spent(service: psutil.Process, database: psutil.Process | None) -> tuple[float, float, float]:
    """Return the seconds of CPU of the service, of its vault, and of the database."""
    times = service.cpu_times()
    vault = cpu_of_children(service)
    return (
        times.user + times.system,
        vault,
        cpu_of_children(database) + sum(database.cpu_times()[:2]) if database else 0.0,
    )


def cpu_of_children(process: psutil.Process) -> float:
    """Return the seconds of CPU of the children of a process, also of those that have ended."""
    times = process.cpu_times()
    alive = (one.cpu_times() for one in process.children(recursive=True))
    ended = times.children_user + times.children_system
    return float(ended + sum(one.user + one.system for one in alive))


def _stored(database: str) -> tuple[int, int]:
    """Return how many applications are there, and how many of them more than once."""
    with psycopg.connect(libpq_url(database)) as line:
        row = line.execute("SELECT count(DISTINCT person), count(*) FROM application").fetchone()
    assert row is not None
    people, cases = row
    return people, cases - people
