"""What is this terminal, and how long, how often, how many? Reads and checks config/kiosk.toml.

Layers: defaults <- profile <- the site's own file. The last file that names a key is the one
that a problem is reported in.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.schema import ConfigError, Problem, Reader, Table, line_of, read_table


class Profile(StrEnum):
    """Where the terminal stands. Only demo and training may use simulated devices."""

    DEMO = "demo"
    TRAINING = "training"
    PRODUCTION = "production"


@dataclass(frozen=True)
class Terminal:
    code: str
    point: str
    phone: str
    maintainer: str


@dataclass(frozen=True)
class Panel:
    width_px: int
    height_px: int
    px_per_mm: float


@dataclass(frozen=True)
class CardReader:
    url: str
    baud: int
    poll_seconds: float


@dataclass(frozen=True)
class CameraSettings:
    url: str


@dataclass(frozen=True)
class PrinterSettings:
    url: str
    columns: int


@dataclass(frozen=True)
class CentralSettings:
    url: str
    keys: str
    token_file: str
    deadline_seconds: float


@dataclass(frozen=True)
class FaceSettings:
    """`accept` and `retry` are distances of the engine; smaller is more alike."""

    engine: str
    accept: float
    retry: float
    tries: int
    seconds_a_try: float
    frames: int


@dataclass(frozen=True)
class StoreSettings:
    path: str
    floor_mib: int


@dataclass(frozen=True)
class VisitSettings:
    idle_seconds: float
    answer_seconds: float
    submit_wait_seconds: float
    promise_working_days: int


@dataclass(frozen=True)
class Settings:
    """Every setting of one terminal."""

    terminal: Terminal
    panel: Panel
    id_card_reader: CardReader
    camera: CameraSettings
    printer: PrinterSettings
    central: CentralSettings
    face: FaceSettings
    store: StoreSettings
    visit: VisitSettings
    profile: Profile = Profile.PRODUCTION
    banner: str = ""


SIMULATED = ("pty:", "loop://", "http://127.", "http://localhost", "tcp://127.", "/dev/pts/")


def lay_over(below: Table, above: Table) -> Table:
    """Return `below` with every key of `above` laid over it, table by table."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[name] = lay_over(under, value) if both else value  # type: ignore[arg-type]
    return merged


def refuse_simulators(settings: Settings, path: Path) -> tuple[Problem, ...]:
    """Return a problem for each simulated device of a production terminal (design, profiles)."""
    if settings.profile is not Profile.PRODUCTION:
        return ()
    urls = {
        "id_card_reader.url": settings.id_card_reader.url,
        "camera.url": settings.camera.url,
        "printer.url": settings.printer.url,
    }
    return tuple(
        Problem(str(path), line_of(path, key), key, f"正式使用时不能接模拟设备：{url}")
        for key, url in urls.items()
        if url.startswith(SIMULATED)
    )


def read_settings(*paths: Path) -> Settings:
    """Read the layers in order and return the settings; raise ConfigError with every problem."""
    table: Table = {}
    for path in paths:
        table = lay_over(table, read_table(path))
    reader = Reader(paths[-1])
    settings = reader.build(Settings, table)
    if settings is None:
        raise ConfigError(tuple(_place(problem, paths) for problem in reader.problems))
    if problems := refuse_simulators(settings, paths[-1]):
        raise ConfigError(problems)
    return settings


def _place(problem: Problem, paths: tuple[Path, ...]) -> Problem:
    """Name the topmost layer that holds the key."""
    for path in reversed(paths):
        if line := line_of(path, problem.key):
            return Problem(str(path), line, problem.key, problem.expected, problem.nearest)
    return problem
