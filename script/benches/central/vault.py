"""What the vault costs: an application examined in the same process, and through its socket.

The vault runs as a process of its own, as in production, and both ways are measured by turns in
this one: the same bodies, the same keys, the same rules.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import main
from central.policy import VaultPolicy
from central.problems import HttpProblem
from central.service_data import DataSources, known_credentials, read_service_data
from central.signatures import SignedMessage
from central.vault.child import FOLDER, ChildVault
from central.vault.client import VaultClient, VaultLink
from central.vault.composition import compose_vault, surroundings_of
from central.vault_port import SealedRequest, VaultPort
from kiosk.crypto.envelope import Envelope, SealingKey, seal
from script.benches.applicants import AT, invent
from script.benches.figures import BenchFigure, Report

CONFIG = Path(main.__file__).parent / "config"
TERMINAL, POINT = "BZ-0001", "BZ-DEMO"
AT_ONCE = 8
ADDED_MS = 1.5
"""Target of the milliseconds that the socket adds to one examination."""


@dataclass(frozen=True)
class BenchSize:
    """How many rounds of how many bodies."""

    rounds: int
    bodies: int


WHOLE, QUICK = BenchSize(9, 300), BenchSize(5, 100)


def measure(*, quick: bool) -> Report:
    """Return times of one examination both ways, and how many a second the socket serves."""
    size = QUICK if quick else WHOLE
    with tempfile.TemporaryDirectory() as folder, _both(Path(folder)) as (own, other, key):
        asked = [_request(number, key) for number in range(size.bodies)]
        for way in (own, other):
            _examine(way, asked)
        rounds = [
            (_milliseconds(own, asked), _milliseconds(other, asked)) for _ in range(size.rounds)
        ]
        here = statistics.median(one for one, _ in rounds)
        there = statistics.median(two for _, two in rounds)
        a_second = statistics.median(_a_second(other, asked) for _ in range(size.rounds))
        hashes = statistics.median(_hash_milliseconds(other) for _ in range(size.rounds))
    return Report(
        "vault",
        {
            "examined in process": BenchFigure(here, "ms"),
            "examined by socket": BenchFigure(there, "ms", floor=here),
            "added by socket": BenchFigure(there - here, "ms", target=ADDED_MS),
            f"by socket, {AT_ONCE} callers": BenchFigure(a_second, "a second"),
            "keyed hash by socket": BenchFigure(hashes, "ms"),
        },
    )


@contextmanager
def _both(folder: Path) -> Iterator[tuple[VaultPort, VaultPort, SealingKey]]:
    """Yield the vault in this process, the one behind its socket, and the key to seal to."""
    sources = DataSources(CONFIG, demo=True)
    data = read_service_data(sources, known_credentials(sources))
    with contextlib.redirect_stdout(io.StringIO()):
        assert main.main(["central", "vault-keys", "--data", str(folder / FOLDER)]) == 0
    own = compose_vault(data, folder / FOLDER, surroundings_of(data))
    policy: VaultPolicy = replace(data.policy.vault, deadline_seconds=30.0)
    with ChildVault(folder, sources, create=False) as child:
        assert child.wait_ready()
        other = VaultClient(VaultLink(child.socket, policy))
        yield own, other, own.make_opening_key(0)
        other.close()


def _request(number: int, key: SealingKey) -> SealedRequest:
    said = invent(number)
    sealed = seal(said.content, key, said.id, said.digest)
    body = Envelope(said.id, said.digest, key.id, TERMINAL, number + 1, sealed).encode()
    message = SignedMessage("PUT", f"https://localhost/v1/applications/{said.id}", {})
    at = datetime.fromisoformat(AT).astimezone(UTC)
    return SealedRequest(message, body, said.id, TERMINAL, POINT, at)


def _examine(vault: VaultPort, asked: list[SealedRequest]) -> None:
    for one in asked:
        found = vault.examine_application(one)
        assert not isinstance(found, HttpProblem), found


def _milliseconds(vault: VaultPort, asked: list[SealedRequest]) -> float:
    return _timed(lambda: _examine(vault, asked)) / len(asked)


def _hash_milliseconds(vault: VaultPort) -> float:
    times = 200

    def ask() -> None:
        for number in range(times):
            vault.person(f"{number:018d}")

    return _timed(ask) / times


def _a_second(vault: VaultPort, asked: list[SealedRequest]) -> float:
    shares = [asked[place::AT_ONCE] for place in range(AT_ONCE)]
    threads = [threading.Thread(target=_examine, args=(vault, one)) for one in shares]

    def run() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return len(asked) / _timed(run) * 1000


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
