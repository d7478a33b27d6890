"""Settings of one terminal: read from config/kiosk.toml and its layers, and checked.

Layers (kiosk/config/layers.py): defaults <- model <- site <- local. A problem is reported in the
last file that names the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.config.accessibility import HeadphoneSettings, HelpSettings, KeypadSettings
from kiosk.config.remote_settings import ConfigurationSettings, LogSettings, MetricsSettings


class Profile(StrEnum):
    """What the terminal is used for; only demo and training may use simulated devices."""

    DEMO = "demo"
    TRAINING = "training"
    PRODUCTION = "production"

    @property
    def is_production(self) -> bool:
        """Return whether real people may be served."""
        return self is Profile.PRODUCTION


@dataclass(frozen=True)
class TerminalSettings:
    """The terminal's code, its service point, and the telephone numbers on its pages.

    `assigned`: the file in which an enrolment card's code, point and model are kept, "" where this
    file says them; `hardware`: the model that came by the card, "" for none.
    """

    code: str
    point: str
    phone: str
    maintainer: str
    assigned: str = ""
    hardware: str = ""


HIGHEST_KEY_MM = 2.0  # of a wide panel: its first key begins so far below the upper edge


@dataclass(frozen=True)
class PanelSettings:
    """The screen and its place.

    `lower_edge_mm` is its height above the floor; `reach_mm` how high a hand comes from a
    wheelchair.
    """

    width_px: int
    height_px: int
    px_per_mm: float
    lower_edge_mm: float
    reach_mm: float

    @property
    def used_mm(self) -> float:
        """Return the height in millimetres from the lower edge up to the highest key."""
        return self.height_px / self.px_per_mm - HIGHEST_KEY_MM

    @property
    def too_high_mm(self) -> float:
        """Return how many millimetres at the top a person in a wheelchair can't reach, or 0."""
        above = self.lower_edge_mm + self.height_px / self.px_per_mm - self.reach_mm
        return above if above > HIGHEST_KEY_MM else 0.0


@dataclass(frozen=True)
class CardReaderSettings:
    """The identity card reader; `sam_number` is that on its inventory label, "" for any."""

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
    """The code scanner, and what it is set to put around a code; without an address none.

    `phone_proof`: the city's platform answers for codes on telephones, so they prove who it is.
    """

    url: str = ""
    baud: int = 9600
    prefix: str = ""
    suffix: str = ""
    phone_proof: bool = False


@dataclass(frozen=True)
class CameraSettings:
    """The camera of the face check."""

    url: str


@dataclass(frozen=True)
class PrinterSettings:
    """The slip printer; `columns` is the number of characters in a line."""

    url: str
    columns: int


@dataclass(frozen=True)
class LoudspeakerSettings:
    """The sound device of ALSA, alsa:NAME; without an address there is none."""

    url: str = "alsa:default"


@dataclass(frozen=True)
class CentralSettings:
    """The central service and this terminal's identity.

    `identity`: sealed:PATH of this terminal's own key, as `enrol` made it; a demo: file:PATH.
    `keys`: the file of the service's pinned keys. `authority`: the one certificate authority that
    is trusted; "" trusts the system's. `renew_days`: the age at which the terminal's key is
    renewed.
    """

    url: str
    keys: str
    identity: str
    deadline_seconds: float
    reconcile_interval_hours: float  # both sides compare what they have
    authority: str = ""
    renew_days: float = 90.0


@dataclass(frozen=True)
class PaperCameraSettings:
    """The camera above the table (高拍仪); without one no paper is captured."""

    url: str = ""


@dataclass(frozen=True)
class DocumentPrinterSettings:
    """The printer of A4 sheets: ipp://HOST:PORT/PATH, cups:QUEUE, or "" for none."""

    url: str = ""


@dataclass(frozen=True)
class FaceSettings:
    """The face check; the numbers of the comparison itself stand in config/face.toml.

    `model`: another model for the engine, by path and SHA-256; "" is the one that comes with it.
    `model_mean`, `model_scale`: how an ONNX model wants its pixels, (value - mean) * scale.
    `thresholds`: a file of this site, written by `face calibrate`. `infrared`: a near-infrared
    camera beside the other, by path or address; "" without one. `seconds_for_all_tries`: when they
    are over, no further try begins. `lockout_minutes`: how long a card is locked out after all its
    tries.
    """

    engine: str
    tries: int
    seconds_per_try: float
    seconds_for_all_tries: float
    lockout_minutes: float
    model: str = ""
    model_sha256: str = ""
    model_mean: float = 127.5
    model_scale: float = 1 / 127.5
    thresholds: str = ""
    infrared: str = ""


@dataclass(frozen=True)
class StoreSettings:
    """The store of applications.

    `url`: "sqlcipher:" encrypts the file at `path`; postgresql+psycopg://… is a server.
    `min_free_mib`: free disk space below which no visit begins; `disk_reserve_mib`: space held in
    reserve.
    `kept_days`: for how long masked name, services and receipt of what was delivered are kept.
    """

    path: str
    min_free_mib: int
    journal_mib: int
    disk_reserve_mib: int
    kept_days: int
    url: str = ""


@dataclass(frozen=True)
class DeviceKeySettings:
    """The secret of this terminal: a systemd credential, or a file of its own in a demo."""

    url: str = "credential:device-key"


@dataclass(frozen=True)
class VisitSettings:
    """Times of a visit, in seconds unless the name says otherwise.

    The idle warning comes after `idle_seconds`, or after `idle_pauses` of the person's usual pause
    (kiosk/session/touch_rhythm.py) where that is longer, and after `idle_max_seconds` at the
    latest.
    """

    idle_seconds: float
    idle_pauses: float
    idle_max_seconds: float
    card_reminder_interval_seconds: float  # a card that still lies there is called out so often
    card_reminders_before_bell: int  # then the helper's desk is rung, too
    answer_seconds: float
    submit_wait_seconds: float
    draft_hours: int
    voice: bool
    slow_pace: float  # said slowly, a sentence takes so many times as long
    reason_after_seconds: float = 8.0  # a page that waits says what may be the reason
    way_out_after_seconds: float = 20.0  # and what else can be done
    shorter_after_repeats: int = 2  # a page that is repeated so often says its shorter sentence


@dataclass(frozen=True)
class StaffSettings:
    """Wrong PINs: the number without a wait, the first wait (it doubles), and the lock."""

    free_tries: int = 5
    first_wait_seconds: float = 15.0
    lock_after: int = 15
    poll_interval_hours: float = 6.0  # how often the list of the staff is asked for


@dataclass(frozen=True)
class MaintenanceSettings:
    """Limits beyond which the readiness report is not green (delivery.md §5), and more."""

    max_clock_offset_seconds: float = 60.0  # a code of the second factor is good for about as long
    min_free_disk_percent: float = 10.0
    max_temperature_celsius: float = 85.0
    max_waiting_hours: float = 24.0  # of what waits to be sent
    rating_days: int = 7  # after which a lost rating is no longer told of as new
    max_answer_seconds: float = 1.5  # one question to the central service
    idle_minutes: float = 10.0  # who works behind the box touches no glass meanwhile
    stick: str = "/media/usb"  # where a technician's stick is mounted


@dataclass(frozen=True)
class PilotSettings:
    """A trial with real people (docs/pilot.md): of who agrees each page is timed."""

    enabled: bool = False


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
    document_printer: DocumentPrinterSettings = DocumentPrinterSettings()
    loudspeaker: LoudspeakerSettings = LoudspeakerSettings()
    staff: StaffSettings = StaffSettings()
    headphones: HeadphoneSettings = HeadphoneSettings()
    keypad: KeypadSettings = KeypadSettings()
    help: HelpSettings = HelpSettings()
    maintenance: MaintenanceSettings = MaintenanceSettings()
    configuration: ConfigurationSettings = ConfigurationSettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    pilot: PilotSettings = PilotSettings()
