"""All steps and overlays of a visit, and the table made of them."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.visit.page_parts.overlays import (
    help_page,
    leave_page,
    remote_help_page,
    signs_page,
    still_here_page,
)
from kiosk.visit.page_parts.text_entry import rare_page
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.authority.page import unconfirmed_page
from kiosk.visit.steps.authority.transitions import AUTHORITY
from kiosk.visit.steps.confirmation.page import filed_facts_page, filed_services_page
from kiosk.visit.steps.confirmation.transitions import CONFIRMING
from kiosk.visit.steps.correction.transitions import CORRECTING
from kiosk.visit.steps.desk.page import other_filing_page
from kiosk.visit.steps.desk.transitions import DESK, REPORT
from kiosk.visit.steps.face_check.transitions import PROOF
from kiosk.visit.steps.facts.outlook_page import outlook_page
from kiosk.visit.steps.facts.page import other_time_page, other_way_page
from kiosk.visit.steps.facts.transitions import FACTS
from kiosk.visit.steps.guide.page import entry_page
from kiosk.visit.steps.guide.transitions import GUIDE
from kiosk.visit.steps.guided_tests.transitions import GUIDED
from kiosk.visit.steps.identity_card.transitions import CARD
from kiosk.visit.steps.idle.transitions import IDLE, OUT_OF_SERVICE
from kiosk.visit.steps.maintenance.transitions import MAINTENANCE, SHEET
from kiosk.visit.steps.notice.transitions import NOTICE
from kiosk.visit.steps.on_behalf.transitions import PRINCIPAL
from kiosk.visit.steps.other_proof.card_pin.transitions import CARD_PIN
from kiosk.visit.steps.other_proof.phone_code.transitions import PHONE_CODE
from kiosk.visit.steps.other_proof.transitions import LEAFLET, OTHER_PROOF
from kiosk.visit.steps.papers.page import commitment_page
from kiosk.visit.steps.papers.transitions import MATERIALS
from kiosk.visit.steps.part_ratings.transitions import PART_RATING, RATINGS
from kiosk.visit.steps.pilot.transitions import PILOT
from kiosk.visit.steps.prepared.transitions import OPT_OUT, PREPARED
from kiosk.visit.steps.presence.transitions import WITNESS
from kiosk.visit.steps.progress.transitions import FINDING, PROGRESS, RESULTS, SLIP
from kiosk.visit.steps.questions.page import letters_page
from kiosk.visit.steps.questions.transitions import FORM
from kiosk.visit.steps.rating.transitions import RATING
from kiosk.visit.steps.review.page import change_page
from kiosk.visit.steps.review.transitions import REVIEW, SIGNING
from kiosk.visit.steps.second_check.transitions import SECOND
from kiosk.visit.steps.services.page import why_page
from kiosk.visit.steps.services.transitions import CHOOSE
from kiosk.visit.steps.settings_import.transitions import IMPORTING, SEEKING
from kiosk.visit.steps.shift_handover.transitions import HANDOVER
from kiosk.visit.steps.staff_login.transitions import CODE, LOGIN
from kiosk.visit.steps.started_elsewhere.transitions import SCAN
from kiosk.visit.steps.submission.page import plan_page
from kiosk.visit.steps.submission.transitions import RECEIPT, SUBMITTING
from kiosk.visit.steps.vouching.transitions import VOUCHING
from kiosk.visit.steps.whole_form.transitions import WHOLE_FORM
from kiosk.visit.steps.wiping.transitions import WIPING
from kiosk.visit.table import Table
from kiosk.visit.transition import DrawPage, Step

STEPS: tuple[Step, ...] = (
    IDLE,
    OUT_OF_SERVICE,
    GUIDE,
    FINDING,
    SLIP,
    PROGRESS,
    RESULTS,
    SCAN,
    PILOT,
    NOTICE,
    CARD,
    PROOF,
    OTHER_PROOF,
    CARD_PIN,
    PHONE_CODE,
    LEAFLET,
    VOUCHING,
    PRINCIPAL,
    AUTHORITY,
    FACTS,
    PREPARED,
    OPT_OUT,
    CHOOSE,
    FORM,
    MATERIALS,
    REVIEW,
    WHOLE_FORM,
    SIGNING,
    SECOND,
    SUBMITTING,
    RECEIPT,
    RATING,
    RATINGS,
    PART_RATING,
    WIPING,
    LOGIN,
    CODE,
    DESK,
    REPORT,
    HANDOVER,
    CORRECTING,
    MAINTENANCE,
    SHEET,
    GUIDED,
    SEEKING,
    IMPORTING,
    CONFIRMING,
    WITNESS,
)

STEP_OF: Mapping[Stage, Step] = {step.stage: step for step in STEPS}

OVERLAYS: Mapping[Overlay, DrawPage] = {
    Overlay.HELP: help_page,
    Overlay.SIGNS: signs_page,
    Overlay.REMOTE_HELP: remote_help_page,
    Overlay.QUIT: leave_page,
    Overlay.STILL_HERE: still_here_page,
    Overlay.CHANGE: change_page,
    Overlay.OTHER_TIME: other_time_page,
    Overlay.OTHER_WAY: other_way_page,
    Overlay.OUTLOOK: outlook_page,
    Overlay.WHY: why_page,
    Overlay.ENTRY: entry_page,
    Overlay.COMMITMENT: commitment_page,
    Overlay.PLAN: plan_page,
    Overlay.LETTERS: letters_page,
    Overlay.OTHER_FILING: other_filing_page,
    Overlay.RARE: rare_page,
    Overlay.FILED_SERVICES: filed_services_page,
    Overlay.FILED_FACTS: filed_facts_page,
    Overlay.UNCONFIRMED: unconfirmed_page,
}


def build_table(book: ReferenceData) -> Table:
    """Return the table of all steps with the reference data that they consult."""
    return Table(book, STEP_OF, OVERLAYS)
