"""Events that devices, services and the staff may cause at any time, for random walks."""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.authority import CARD
from kiosk.application.authority import PAPER as OF_AUTHORITY
from kiosk.application.confirmation import ConfirmationState
from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.ports import Bell, Coach
from kiosk.staff.desk import Desk
from kiosk.visit import events as ev
from kiosk.visit.draft import draft_of
from kiosk.visit.state import Draft, StartedElsewhere
from kiosk.visit.steps.vouching.actions import PERSON
from tests.kiosk.invented_people import INK, NOW, Visitor, persona
from tests.kiosk.staff_people import DESK, ENGINEER, HELPER, OTHER_HELPER, OTHER_WINDOW, WINDOW
from wiring.maintenance_pages import OFFERS, PLACES, TROUBLES, sheets
from wiring.page_catalogue import FILED

SEALED = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")


def drafts() -> list[Draft]:
    """Return what this person and one with other facts may leave, and what nobody could have."""
    left = draft_of(Visitor().at_materials().press(Press.PROMISE).visit)
    early = draft_of(Visitor().with_young_facts().press(Press.PICK, "soonest").visit)
    odd = replace(left, answers=(("mobile", "x"), ("live", "nowhere"), ("unknown", "")))
    return [left, early, odd, replace(left, unwanted=("R01", "R06"), disputed=("name",))]


def answers_of_devices() -> list[ev.Event]:
    """Return samples of every event that nobody presses."""
    return [
        *answers_to_proof(),
        *answers_of_offices(),
        *answers_about_cases(),
        *answers_about_papers(),
        *answers_to_filing(),
        *answers_for_staff(),
        *answers_for_technicians(),
        *(ev.IdleWarning(), ev.Timeout(), ev.DeviceLost(Failure.READER_LOST), ev.DeviceBack()),
        *(ev.BellTold(one) for one in Bell),
        *(ev.Wiped(), ev.Drawn(INK), ev.Drawn(())),
    ]


def answers_to_proof() -> list[ev.Event]:
    """Return answers of the card reader and the camera."""
    return [
        *(ev.CardRead(persona(one)[0]) for one in ("liu", "wang", "helper")),
        ev.CardFailed(Failure.CARD_MOVED),
        ev.CardFailed(Failure.CARD_EXPIRED),
        ev.CardLifted(),
        ev.FaceHint(Coach.HOLD_STILL),
        ev.FaceHint(None),
        ev.FaceMatched(0.31, 0.42, "dlib128"),
        ev.FaceFailed(Failure.FACE_NOT_ALIKE),
        ev.FaceFailed(Failure.CAMERA_LOST),
    ]


def answers_of_offices() -> list[ev.Event]:
    """Return facts of the offices, drafts, and what was started elsewhere."""
    (card, facts), (other_card, other_facts) = persona("liu"), persona("wang")
    known = (
        facts,
        other_facts,
        replace(facts, kind=InsuredKind.FLEXIBLE, account="", bank=""),
        replace(facts, open_case="11111111-0000-4000-8000-000000000001"),
        replace(facts, waiting_unit="a unit"),
    )
    begun = (
        StartedElsewhere(Way.PHONE, card.number, ("R01",), ()),
        StartedElsewhere(Way.EMPLOYER, card.number, ("R01",), ()),
        StartedElsewhere(Way.EMPLOYER, other_card.number, ("R01",), ()),
    )
    return [
        *(ev.FactsKnown(one) for one in known),
        ev.FactsUnknown(Failure.CENTRAL_UNREACHABLE),
        *(ev.DraftFound(one) for one in drafts()),
        *(ev.DraftBegun(one) for one in begun),
        ev.CodeFailed(Failure.CODE_EXPIRED),
    ]


def answers_about_cases() -> list[ev.Event]:
    """Return the progress of cases, and filings in the person's name."""
    decided, today = (ConfirmationState.CONFIRMED, ConfirmationState.REFUSED), NOW.date()
    return [
        ev.ProgressKnown("亳退 1", {"R01": "ready", "R09": "correction"}, {"R09": today}),
        ev.ProgressKnown("亳退 1", {"R01": "waiting"}, {}, {}, ConfirmationState.AWAITING, today),
        ev.ProgressUnknown(Failure.CENTRAL_UNREACHABLE),
        *(ev.FilingsKnown(one) for one in ((), FILED[:1], FILED)),
        *(ev.FilingDecided(one) for one in decided),
        ev.FilingUndecided(Failure.CENTRAL_UNREACHABLE),
    ]


def answers_about_papers() -> list[ev.Event]:
    """Return answers of the camera for papers."""
    return [
        *(ev.PaperCaptured(one, SEALED) for one in ("P2", PAPER, PERSON, CARD, OF_AUTHORITY)),
        ev.PaperFailed(Failure.PAPER_CUT_OFF),
        ev.PictureTaken(PERSON, 3),
    ]


def answers_to_filing() -> list[ev.Event]:
    """Return answers of the store, the central service and the printer."""
    return [
        *(ev.Stored(), ev.StoreFailed(Failure.DISK_FULL), ev.Pending(), ev.Refused()),
        ev.CaseUnderWay("11111111-0000-4000-8000-000000000002"),
        *(ev.Printed(), ev.PrintFailed(Failure.PAPER_OUT), ev.RatingLost()),
    ]


def answers_for_staff() -> list[ev.Event]:
    """Return answers to logins of the staff, and what stands on their desk."""
    vouches = replace(OTHER_HELPER, others_vouch=True)
    sessions = (HELPER, OTHER_HELPER, ENGINEER, vouches, WINDOW, OTHER_WINDOW)
    return [
        *(ev.LoggedIn(one) for one in sessions),
        ev.LoginFailed(Failure.STAFF_PIN_WRONG),
        ev.LoginFailed(Failure.STAFF_LOCKED),
        ev.LoginFailed(Failure.STAFF_PIN_WRONG, 130),
        ev.Waited(),
        *(ev.DeskSeen(Desk()), ev.DeskSeen(DESK), ev.CorrectionKept()),
        *(ev.PrincipalsCounted(others) for others in (0, 99)),
    ]


def answers_for_technicians() -> list[ev.Event]:
    """Return answers to what a technician asks for."""
    return [
        *(ev.Examined(one) for one in sheets()),
        *(ev.CameraSeen(CameraReading(90.0, 200.0, 0.3, one)) for one in (None, Coach.MORE_LIGHT)),
        ev.CameraFailed(Failure.CAMERA_LOST),
        ev.SoundFailed(Failure.SPEAKER_LOST),
        ev.DevicesFound(Proposal(PLACES, TROUBLES)),
        ev.DevicesFound(Proposal()),
        *(ev.StickRead(one) for one in OFFERS),
        *(one() for one in (ev.Exported, ev.SettingsWritten)),
        *(one(Failure.DISK_FULL) for one in (ev.ExportFailed, ev.SettingsRefused)),
    ]
