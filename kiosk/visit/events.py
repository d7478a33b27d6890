"""What can happen in a visit? Immutable events; a device's answer names its visit and request."""

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
    """The person pressed something."""

    act: Press
    value: str = field(default="", repr=False)  # a digit, or where somebody lives


@dataclass(frozen=True)
class Drawn:
    """The person lifted the finger in the signing field; all strokes so far."""

    ink: Ink


@dataclass(frozen=True)
class HandRead:
    """What these strokes look like, the likeliest first."""

    strokes: Ink = field(repr=False)
    signs: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class CardRead:
    """The reader read a card."""

    card: IdCard


@dataclass(frozen=True)
class CardFailed:
    """The reader could not."""

    failure: Failure


@dataclass(frozen=True)
class CardLifted:
    """The card that was read is taken away."""


@dataclass(frozen=True)
class CodeScanned:
    """A code was held before the scanner."""

    token: QrToken


@dataclass(frozen=True)
class CodeFailed:
    """It could not be read, or leads to nothing."""

    failure: Failure


@dataclass(frozen=True)
class FaceHint:
    """The coach says one thing, or nothing."""

    hint: Coach | None


@dataclass(frozen=True)
class FaceMatched:
    """The faces are alike, and the person did every step that was asked."""

    score: float
    threshold: float
    engine: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class FaceFailed:
    """The try ended without a match."""

    failure: Failure


@dataclass(frozen=True)
class FactsKnown:
    """Shared facts arrived."""

    facts: SharedFacts


@dataclass(frozen=True)
class FactsUnknown:
    """Shared facts could not be had: the visit goes on without them."""

    failure: Failure


@dataclass(frozen=True)
class FilingsKnown:
    """What others filed in the person's name and the person has not decided upon."""

    filings: tuple[FiledForMe, ...]


@dataclass(frozen=True)
class FilingDecided:
    """The central service took the person's word; `state` is what the application is now."""

    state: ConfirmationState


@dataclass(frozen=True)
class FilingUndecided:
    """The person's word was not taken: it can be said again."""

    failure: Failure


@dataclass(frozen=True)
class DraftFound:
    """Something half done was found, left by the same person less than a day ago."""

    draft: Draft


@dataclass(frozen=True)
class DraftBegun:
    """The central service has what somebody began elsewhere."""

    begun: StartedElsewhere


@dataclass(frozen=True)
class ProgressKnown:
    """State of each part of the open case, by service code.

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
    """The progress could not be had."""

    failure: Failure


@dataclass(frozen=True)
class PictureTaken:
    """There is a picture of a paper, held under a number; `doubt`: why it may not be readable."""

    code: str
    number: int
    doubt: Failure | None = None


@dataclass(frozen=True)
class PaperCaptured:
    """A picture of this paper was taken, sealed and kept."""

    code: str
    paper: CapturedPaper


@dataclass(frozen=True)
class PaperFailed:
    """No picture came of it."""

    failure: Failure


@dataclass(frozen=True)
class Stored:
    """The application is durable on this machine."""


@dataclass(frozen=True)
class StoreFailed:
    """It could not be made durable; nothing was handed in."""

    failure: Failure


@dataclass(frozen=True)
class Accepted:
    """The central service's signed receipt verified."""

    receipt: Receipt


@dataclass(frozen=True)
class Pending:
    """No receipt within the time a person is made to wait; it will be delivered later."""


@dataclass(frozen=True)
class Refused:
    """The central service will not take it."""


@dataclass(frozen=True)
class CaseUnderWay:
    """The central service has another case of this person; its id is an application's."""

    application_id: str


@dataclass(frozen=True)
class Printed:
    """The slip is out."""


@dataclass(frozen=True)
class PrintFailed:
    """The slip is not out."""

    failure: Failure


@dataclass(frozen=True)
class RatingLost:
    """There is no room for the rating; nothing of it is kept."""

    failure: Failure = Failure.RATING_LOST


@dataclass(frozen=True)
class BellTold:
    """The helper's desk rings, somebody comes, or nobody can be reached."""

    bell: Bell


@dataclass(frozen=True)
class IdleWarning:
    """Nobody touched anything for a while."""


@dataclass(frozen=True)
class Timeout:
    """Nobody answered the warning."""


@dataclass(frozen=True)
class DeviceLost:
    """Something without which no visit can begin is not ready."""

    failure: Failure


@dataclass(frozen=True)
class DeviceBack:
    """Everything essential is ready again."""


@dataclass(frozen=True)
class LoggedIn:
    """Card and PIN of somebody of the staff were right."""

    session: Session


@dataclass(frozen=True)
class LoginFailed:
    """Nobody came in; `wait` in seconds until another try makes sense."""

    failure: Failure
    wait: int = 0


@dataclass(frozen=True)
class Waited:
    """The time is over after which the page tells of a shorter wait."""


@dataclass(frozen=True)
class PrincipalsCounted:
    """For how many other people somebody filed within a year, as far as it is known."""

    others: int


@dataclass(frozen=True)
class CorrectionKept:
    """What was brought for an office is durable on this machine."""


@dataclass(frozen=True)
class DeskSeen:
    """What lies on the desk; `failure` when this machine's own part could not be read."""

    desk: Desk
    failure: Failure | None = None


@dataclass(frozen=True)
class MonthKnown:
    """What was done at this point in a month."""

    month: MonthReport


@dataclass(frozen=True)
class MonthUnknown:
    """The central service could not tell."""

    failure: Failure


@dataclass(frozen=True)
class Examined:
    """Everything of the machine was looked at."""

    sheet: Sheet


@dataclass(frozen=True)
class Exported:
    """The readiness report lies there as files."""


@dataclass(frozen=True)
class ExportFailed:
    """It does not."""

    failure: Failure


@dataclass(frozen=True)
class CameraSeen:
    """The camera's picture was measured."""

    look: CameraReading


@dataclass(frozen=True)
class CameraFailed:
    """There was no picture to measure."""

    failure: Failure


@dataclass(frozen=True)
class SoundFailed:
    """What was to be heard was not."""

    failure: Failure


@dataclass(frozen=True)
class DevicesFound:
    """What hangs on this machine."""

    proposal: Proposal


@dataclass(frozen=True)
class StickRead:
    """Which settings a stick brings."""

    offer: Offer


@dataclass(frozen=True)
class SettingsWritten:
    """What was confirmed is kept; it is tried at the next start."""


@dataclass(frozen=True)
class SettingsRefused:
    """Nothing was changed."""

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
    """A happening, with the visit and request it answers; "" and 0 for the person's own acts."""

    what: Event
    visit: str = ""
    request: int = 0


def kind_of(what: Event) -> str:
    """Return the name by which the table knows a happening: the act, or the class."""
    return what.act.value if isinstance(what, Pressed) else type(what).__name__
