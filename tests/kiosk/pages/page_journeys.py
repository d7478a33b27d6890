"""Journeys through every page of a visit, for tests that look at all of them."""

from collections.abc import Iterator
from dataclasses import replace

from kiosk.application.confirmation import ConfirmationState
from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import PaperCameraSettings
from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.pages.page import Layout, Page
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.staff.desk import Desk
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.devices import CodeFailed, PrintFailed, StoreFailed
from kiosk.visit.events.idling import IdleWarning
from kiosk.visit.events.papers import PaperCaptured, PictureTaken
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.authority.events import PrincipalsCounted
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.confirmation.events import FilingDecided
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown, FilingsKnown
from kiosk.visit.steps.facts.samples import FILED
from kiosk.visit.steps.idle.events import DeviceLost
from kiosk.visit.steps.progress.events import ProgressKnown
from kiosk.visit.steps.submission.events import Pending
from kiosk.visit.steps.vouching.actions import PERSON
from kiosk.visit.steps.whole_form.events import FormDrawn
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona
from tests.kiosk.staff_people import DESK, HELPER, OTHER_HELPER, WINDOW
from tests.kiosk.visit.steps.filing_for_another import FORM_UNCONFIRMED, SIGN, walk
from tests.kiosk.visit.steps.test_principal_presence import ON_PAPER
from tests.kiosk.visit.steps.test_started_elsewhere import CONTINUE, EMPLOYER, with_scanner

SEALED = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")


def journey_of_who_is_looked_at() -> Iterator[Page]:
    """The page that asks whether a helper from afar may look, and the next one after it."""
    asked = InventedVisitor().press(Press.START_SELF).press(Press.HELP).press(Press.ASK_REMOTE)
    yield asked.page
    yield asked.press(Press.AGREE_REMOTE).page


def journey() -> Iterator[Page]:
    """Every page of a whole visit, and those beside its way."""
    yield InventedVisitor().page
    yield InventedVisitor().press(Press.HELP).page
    yield from journey_of_the_staff()
    yield from journeys_for_others()
    yield from journeys_begun_elsewhere()
    yield from journey_of_who_is_asked()
    yield from journey_of_the_curious()
    lost = InventedVisitor().happen(DeviceLost(Failure.READER_LOST))
    yield lost.page
    yield InventedVisitor().press(Press.START_SELF).page
    yield from journey_of_who_is_looked_at()
    yield InventedVisitor().press(Press.START_SELF).press(Press.AGREE).page
    for failure in (Failure.CARD_MOVED, Failure.CARD_EXPIRED):
        at_card = InventedVisitor().press(Press.START_SELF).press(Press.AGREE)
        yield at_card.happen(CardFailed(failure)).page
    yield InventedVisitor().with_card().page
    for name in ("no_face", "two_faces", "come_closer", "more_light"):
        yield InventedVisitor().with_card().happen(FaceHint(name and Coach(name))).page
    yield InventedVisitor().with_card().happen(FaceFailed(Failure.FACE_NOT_ALIKE)).page
    yield InventedVisitor().with_card(face=False).page
    yield InventedVisitor().with_card(face=False).press(Press.NO_OTHER_PROOF).page
    yield InventedVisitor().press(Press.START_SELF).press(Press.AGREE).press(Press.NO_CARD).page
    yield InventedVisitor().proved().page
    yield InventedVisitor().proved().happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE)).page
    yield from (InventedVisitor().offline(kind).page for kind in ("LH", "JM", "drawn"))
    yield from journey_of_who_chooses()
    form = InventedVisitor().at_form()
    yield form.type("123").press(Press.NEXT).page
    yield form.press(Press.NONE_OF_IT).page
    yield form.press(Press.NONE_OF_IT).page
    for level in ("other", "341602", "341602001"):
        yield form.press(Press.PICK, level).page
    form.press(Press.BACK)
    yield form.press(Press.LETTERS).page
    yield form.press(Press.LETTER, "abc").page
    yield from journey_of_who_writes(form)
    papers = InventedVisitor().at_materials()
    yield papers.page
    yield papers.press(Press.COMMITMENT).page
    whole = InventedVisitor().at_review().press(Press.WHOLE_FORM)
    yield whole.page
    yield whole.happen(FormDrawn(1, 3)).page
    review = InventedVisitor().at_review()
    yield review.page
    yield review.press(Press.SIGNED).page
    yield review.press(Press.CHANGE).page
    yield from journey_of_the_young()
    yield from journey_after_signing()
    yield InventedVisitor().at_choose().press(Press.QUIT).page
    yield InventedVisitor().with_card().press(Press.QUIT).page
    yield InventedVisitor().with_facts().happen(DraftFound(draft_of(review.visit))).page
    yield InventedVisitor().at_choose().happen(IdleWarning()).page


def journey_of_who_chooses() -> Iterator[Page]:
    for name in ("liu", "wang"):
        facts = InventedVisitor().with_facts(name)
        yield facts.page
        yield facts.press(Press.OTHER_TIME).page
        yield facts.press(Press.PICK, "12").page
        yield facts.press(Press.OTHER_TIME).press(Press.WHY).page
        facts.press(Press.STAY)
        yield facts.press(Press.OTHER_TIME).press(Press.OTHER_WAY).page
        facts.press(Press.PICK, "0")
        while facts.visit.stage is Stage.FACTS:
            yield facts.press(Press.NEXT).page
        while facts.visit.stage is Stage.CHOOSE:
            yield facts.press(Press.NEXT).page


def journey_of_who_writes(form: InventedVisitor) -> Iterator[Page]:
    while form.page.layout is not Layout.WRITE:
        form.press(Press.PICK, form.page.rows[0].value)
    yield form.page
    yield form.press(Press.RARE).page


def journey_of_the_curious() -> Iterator[Page]:
    """Somebody who reads the guide without saying who they are."""
    guide = InventedVisitor().press(Press.HELP).press(Press.READ_GUIDE)
    for _ in range(5):
        yield guide.page
        guide.press(Press.MORE)
    for service in handbook().catalogue.services:
        yield guide.press(Press.WHY, service).page
        guide.press(Press.STAY)
    yield guide.press(Press.PRINT).page
    yield guide.happen(PrintFailed(Failure.PAPER_OUT)).page


def journey_of_the_staff() -> Iterator[Page]:
    """A helper comes in, looks at the desk; another vouches for somebody."""
    yield InventedVisitor().press(Press.STAFF).page
    yield InventedVisitor().press(Press.STAFF).happen(CardFailed(Failure.CARD_MOVED)).page
    for failure in (one for one in Failure if one.value.startswith("staff")):
        yield InventedVisitor().knocking().happen(LoginFailed(failure)).page
    for seconds in (7680, 120, 15):
        yield InventedVisitor().knocking().happen(LoginFailed(Failure.STAFF_WAIT, seconds)).page
    yield InventedVisitor().knocking().page
    yield InventedVisitor().at_desk(None).page
    for desk in (Desk(), Desk(corrections=()), DESK):
        yield InventedVisitor().at_desk(desk).page
    yield InventedVisitor().at_desk(DESK).press(Press.MORE).page
    handing_over = InventedVisitor().at_desk(DESK).press(Press.REPORT).press(Press.HAND_OVER)
    yield handing_over.page
    for desk in (Desk(), Desk(corrections=()), DESK):
        over = InventedVisitor().at_desk(DESK).press(Press.REPORT).press(Press.HAND_OVER)
        over.happen(CardRead(persona("helper")[0])).type("730492")
        over.happen(LoggedIn(HELPER)).happen(DeskSeen(desk))
        yield over.page
    yield from journey_of_a_correction()
    vouching = InventedVisitor().with_card(face=False).press(Press.VOUCH)
    yield vouching.page
    yield vouching.press(Press.PICK, "portrait_old").page
    yield vouching.happen(CardRead(persona("helper")[0])).page
    vouching.type("730492").happen(LoggedIn(replace(OTHER_HELPER, others_vouch=True)))
    yield vouching.page
    yield vouching.press(Press.NO_OTHER_PROOF).page
    yield vouching.press(Press.AGREE).page
    yield vouching.happen(PictureTaken(PERSON, 1)).page


def journeys_for_others() -> Iterator[Page]:
    """A friend or relative, somebody of the staff for who is not here, and a window later."""
    yield InventedVisitor().press(Press.START_PROXY).page
    yield InventedVisitor().acting().page
    yield InventedVisitor().acting().happen(CardRead(persona("wang")[0])).page
    yield from journey_of_a_typed_number()
    for evidence in ("signed", "paper"):
        acting = with_paper_camera().at_authority()
        for picked in ("friend", "apply", evidence, "half"):
            yield acting.page
            acting.press(Press.PICK, picked)
        yield acting.page
        yield acting.type("20251231").press(Press.NEXT).page
    yield walk(*ON_PAPER).page
    yield walk(*ON_PAPER, *FORM_UNCONFIRMED).page
    yield walk(*ON_PAPER, *FORM_UNCONFIRMED, *SIGN).happen(Pending()).page
    yield from journey_of_who_is_beside()
    yield InventedVisitor().at_authority().happen(PrincipalsCounted(5)).page
    yield InventedVisitor().at_desk(Desk(), WINDOW).press(Press.OTHER_FILING).page
    late = with_paper_camera().at_back_entry()
    yield late.page
    yield late.press(Press.MORE).page
    yield late.press(Press.PICK, "2026-11-20").page
    yield late.press(Press.PICK, "power").page
    yield late.press(Press.CAPTURE).page
    yield late.happen(PaperCaptured("authority", SEALED)).page
    yield late.press(Press.AUTHORISE).page
    late.press(Press.STAY)
    yield InventedVisitor().authorised().filled_in().signed().page


def journey_of_who_is_beside() -> Iterator[Page]:
    """The person is asked, looks into the camera, and somebody of the staff looks at them."""
    beside = with_paper_camera().at_authority()
    for picked in ("friend", "apply", "signed", "half"):
        beside.press(Press.PICK, picked)
    yield beside.page
    yield beside.press(Press.AGREE).page
    yield beside.happen(FaceMatched(0.31, 0.42, "dlib128")).page
    yield beside.press(Press.NO_OTHER_PROOF).page


def journey_of_who_is_asked() -> Iterator[Page]:
    """Somebody filed in this person's name."""
    for filed in FILED:
        asked = InventedVisitor().proved().happen(FilingsKnown((filed,)))
        added = replace(filed, facts={"paid_months": 402}, facts_mark="a" * 64)
        shown = InventedVisitor().proved().happen(FilingsKnown((added,)))
        yield shown.press(Press.CONFIRM_FILING).page
        yield asked.page
        yield asked.press(Press.PLAN).page
        asked.press(Press.STAY)
        yield asked.press(Press.CONFIRM_FILING).page
        for state in ConfirmationState:
            yield asked.happen(FilingDecided(state)).page
    for state in ConfirmationState:
        slip = InventedVisitor(
            visit=replace(
                InventedVisitor().visit,
                stage=Stage.SLIP,
                progress=replace(InventedVisitor().visit.progress, slip=filed.application_id),
            )
        )
        known = ProgressKnown("亳退 1", {"R01": "waiting"}, {}, {}, state, NOW.date())
        yield slip.happen(known).page


def journeys_begun_elsewhere() -> Iterator[Page]:
    scanning = with_scanner()
    yield scanning.page
    yield scanning.press(Press.CONTINUE).page
    yield scanning.happen(CodeFailed(Failure.CODE_EXPIRED)).page
    for steps in (CONTINUE, EMPLOYER):
        visitor = with_scanner()
        for step in steps[: steps.index(Pressed(Press.RESUME))]:
            yield visitor.happen(step).page
    yield (
        with_scanner()
        .press(Press.CONTINUE)
        .happen(CONTINUE[1])
        .press(Press.AGREE)
        .happen(CardRead(persona("wang")[0]))
        .page
    )


def with_paper_camera() -> InventedVisitor:
    book = handbook()
    camera = PaperCameraSettings("http://camera.invalid")
    return InventedVisitor(
        table=build_table(replace(book, settings=replace(book.settings, paper_camera=camera)))
    )


def journey_of_a_typed_number() -> Iterator[Page]:
    typing = with_paper_camera().acting().press(Press.NO_CARD)
    yield typing.type("34162219660615001").page
    yield typing.press(Press.NEXT).page
    yield typing.press(Press.DIGIT, "X").press(Press.NEXT).page
    typing.press(Press.CHARACTER, "刘")
    yield typing.press(Press.NEXT).page
    yield typing.press(Press.CAPTURE).page


def journey_of_a_correction() -> Iterator[Page]:
    for row in InventedVisitor().at_desk(DESK).page.rows[:2]:
        yield InventedVisitor().at_desk(DESK).press(Press.PICK, row.value).page
    book = handbook()
    camera = PaperCameraSettings("http://camera.invalid")
    table = build_table(replace(book, settings=replace(book.settings, paper_camera=camera)))
    bringing = InventedVisitor(table=table).at_desk(DESK).press(Press.PICK, row.value)
    yield bringing.page
    yield bringing.press(Press.CAPTURE).page
    page = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")
    yield bringing.happen(PaperCaptured(PAPER, page)).page
    yield bringing.press(Press.HAND_IN).page


def journey_of_the_young() -> Iterator[Page]:
    """Somebody who is early: other months, other ways, and why not."""
    for way in ("soonest", "R02", "R03"):
        visitor = InventedVisitor().with_young_facts()
        yield visitor.page
        yield visitor.press(Press.OTHER_TIME).page
        yield visitor.press(Press.OTHER_WAY).page
        yield visitor.press(Press.PICK, way).page
        while visitor.visit.stage is Stage.FACTS:
            visitor.press(Press.NEXT)
        while visitor.visit.stage is Stage.CHOOSE:
            yield visitor.page
            for row in visitor.page.rows:
                if row.act is Press.WHY:
                    yield visitor.press(Press.WHY, row.value).page
                    visitor.press(Press.STAY)
            visitor.press(Press.NEXT)


def journey_after_signing() -> Iterator[Page]:
    yield InventedVisitor().at_submitting().page
    yield InventedVisitor().at_submitting().happen(StoreFailed(Failure.DISK_FULL)).page
    yield InventedVisitor().at_submitting().happen(Pending()).page
    receipt = InventedVisitor().at_receipt()
    yield receipt.page
    for _ in range(3):
        yield receipt.press(Press.PLAN).page
        receipt.press(Press.MORE)
    receipt.press(Press.STAY)
    yield receipt.happen(PrintFailed(Failure.PAPER_OUT)).page
    yield receipt.press(Press.DONE).page
    yield receipt.press(Press.RATE, "1").page
    yield receipt.press(Press.PICK, "slow").page
    yield receipt.happen(RatingLost()).page
    yield open_case().page
    states = dict.fromkeys(handbook().catalogue.services, "ready")
    yield open_case().happen(ProgressKnown("亳退 0042 7138", states)).page


def open_case() -> InventedVisitor:
    facts = replace(persona("liu")[1], open_case="11111111-0000-4000-8000-000000000001")
    return InventedVisitor().proved().happen(FactsKnown(facts))


PAGES = list(journey())
