"""Effects: what a step asks the session to do, as values.

kiosk/session/effect_handlers.py performs them off the UI thread. "Answers X" names the event that
comes back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.application.confirmation import Decision
from kiosk.application.document import Application
from kiosk.application.ink import Ink
from kiosk.application.rating import FILING
from kiosk.delivery.correction import CorrectionPapers
from kiosk.maintenance.readiness_report import Sheet
from kiosk.people.attendance import Attendance
from kiosk.slip import Slip
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit_ports import VisitDevices


@dataclass(frozen=True)
class ReadCard:
    """Wait for a card on the reader; answers CardRead or CardFailed."""


@dataclass(frozen=True)
class ScanCode:
    """Wait for a code at the scanner; answers CodeScanned or CodeFailed."""


@dataclass(frozen=True)
class CheckFace:
    """Compare the live face with this person's portrait.

    Answers FaceHint any number of times, then FaceMatched or FaceFailed. `turn_only` asks for turns
    of the head alone: not everybody can close the eyes. With `guarded`, where a depth sensor or
    somebody beside sees the head, they may stay short.
    """

    who: Attendance = field(repr=False)
    turn_only: bool = False
    guarded: bool = False


@dataclass(frozen=True)
class FetchFacts:
    """Ask the offices for the shared facts; answers FactsKnown or FactsUnknown."""

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class FetchFilings:
    """Ask what was filed in this person's name; answers FilingsKnown.

    Answers FactsUnknown when the central service can't be reached: then there are no facts, either.
    """

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class DecideFiling:
    """Send the person's decision on a filing; answers FilingDecided or FilingUndecided.

    `facts_mark` names the facts that the person was shown, "" for none; `wrong` are those of them
    that the person marked as wrong.
    """

    who: Attendance = field(repr=False)
    application_id: str
    decision: Decision
    facts_mark: str = ""
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class FindDraft:
    """Look for a draft of the person with this number; answers DraftFound, or nothing."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class ReadCode:
    """Wait for a code and ask what it leads to; answers DraftBegun or CodeFailed."""


@dataclass(frozen=True)
class FetchBegun:
    """Ask for what the employer started for this person; answers DraftBegun, or nothing."""

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class KeepDraft:
    """Seal and store the draft of a proved person.

    `content` is encoded by kiosk.visit.step_parts.draft.
    """

    number: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class DropDraft:
    """Destroy the draft of the person with this number."""

    number: str = field(repr=False)


@dataclass(frozen=True)
class FetchProgress:
    """Ask for the progress of an application; answers ProgressKnown or ProgressUnknown."""

    application_id: str


@dataclass(frozen=True)
class FetchResults:
    """Ask what the offices gave to this person; answers ResultsKnown, or nothing."""

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class CapturePaper:
    """Take a picture of the paper under the camera, or of the person; `code` says which.

    `code` is a paper's code, or PERSON of kiosk.visit.steps.vouching.actions. Answers PictureTaken
    or PaperFailed.
    """

    code: str


@dataclass(frozen=True)
class KeepPicture:
    """Seal and keep the picture held under `number`; answers PaperCaptured or PaperFailed.

    `doubt` and `kept_by` are recorded with it (kiosk/delivery/scan_intake.py).
    """

    application_id: str
    code: str
    number: int
    doubt: str = ""
    kept_by: str = ""


@dataclass(frozen=True)
class Submit:
    """Seal, store and send an application.

    Answers Stored or StoreFailed, then Accepted, Pending, Refused or CaseUnderWay.
    """

    application: Application


@dataclass(frozen=True)
class PrintSlip(DeviceRequest):
    """Print a slip; answers Printed or PrintFailed."""

    thread: ClassVar[str] = "printer"

    slip: Slip

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event:
        """Print it on the printer of slips of `devices`."""
        failure = devices.printer.print_slip(self.slip)
        return PrintFailed(failure) if failure else Printed()


@dataclass(frozen=True)
class FetchRatings:
    """Ask what this person can rate; answers RatingsKnown, or nothing when no service can tell."""

    who: Attendance = field(repr=False)


@dataclass(frozen=True)
class SendRating:
    """Keep a rating and send it when the network allows; answers RatingLost, or nothing.

    `grade` is 5 (best) to 1; `words` are the person's own, sealed before they are stored.
    """

    application_id: str
    grade: int
    reasons: tuple[str, ...]
    stage: str = FILING
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Remind:
    """Answer Waited after `seconds`."""

    seconds: int


@dataclass(frozen=True)
class LogIn:
    """Check card and PIN of one of the staff; answers LoggedIn or LoginFailed.

    `by_card`: the number was read and not typed. `relieves` is the pseudonym of whose desk is taken
    over, "" for none.
    """

    number: str = field(repr=False)
    pin: str = field(repr=False)
    by_card: bool = True
    relieves: str = ""


@dataclass(frozen=True)
class LogOut:
    """Record that one of the staff logged out; `staff` is the pseudonym."""

    staff: str


@dataclass(frozen=True)
class HandInCorrection:
    """Seal, store and send a correction; answers CorrectionKept or StoreFailed."""

    brought: CorrectionPapers


@dataclass(frozen=True)
class CountPrincipals:
    """Count for how many people besides `number` the proxy files; answers PrincipalsCounted."""

    proxy: Attendance = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True)
class WatchCard:
    """Watch the card that was read; answers CardLifted when it is taken away."""


@dataclass(frozen=True)
class LookAtDesk:
    """Collect the cases on the desk; answers DeskSeen."""


@dataclass(frozen=True)
class FetchMonth:
    """Ask for the month's report of this point; answers MonthKnown or MonthUnknown."""

    staff: str


@dataclass(frozen=True)
class ReadHand:
    """Recognise a character in strokes of the finger; answers HandRead."""

    strokes: Ink = field(repr=False)


@dataclass(frozen=True)
class RingBell:
    """Ring the helper's desk until somebody answers; answers BellTold."""


@dataclass(frozen=True)
class StopBell:
    """Stop ringing the helper's desk."""


@dataclass(frozen=True)
class CheckCode:
    """Check the one-time code that follows card and PIN; answers LoggedIn or LoginFailed."""

    number: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True)
class Examine:
    """Examine every part of this machine; answers Examined."""


@dataclass(frozen=True)
class ExportSheet:
    """Write the readiness report as files; answers Exported or ExportFailed."""

    sheet: Sheet


@dataclass(frozen=True)
class LookAtCamera:
    """Measure the camera's picture repeatedly; answers CameraSeen or CameraFailed."""


@dataclass(frozen=True)
class PlayTones:
    """Play three tones in `order` once speech has ended; answers SoundFailed on failure."""

    order: str


@dataclass(frozen=True)
class SeekDevices:
    """Search for devices attached to this machine; answers DevicesFound."""


@dataclass(frozen=True)
class WriteSettings:
    """Store device addresses, by key, as settings; answers SettingsWritten or SettingsRefused."""

    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ReadStick:
    """Verify the signed settings on a USB stick; answers StickRead or SettingsRefused."""


@dataclass(frozen=True)
class TakeStick:
    """Take the stick's settings `wanted`, to be tried at the next start.

    Answers SettingsWritten or SettingsRefused.
    """

    wanted: str


@dataclass(frozen=True)
class Cancel:
    """Cancel what the stage had asked for; an answer that still comes is late and is dropped."""


@dataclass(frozen=True)
class Wipe:
    """Forget everything of this visit; answers Wiped once the card is taken.

    `ss_card`: the social security card has to be taken, too.
    """

    ss_card: bool = False


PersonQuestion = FetchFilings | FetchRatings | FetchResults
Effect = (
    DeviceRequest
    | ReadCard
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
    | PersonQuestion
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
