"""What does a step ask the runner to do? Values; the runner performs them off the UI thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.application.confirmation import Decision
from kiosk.application.document import Application
from kiosk.delivery.correction import CorrectionPapers
from kiosk.maintenance.readiness_report import Sheet
from kiosk.pages.page import Ink
from kiosk.people.attendance import Attendance
from kiosk.slip import Slip


@dataclass(frozen=True)
class ReadCard:
    """Wait for a card; answers CardRead or CardFailed."""


@dataclass(frozen=True)
class ScanCode:
    """Wait for a code; answers CodeScanned or CodeFailed."""


@dataclass(frozen=True)
class CheckFace:
    """Compare the live face with this person's portrait; answers Face*.

    `turn_only` asks for turns of the head alone: not everybody can close the eyes.
    """

    who: Attendance = field(repr=False)
    turn_only: bool = False


@dataclass(frozen=True)
class FetchFacts:
    """Ask for the shared facts; answers FactsKnown or FactsUnknown."""

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class FetchFilings:
    """Ask what was filed in this person's name; answers FilingsKnown.

    Where the central service can't be reached it answers FactsUnknown: neither is to be had.
    """

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class DecideFiling:
    """Send the person's word on an application; answers FilingDecided or FilingUndecided."""

    who: Attendance = field(repr=False)
    application_id: str
    decision: Decision


@dataclass(frozen=True)
class FindDraft:
    """Look whether this person left a draft; answers DraftFound, or nothing."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class ReadCode:
    """Wait for a code and ask what it leads to; answers DraftBegun or CodeFailed."""


@dataclass(frozen=True)
class FetchBegun:
    """Ask for what the employer began for this person; answers DraftBegun, or nothing."""

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class KeepDraft:
    """Seal what a proved person leaves half done."""

    number: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class DropDraft:
    """Destroy this person's draft."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class FetchProgress:
    """Ask how far an application is; answers Progress*."""

    application_id: str


@dataclass(frozen=True)
class CapturePaper:
    """Take a picture of the paper that lies there, or of the person (kiosk.visit.vouching.PERSON).

    Answers PictureTaken or PaperFailed.
    """

    code: str


@dataclass(frozen=True)
class KeepPicture:
    """Seal and keep the picture that is held under `number`; answers PaperCaptured or PaperFailed.

    `doubt` and `kept_by` are recorded with it (kiosk/delivery/scan_intake.py).
    """

    application_id: str
    code: str
    number: int
    doubt: str = ""
    kept_by: str = ""


@dataclass(frozen=True)
class Submit:
    """Seal, store, send; answers Stored or StoreFailed, then Accepted, Pending or Refused."""

    application: Application


@dataclass(frozen=True)
class PrintSlip:
    """Print; answers Printed or PrintFailed."""

    slip: Slip


@dataclass(frozen=True)
class SendRating:
    """Keep a rating and send it when the network allows; answers only that it is lost."""

    application_id: str
    grade: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Remind:
    """Answer Waited after so many seconds."""

    seconds: int


@dataclass(frozen=True)
class LogIn:
    """Let somebody of the staff in; answers LoggedIn or LoginFailed.

    `by_card`: the number was read and not typed. `relieves`: whose desk is taken over, a pseudonym.
    """

    number: str = field(repr=False)
    pin: str = field(repr=False)
    by_card: bool = True
    relieves: str = ""


@dataclass(frozen=True)
class LogOut:
    """Note that somebody of the staff is out."""

    staff: str


@dataclass(frozen=True)
class HandInCorrection:
    """Seal, store, send; answers CorrectionKept or StoreFailed."""

    brought: CorrectionPapers


@dataclass(frozen=True)
class CountPrincipals:
    """Find out for how many people but `number` somebody files; answers PrincipalsCounted."""

    proxy: Attendance = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True)
class WatchCard:
    """Watch the card that was read; answers CardLifted."""


@dataclass(frozen=True)
class LookAtDesk:
    """Find out what lies on the desk; answers DeskSeen."""


@dataclass(frozen=True)
class FetchMonth:
    """Ask what was done here this month; answers MonthKnown or MonthUnknown."""

    staff: str


@dataclass(frozen=True)
class ReadHand:
    """Find what was written with the finger; answers HandRead."""

    strokes: Ink = field(repr=False)


@dataclass(frozen=True)
class RingBell:
    """Ring the helper's desk until somebody answers; answers BellTold."""


@dataclass(frozen=True)
class StopBell:
    """Ring no more."""


@dataclass(frozen=True)
class CheckCode:
    """Look at the code that follows card and PIN; answers LoggedIn or LoginFailed."""

    number: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True)
class Examine:
    """Look at everything of this machine; answers Examined."""


@dataclass(frozen=True)
class ExportSheet:
    """Write the readiness report as files; answers Exported or ExportFailed."""

    sheet: Sheet


@dataclass(frozen=True)
class LookAtCamera:
    """Measure the camera's picture again and again; answers CameraSeen or CameraFailed."""


@dataclass(frozen=True)
class PlayTones:
    """Play three tones, once nothing is said; answers SoundFailed where nothing can be heard."""

    order: str


@dataclass(frozen=True)
class SeekDevices:
    """Find what hangs on this machine; answers DevicesFound."""


@dataclass(frozen=True)
class WriteSettings:
    """Write addresses, by key, into this machine's own settings; answers Settings*."""

    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReadStick:
    """Verify the signed settings on a stick; answers StickRead or SettingsRefused."""


@dataclass(frozen=True)
class TakeStick:
    """Let these settings of the stick be tried at the next start; answers Settings*."""

    wanted: str


@dataclass(frozen=True)
class Cancel:
    """Let go of what a stage had asked for: whatever still comes is late and is dropped."""


@dataclass(frozen=True)
class Wipe:
    """Forget everything of this visit and answer Wiped."""


Effect = (
    ReadCard
    | ScanCode
    | LogIn
    | Remind
    | LogOut
    | HandInCorrection
    | WatchCard
    | CountPrincipals
    | LookAtDesk
    | FetchMonth
    | CheckFace
    | FetchFacts
    | FetchFilings
    | DecideFiling
    | FindDraft
    | ReadCode
    | FetchBegun
    | KeepDraft
    | DropDraft
    | FetchProgress
    | CapturePaper
    | KeepPicture
    | Submit
    | PrintSlip
    | SendRating
    | ReadHand
    | RingBell
    | StopBell
    | CheckCode
    | Examine
    | ExportSheet
    | LookAtCamera
    | PlayTones
    | SeekDevices
    | WriteSettings
    | ReadStick
    | TakeStick
    | Cancel
    | Wipe
)
