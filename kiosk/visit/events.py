"""Events of a visit: what the person does and what devices and services answer.

All are immutable. A device's answer is wrapped in `Answered`, which names its visit and request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kiosk.application.confirmation import ConfirmationState, FiledForMe
from kiosk.application.scan import CapturedPaper
from kiosk.config.usb_bundle import Offer
from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.maintenance.readiness_report import Sheet
from kiosk.pages.page import Ink
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard
from kiosk.people.qr_token import QrToken
from kiosk.ports import Bell, Coach
from kiosk.staff.desk import Desk, MonthReport
from kiosk.staff.roles import Session
from kiosk.visit.state import Draft, StartedElsewhere


@dataclass(frozen=True)
class Pressed:
    """A press; `value` is what the press carries, such as a digit or a division's code."""

    act: Press
    value: str = field(default="", repr=False)  # a digit, or where somebody lives


@dataclass(frozen=True)
class Drawn:
    """The finger was lifted in the signing or writing field; `ink` holds all strokes so far."""

    ink: Ink


@dataclass(frozen=True)
class HandRead:
    """Characters that these strokes may be, the likeliest first."""

    strokes: Ink = field(repr=False)
    signs: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class CardRead:
    """A card was read."""

    card: IdCard


@dataclass(frozen=True)
class CardFailed:
    """No card could be read."""

    failure: Failure


@dataclass(frozen=True)
class CardLifted:
    """The card that was read was taken away."""


@dataclass(frozen=True)
class CodeScanned:
    """A code was scanned."""

    token: QrToken


@dataclass(frozen=True)
class CodeFailed:
    """A code could not be read, or leads to nothing."""

    failure: Failure


@dataclass(frozen=True)
class FaceHint:
    """The hint of the face check to the person; None for none."""

    hint: Coach | None


@dataclass(frozen=True)
class FaceMatched:
    """The face check passed: the faces match and every requested movement was made.

    `score` is the similarity and `threshold` what it had to reach; `steps` are the movements.
    """

    score: float
    threshold: float
    engine: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class FaceFailed:
    """One try of the face check ended without a match."""

    failure: Failure


@dataclass(frozen=True)
class FactsKnown:
    """The shared facts arrived."""

    facts: SharedFacts


@dataclass(frozen=True)
class FactsUnknown:
    """The shared facts could not be fetched; the visit goes on without them."""

    failure: Failure


@dataclass(frozen=True)
class FilingsKnown:
    """Filings in the person's name that the person has not decided on."""

    filings: tuple[FiledForMe, ...]


@dataclass(frozen=True)
class FilingDecided:
    """The central service took the decision; `state` is the application's state now."""

    state: ConfirmationState


@dataclass(frozen=True)
class FilingUndecided:
    """The decision was not taken; the person can decide again."""

    failure: Failure


@dataclass(frozen=True)
class DraftFound:
    """A draft was found, left by the same person and not expired."""

    draft: Draft


@dataclass(frozen=True)
class DraftBegun:
    """The central service has a filing that was started elsewhere."""

    begun: StartedElsewhere


@dataclass(frozen=True)
class ProgressKnown:
    """The state of each part of a case, by service code.

    `confirm_until` is the last day on which the person may confirm what waits for them.
    """

    case_number: str
    states: Mapping[str, str]
    due: Mapping[str, date] = field(default_factory=dict)  # until when something must be brought
    opens: Mapping[str, date] = field(default_factory=dict)  # first day of what begins later
    confirmation: ConfirmationState = ConfirmationState.NOT_NEEDED
    confirm_until: date | None = None


@dataclass(frozen=True)
class ProgressUnknown:
    """The progress could not be fetched."""

    failure: Failure


@dataclass(frozen=True)
class PictureTaken:
    """A picture was taken; `number` is its number in `HeldPicture`.

    `code` is that of the paper; `doubt` is why it may not be readable.
    """

    code: str
    number: int
    doubt: Failure | None = None


@dataclass(frozen=True)
class PaperCaptured:
    """A picture of the paper `code` was sealed and kept."""

    code: str
    paper: CapturedPaper


@dataclass(frozen=True)
class PaperFailed:
    """No picture of the paper was taken or kept."""

    failure: Failure


@dataclass(frozen=True)
class Stored:
    """The application is durable on this machine."""


@dataclass(frozen=True)
class StoreFailed:
    """Something could not be made durable; nothing was handed in."""

    failure: Failure


@dataclass(frozen=True)
class Accepted:
    """The central service accepted the application; its signed receipt was verified."""

    receipt: Receipt


@dataclass(frozen=True)
class Pending:
    """No receipt came while the person waited; the application will be delivered later."""


@dataclass(frozen=True)
class Refused:
    """The central service refused the application."""


@dataclass(frozen=True)
class CaseUnderWay:
    """The central service has another case of this person, with this application id."""

    application_id: str


@dataclass(frozen=True)
class Printed:
    """The slip was printed."""


@dataclass(frozen=True)
class PrintFailed:
    """The slip was not printed."""

    failure: Failure


@dataclass(frozen=True)
class RatingLost:
    """The rating could not be stored, so nothing of it is kept."""

    failure: Failure = Failure.RATING_LOST


@dataclass(frozen=True)
class BellTold:
    """The state of the helper's bell: ringing, somebody comes, or nobody can be reached."""

    bell: Bell


@dataclass(frozen=True)
class IdleWarning:
    """Nobody touched the screen for a while."""


@dataclass(frozen=True)
class Timeout:
    """Nobody reacted to the idle warning."""


@dataclass(frozen=True)
class DeviceLost:
    """A device or resource without which no visit can begin is not ready."""

    failure: Failure


@dataclass(frozen=True)
class DeviceBack:
    """Everything that a visit needs is ready again."""


@dataclass(frozen=True)
class LoggedIn:
    """Card and PIN, or the code that follows them, of one of the staff were right."""

    session: Session


@dataclass(frozen=True)
class LoginFailed:
    """A login was rejected; `wait` is the number of seconds until another try is allowed."""

    failure: Failure
    wait: int = 0


@dataclass(frozen=True)
class Waited:
    """The time asked for by Remind is over, so the page may show a shorter wait."""


@dataclass(frozen=True)
class PrincipalsCounted:
    """The number of other people for whom the proxy filed within a year, as far as known."""

    others: int


@dataclass(frozen=True)
class CorrectionKept:
    """The correction for an office is durable on this machine."""


@dataclass(frozen=True)
class DeskSeen:
    """The cases on the desk; `failure` when this machine's own part could not be read."""

    desk: Desk
    failure: Failure | None = None


@dataclass(frozen=True)
class MonthKnown:
    """The month's report of this service point."""

    month: MonthReport


@dataclass(frozen=True)
class MonthUnknown:
    """The month's report could not be fetched."""

    failure: Failure


@dataclass(frozen=True)
class Examined:
    """The readiness report of this machine."""

    sheet: Sheet


@dataclass(frozen=True)
class Exported:
    """The readiness report was written as files."""


@dataclass(frozen=True)
class ExportFailed:
    """The readiness report could not be written."""

    failure: Failure


@dataclass(frozen=True)
class CameraSeen:
    """A measurement of the camera's picture."""

    look: CameraReading


@dataclass(frozen=True)
class CameraFailed:
    """The camera gave no picture to measure."""

    failure: Failure


@dataclass(frozen=True)
class SoundFailed:
    """The test tones could not be played."""

    failure: Failure


@dataclass(frozen=True)
class DevicesFound:
    """The devices found on this machine, as a proposal of settings."""

    proposal: Proposal


@dataclass(frozen=True)
class StickRead:
    """The verified settings on a USB stick."""

    offer: Offer


@dataclass(frozen=True)
class SettingsWritten:
    """The confirmed settings are stored and will be tried at the next start."""


@dataclass(frozen=True)
class SettingsRefused:
    """The settings were not stored; nothing was changed."""

    failure: Failure


@dataclass(frozen=True)
class Wiped:
    """Nothing of the visit is left."""


Event = (
    Pressed
    | Drawn
    | HandRead
    | CardRead
    | CardFailed
    | CardLifted
    | CodeScanned
    | CodeFailed
    | FaceHint
    | FaceMatched
    | FaceFailed
    | FactsKnown
    | FactsUnknown
    | FilingsKnown
    | FilingDecided
    | FilingUndecided
    | DraftFound
    | DraftBegun
    | ProgressKnown
    | ProgressUnknown
    | PictureTaken
    | PaperCaptured
    | PaperFailed
    | Stored
    | StoreFailed
    | Accepted
    | Pending
    | Refused
    | CaseUnderWay
    | Printed
    | PrintFailed
    | RatingLost
    | BellTold
    | IdleWarning
    | Timeout
    | DeviceLost
    | DeviceBack
    | LoggedIn
    | LoginFailed
    | Waited
    | DeskSeen
    | MonthKnown
    | MonthUnknown
    | PrincipalsCounted
    | CorrectionKept
    | Examined
    | Exported
    | ExportFailed
    | CameraSeen
    | CameraFailed
    | SoundFailed
    | DevicesFound
    | StickRead
    | SettingsWritten
    | SettingsRefused
    | Wiped
)


@dataclass(frozen=True)
class Answered:
    """An event with the visit and request that it answers; "" and 0 for the person's own."""

    what: Event
    visit: str = ""
    request: int = 0


def kind_of(what: Event) -> str:
    """Return the event's name for records: what was pressed, or the class."""
    return what.act.value if isinstance(what, Pressed) else type(what).__name__
