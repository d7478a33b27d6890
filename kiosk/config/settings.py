"""Settings of one terminal: read from config/kiosk.toml and checked.

Layers (kiosk/config/layers.py): defaults <- model <- site <- local. The last file that names a key
is the one that a problem is reported in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.config.accessibility import HeadphoneSettings, HelpSettings, KeypadSettings
from kiosk.config.remote_settings import ConfigurationSettings, LogSettings, MetricsSettings
from kiosk.config.schema import ConfigError, Problem, Reader, Table, line_of, read_table
from kiosk.config.validation import wrong_in_production, wrong_values


class Profile(StrEnum):
    """Where the terminal stands. Only demo and training may use simulated devices."""

    DEMO = "demo"
    TRAINING = "training"
    PRODUCTION = "production"

    @property
    def is_production(self) -> bool:
        """Tell whether real people may be served."""
        return self is Profile.PRODUCTION


@dataclass(frozen=True)
class TerminalSettings:
    code: str
    point: str
    phone: str
    maintainer: str


HIGHEST_KEY_MM = 2.0  # of a wide panel: its first key begins so far below the upper edge


@dataclass(frozen=True)
class PanelSettings:
    """`lower_edge_mm`: above the floor; `reach_mm`: how high a hand comes from a wheelchair."""

    width_px: int
    height_px: int
    px_per_mm: float
    lower_edge_mm: float
    reach_mm: float

    @property
    def used_mm(self) -> float:
        """How high the panel is up to the upper edge of its first key."""
        return self.height_px / self.px_per_mm - HIGHEST_KEY_MM

    @property
    def too_high_mm(self) -> float:
        """How much of the panel, from its upper edge, can't be reached from a wheelchair."""
        above = self.lower_edge_mm + self.height_px / self.px_per_mm - self.reach_mm
        return above if above > HIGHEST_KEY_MM else 0.0


@dataclass(frozen=True)
class CardReaderSettings:
    """`sam_number`: of the reader that belongs here, as its inventory label says; "" is any."""

    url: str
    baud: int
    poll_seconds: float
    sam_number: str = ""


@dataclass(frozen=True)
class ChipPhoto:
    """A vendor's decoder of chip photos; without a path there is none."""

    path: str = ""
    symbol: str = ""
    abi: str = "executable"


@dataclass(frozen=True)
class SsCardReaderSettings:
    """The reader of social security cards; without an address there is none."""

    url: str = ""


@dataclass(frozen=True)
class ScannerSettings:
    """The scanner of codes, and what it is set to put around one; without an address: none."""

    url: str = ""
    baud: int = 9600
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True)
class CameraSettings:
    url: str


@dataclass(frozen=True)
class PrinterSettings:
    url: str
    columns: int


@dataclass(frozen=True)
class LoudspeakerSettings:
    """A sound device of ALSA, alsa:NAME; without an address there is none."""

    url: str = "alsa:default"


@dataclass(frozen=True)
class CentralSettings:
    """`identity`: sealed:PATH of this terminal's own key, as `enrol` made it; a demo: file:PATH.

    `authority`: the one certificate authority that is trusted; "" trusts the system's.
    `renew_days`: how old its key gets.
    """

    url: str
    keys: str
    identity: str
    deadline_seconds: float
    compare_hours: float  # both sides compare what they have
    authority: str = ""
    renew_days: float = 90.0


@dataclass(frozen=True)
class PaperCameraSettings:
    """A camera above the table (高拍仪); without one no paper is captured."""

    url: str = ""


@dataclass(frozen=True)
class FaceSettings:
    """Numbers of the check itself stand in config/face.toml.

    `model`: another model for the engine, by path and SHA-256; "" is the one that comes with it.
    `model_mean`, `model_scale`: how an ONNX model wants its pixels, (value - mean) * scale.
    `thresholds`: a file of this site, written by `face calibrate`.
    `infrared`: a near-infrared camera beside the other, by path or address; "" without one.
    `seconds_in_all`: when they are over, no further try begins.
    `rest_minutes`: how long a card rests after all its tries.
    """

    engine: str
    tries: int
    seconds_a_try: float
    seconds_in_all: float
    rest_minutes: float
    model: str = ""
    model_sha256: str = ""
    model_mean: float = 127.5
    model_scale: float = 1 / 127.5
    thresholds: str = ""
    infrared: str = ""


@dataclass(frozen=True)
class StoreSettings:
    """`url`: "sqlcipher:" encrypts the file at `path`; postgresql+psycopg://… is a server.

    `kept_days`: for how long masked name, services and receipt of what was delivered are kept.
    """

    path: str
    floor_mib: int
    journal_mib: int
    ballast_mib: int
    kept_days: int
    url: str = ""


@dataclass(frozen=True)
class DeviceKeySettings:
    """The secret of this terminal: a systemd credential, or a file of its own in a demo."""

    url: str = "credential:device-key"


@dataclass(frozen=True)
class VisitSettings:
    """Who touches nothing is asked after `idle_seconds`, or `idle_pauses` of the usual pause."""

    idle_seconds: float
    idle_pauses: float
    idle_most_seconds: float
    card_call_seconds: float  # a card that still lies there is called out so often
    card_calls_alone: int  # then the helper's desk is rung, too
    answer_seconds: float
    submit_wait_seconds: float
    draft_hours: int
    voice: bool
    slow_pace: float  # said slowly, a sentence takes so many times as long


@dataclass(frozen=True)
class StaffSettings:
    """Wrong PINs: how many are free, how long the first wait is (it doubles), when it ends."""

    free_tries: int = 5
    first_wait_seconds: float = 15.0
    lock_after: int = 15
    ask_hours: float = 6.0  # how often the list of the staff is asked for


@dataclass(frozen=True)
class UpkeepSettings:
    """From where on a readiness report is not green any more (central.md §5, alarms), and more."""

    clock_seconds: float = 60.0  # a code of the second factor is good for about as long
    disk_percent: float = 10.0
    hottest_celsius: float = 85.0
    oldest_hours: float = 24.0  # of what waits to be sent
    rating_days: int = 7  # after which a lost rating is no longer told of as new
    slow_seconds: float = 1.5  # one question to the central service
    idle_minutes: float = 10.0  # who works behind the box touches no glass meanwhile
    stick: str = "/media/usb"  # where a technician's stick is mounted


@dataclass(frozen=True)
class Settings:
    """Every setting of one terminal."""

    terminal: TerminalSettings
    panel: PanelSettings
    id_card_reader: CardReaderSettings
    camera: CameraSettings
    printer: PrinterSettings
    central: CentralSettings
    face: FaceSettings
    store: StoreSettings
    visit: VisitSettings
    profile: Profile = Profile.PRODUCTION
    banner: str = ""
    chip_photo: ChipPhoto = ChipPhoto()
    ss_card_reader: SsCardReaderSettings = SsCardReaderSettings()
    code_scanner: ScannerSettings = ScannerSettings()
    device_key: DeviceKeySettings = DeviceKeySettings()
    paper_camera: PaperCameraSettings = PaperCameraSettings()
    loudspeaker: LoudspeakerSettings = LoudspeakerSettings()
    staff: StaffSettings = StaffSettings()
    headphones: HeadphoneSettings = HeadphoneSettings()
    keypad: KeypadSettings = KeypadSettings()
    help: HelpSettings = HelpSettings()
    upkeep: UpkeepSettings = UpkeepSettings()
    configuration: ConfigurationSettings = ConfigurationSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()


def lay_over(below: Table, above: Table) -> Table:
    """Return `below` with every key of `above` laid over it, table by table."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[name] = lay_over(under, value) if both else value  # type: ignore[arg-type]
    return merged


def read_settings(*paths: Path) -> Settings:
    """Read the layers in order and return the settings; raise ConfigError with every problem."""
    return build_settings([(path, read_table(path)) for path in paths])


def build_settings(tables: Sequence[tuple[Path, Table]]) -> Settings:
    """Return the settings of tables that were read from files; raise ConfigError as above."""
    table: Table = {}
    paths = tuple(path for path, _ in tables)
    for _, said in tables:
        table = lay_over(table, said)
    reader = Reader(paths[-1])
    settings = reader.build(Settings, table)
    if settings is None:
        raise ConfigError(tuple(_place(problem, paths) for problem in reader.problems))
    wrong = (*wrong_values(settings), *wrong_in_production(settings))
    if wrong:
        found = (Problem(str(paths[-1]), 0, key, expected) for key, expected in wrong)
        raise ConfigError(tuple(_place(problem, paths) for problem in found))
    return settings


def _place(problem: Problem, paths: tuple[Path, ...]) -> Problem:
    """Name the topmost layer that holds the key."""
    for path in reversed(paths):
        if line := line_of(path, problem.key):
            return Problem(str(path), line, problem.key, problem.expected, problem.nearest)
    return problem
