"""Every page of every stage keeps the rules for words (T13) and has what a page must have."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from kiosk.application.confirmation import ConfirmationState
from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import PaperCameraSettings
from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.pages.display import Contrast, TextSize
from kiosk.pages.page import ButtonStyle, Layout, Page, Tick
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind
from kiosk.retirement.materials import Resolution
from kiosk.staff.desk import Desk
from kiosk.visit import events as ev
from kiosk.visit.draft import draft_of
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.vouching.actions import PERSON
from tests.kiosk.invented_people import INK, NOW, Visitor, handbook, persona, receipt_for
from tests.kiosk.staff_people import DESK, HELPER, OTHER_HELPER, WINDOW
from tests.kiosk.test_acting import FORM_UNCONFIRMED, SIGN, walk
from tests.kiosk.test_acting_presence import ON_PAPER
from tests.kiosk.test_begun import CONTINUE, EMPLOYER, with_scanner
from wiring.page_catalogue import FILED

SEALED = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")
CODE_WORDS = re.compile(r"[A-Za-z]{2,}|error|\bR\d\d\b", re.IGNORECASE)


def journey() -> Iterator[Page]:
    """Every page of a whole visit, and those beside its way."""
    yield Visitor().page
    yield Visitor().press(Press.HELP).page
    yield from journey_of_the_staff()
    yield from journeys_for_others()
    yield from journeys_begun_elsewhere()
    yield from journey_of_who_is_asked()
    yield from journey_of_the_curious()
    lost = Visitor().happen(ev.DeviceLost(Failure.READER_LOST))
    yield lost.page
    yield Visitor().press(Press.START_SELF).page
    yield Visitor().press(Press.START_SELF).press(Press.AGREE).page
    for failure in (Failure.CARD_MOVED, Failure.CARD_EXPIRED):
        at_card = Visitor().press(Press.START_SELF).press(Press.AGREE)
        yield at_card.happen(ev.CardFailed(failure)).page
    yield Visitor().with_card().page
    for name in ("no_face", "two_faces", "come_closer", "more_light"):
        yield Visitor().with_card().happen(ev.FaceHint(name and ev.Coach(name))).page
    yield Visitor().with_card().happen(ev.FaceFailed(Failure.FACE_NOT_ALIKE)).page
    yield Visitor().with_card(face=False).page
    yield Visitor().with_card(face=False).press(Press.NO_OTHER_PROOF).page
    yield Visitor().press(Press.START_SELF).press(Press.AGREE).press(Press.NO_CARD).page
    yield Visitor().proved().page
    yield Visitor().proved().happen(ev.FactsUnknown(Failure.CENTRAL_UNREACHABLE)).page
    yield from (Visitor().offline(kind).page for kind in ("LH", "JM", "drawn"))
    yield from journey_of_who_chooses()
    form = Visitor().at_form()
    yield form.type("123").press(Press.NEXT).page
    yield form.press(Press.NONE_OF_IT).page
    yield form.press(Press.NONE_OF_IT).page
    for level in ("other", "341602", "341602001"):
        yield form.press(Press.PICK, level).page
    form.press(Press.BACK)
    yield form.press(Press.LETTERS).page
    yield form.press(Press.LETTER, "abc").page
    yield from journey_of_who_writes(form)
    yield Visitor().at_materials().page
    review = Visitor().at_review()
    yield review.page
    yield review.press(Press.SIGNED).page
    yield review.press(Press.CHANGE).page
    yield from journey_of_the_young()
    yield from journey_after_signing()
    yield Visitor().at_choose().press(Press.QUIT).page
    yield Visitor().with_card().press(Press.QUIT).page
    yield Visitor().with_facts().happen(ev.DraftFound(draft_of(review.visit))).page
    yield Visitor().at_choose().happen(ev.IdleWarning()).page


def journey_of_who_chooses() -> Iterator[Page]:
    for name in ("liu", "wang"):
        facts = Visitor().with_facts(name)
        yield facts.page
        yield facts.press(Press.OTHER_TIME).page
        yield facts.press(Press.PICK, "12").page
        yield facts.press(Press.OTHER_TIME).press(Press.OTHER_WAY).page
        facts.press(Press.PICK, "0")
        while facts.visit.stage is Stage.FACTS:
            yield facts.press(Press.NEXT).page
        while facts.visit.stage is Stage.CHOOSE:
            yield facts.press(Press.NEXT).page


def journey_of_who_writes(form: Visitor) -> Iterator[Page]:
    while form.page.layout is not Layout.WRITE:
        form.press(Press.PICK, form.page.rows[0].value)
    yield form.page
    yield form.press(Press.RARE).page


def journey_of_the_curious() -> Iterator[Page]:
    """Somebody who reads the guide without saying who they are."""
    guide = Visitor().press(Press.HELP).press(Press.READ_GUIDE)
    for _ in range(5):
        yield guide.page
        guide.press(Press.MORE)
    for service in handbook().catalogue.services:
        yield guide.press(Press.WHY, service).page
        guide.press(Press.STAY)
    yield guide.press(Press.PRINT).page
    yield guide.happen(ev.PrintFailed(Failure.PAPER_OUT)).page


def journey_of_the_staff() -> Iterator[Page]:
    """A helper comes in, looks at the desk; another vouches for somebody."""
    yield Visitor().press(Press.STAFF).page
    yield Visitor().press(Press.STAFF).happen(ev.CardFailed(Failure.CARD_MOVED)).page
    for failure in (one for one in Failure if one.value.startswith("staff")):
        yield Visitor().knocking().happen(ev.LoginFailed(failure)).page
    for seconds in (7680, 120, 15):
        yield Visitor().knocking().happen(ev.LoginFailed(Failure.STAFF_WAIT, seconds)).page
    yield Visitor().knocking().page
    yield Visitor().at_desk(None).page
    for desk in (Desk(), Desk(corrections=()), DESK):
        yield Visitor().at_desk(desk).page
    yield Visitor().at_desk(DESK).press(Press.MORE).page
    handing_over = Visitor().at_desk(DESK).press(Press.REPORT).press(Press.HAND_OVER)
    yield handing_over.page
    for desk in (Desk(), Desk(corrections=()), DESK):
        over = Visitor().at_desk(DESK).press(Press.REPORT).press(Press.HAND_OVER)
        over.happen(ev.CardRead(persona("helper")[0])).type("730492")
        over.happen(ev.LoggedIn(HELPER)).happen(ev.DeskSeen(desk))
        yield over.page
    yield from journey_of_a_correction()
    vouching = Visitor().with_card(face=False).press(Press.VOUCH)
    yield vouching.page
    yield vouching.press(Press.PICK, "portrait_old").page
    yield vouching.happen(ev.CardRead(persona("helper")[0])).page
    vouching.type("730492").happen(ev.LoggedIn(replace(OTHER_HELPER, others_vouch=True)))
    yield vouching.page
    yield vouching.press(Press.NO_OTHER_PROOF).page
    yield vouching.press(Press.AGREE).page
    yield vouching.happen(ev.PictureTaken(PERSON, 1)).page


def journeys_for_others() -> Iterator[Page]:
    """A friend or relative, somebody of the staff for who is not here, and a window later."""
    yield Visitor().press(Press.START_PROXY).page
    yield Visitor().acting().page
    yield Visitor().acting().happen(ev.CardRead(persona("wang")[0])).page
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
    yield walk(*ON_PAPER, *FORM_UNCONFIRMED, *SIGN).happen(ev.Pending()).page
    yield from journey_of_who_is_beside()
    yield Visitor().at_authority().happen(ev.PrincipalsCounted(5)).page
    yield Visitor().at_desk(Desk(), WINDOW).press(Press.OTHER_FILING).page
    late = with_paper_camera().at_back_entry()
    yield late.page
    yield late.press(Press.MORE).page
    yield late.press(Press.PICK, "2026-11-20").page
    yield late.press(Press.PICK, "power").page
    yield late.press(Press.CAPTURE).page
    yield late.happen(ev.PaperCaptured("authority", SEALED)).page
    yield late.press(Press.AUTHORISE).page
    late.press(Press.STAY)
    yield Visitor().authorised().filled_in().signed().page


def journey_of_who_is_beside() -> Iterator[Page]:
    """The person is asked, looks into the camera, and somebody of the staff looks at them."""
    beside = with_paper_camera().at_authority()
    for picked in ("friend", "apply", "signed", "half"):
        beside.press(Press.PICK, picked)
    yield beside.page
    yield beside.press(Press.AGREE).page
    yield beside.happen(ev.FaceMatched(0.31, 0.42, "dlib128")).page
    yield beside.press(Press.NO_OTHER_PROOF).page


def journey_of_who_is_asked() -> Iterator[Page]:
    """Somebody filed in this person's name."""
    for filed in FILED:
        asked = Visitor().proved().happen(ev.FilingsKnown((filed,)))
        yield asked.page
        yield asked.press(Press.PLAN).page
        asked.press(Press.STAY)
        yield asked.press(Press.CONFIRM_FILING).page
        for state in ConfirmationState:
            yield asked.happen(ev.FilingDecided(state)).page
    for state in ConfirmationState:
        slip = Visitor(
            visit=replace(
                Visitor().visit,
                stage=Stage.SLIP,
                progress=replace(Visitor().visit.progress, slip=filed.application_id),
            )
        )
        known = ev.ProgressKnown("亳退 1", {"R01": "waiting"}, {}, {}, state, NOW.date())
        yield slip.happen(known).page


def journeys_begun_elsewhere() -> Iterator[Page]:
    scanning = with_scanner()
    yield scanning.page
    yield scanning.press(Press.CONTINUE).page
    yield scanning.happen(ev.CodeFailed(Failure.CODE_EXPIRED)).page
    for steps in (CONTINUE, EMPLOYER):
        visitor = with_scanner()
        for step in steps[: steps.index(ev.Pressed(Press.RESUME))]:
            yield visitor.happen(step).page
    yield (
        with_scanner()
        .press(Press.CONTINUE)
        .happen(CONTINUE[1])
        .press(Press.AGREE)
        .happen(ev.CardRead(persona("wang")[0]))
        .page
    )


def with_paper_camera() -> Visitor:
    book = handbook()
    camera = PaperCameraSettings("http://camera.invalid")
    return Visitor(
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
    for row in Visitor().at_desk(DESK).page.rows[:2]:
        yield Visitor().at_desk(DESK).press(Press.PICK, row.value).page
    book = handbook()
    camera = PaperCameraSettings("http://camera.invalid")
    table = build_table(replace(book, settings=replace(book.settings, paper_camera=camera)))
    bringing = Visitor(table=table).at_desk(DESK).press(Press.PICK, row.value)
    yield bringing.page
    yield bringing.press(Press.CAPTURE).page
    page = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")
    yield bringing.happen(ev.PaperCaptured(PAPER, page)).page
    yield bringing.press(Press.HAND_IN).page


def journey_of_the_young() -> Iterator[Page]:
    """Somebody who is early: other months, other ways, and why not."""
    for way in ("soonest", "R02", "R03"):
        visitor = Visitor().with_young_facts()
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
    yield Visitor().at_submitting().page
    yield Visitor().at_submitting().happen(ev.StoreFailed(Failure.DISK_FULL)).page
    yield Visitor().at_submitting().happen(ev.Pending()).page
    receipt = Visitor().at_receipt()
    yield receipt.page
    for _ in range(3):
        yield receipt.press(Press.PLAN).page
        receipt.press(Press.MORE)
    receipt.press(Press.STAY)
    yield receipt.happen(ev.PrintFailed(Failure.PAPER_OUT)).page
    yield receipt.press(Press.DONE).page
    yield receipt.press(Press.RATE, "1").page
    yield receipt.press(Press.PICK, "slow").page
    yield receipt.happen(ev.RatingLost()).page
    yield open_case().page
    states = dict.fromkeys(handbook().catalogue.services, "ready")
    yield open_case().happen(ev.ProgressKnown("亳退 0042 7138", states)).page


def open_case() -> Visitor:
    facts = replace(persona("liu")[1], open_case="11111111-0000-4000-8000-000000000001")
    return Visitor().proved().happen(ev.FactsKnown(facts))


PAGES = list(journey())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_words_are_plain(page):
    assert 0 < len(page.title) <= 10, page.title
    assert 0 < len(page.sentence) <= 24, page.sentence
    words = [page.title, page.sentence, page.hint, page.pill]
    words += [word for row in page.rows for word in (row.words, row.reason)]
    words += [choice.words for choice in page.presses()]
    for said in words:
        assert "{" not in said
        assert not CODE_WORDS.search(said), said


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_shape(page):
    assert sum(choice.tone is ButtonStyle.PRIMARY for choice in page.choices) <= 1
    assert len(page.rows) <= 6
    assert len(page.dock) == 5
    assert page.dock[2] is not None, "say it again"
    assert page.dock[3] is not None, "larger text"
    assert page.dock[4] is not None, "help or telephone"
    assert page.banner


def test_every_stage_and_overlay_was_drawn():
    drawn = {page.name for page in PAGES}
    assert {"idle", "out_of_service", "guide", "notice", "card", "proof", "other_proof"} <= drawn
    assert {"leaflet", "waiting", "dates", "facts", "choose", "mobile", "materials"} <= drawn
    assert {"review", "submitting", "receipt", "rating", "rating_reason", "wiping"} <= drawn
    assert {"progress", "help", "quit", "still_here", "change"} <= drawn
    assert {"login", "staff_pin", "desk", "vouching_reason", "vouching"} <= drawn
    assert {overlay.value for overlay in Overlay if overlay} <= drawn


def test_the_way_of_sixteen_services_takes_few_touches():
    """No page of the way asks for more than one touch besides typing."""
    visitor = Visitor().at_choose("liu")
    assert "16" in visitor.page.count[0]


def test_choosing():
    visitor = Visitor().at_choose("liu")
    rows = {row.value: row for row in visitor.page.rows}
    assert rows["R01"].tick is Tick.ON
    visitor.press(Press.TOGGLE, "R06")
    assert "R06" in visitor.visit.choice.unwanted
    assert {"R07", "R15", "R16", "R18"} <= visitor.visit.choice.unwanted, (
        "what needs it goes with it"
    )
    visitor.press(Press.TOGGLE, "R07")
    assert "R06" not in visitor.visit.choice.unwanted, "what it needs comes back with it"
    wang = Visitor().at_choose("wang")
    ticks = {row.value: row.tick for row in wang.page.rows}
    assert ticks["R04"] is Tick.NOT_NEEDED


def test_nothing_chosen_is_said():
    visitor = Visitor().at_choose("liu")
    for code in handbook().catalogue.services:
        if code not in visitor.visit.choice.unwanted:
            visitor.press(Press.TOGGLE, code)
    for _ in range(4):
        visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.CHOOSE
    assert visitor.page.sentence == handbook().failures[Failure.NOTHING_CHOSEN].sentence


def test_larger_text_shows_fewer_rows_and_loses_none():
    for size in TextSize:
        visitor = Visitor().at_choose("liu")
        for _ in range(size):
            visitor.press(Press.LARGER)
        seen = []
        while visitor.visit.stage is Stage.CHOOSE:
            page = visitor.page
            assert page.view.text_size is size
            seen += [row.value for row in page.rows]
            visitor.press(Press.NEXT)
        assert len(seen) == len(set(seen)) == 16


def test_contrast_is_a_switch_and_is_reset():
    visitor = Visitor().press(Press.START_SELF).press(Press.CONTRAST)
    assert visitor.page.view.contrast is Contrast.HIGH
    visitor.press(Press.CONTRAST)
    assert visitor.page.view.contrast is Contrast.LIGHT
    visitor.press(Press.LARGER).press(Press.BACK).happen(ev.Wiped())
    assert visitor.visit.stage is Stage.IDLE
    assert visitor.page.view.text_size is TextSize.NORMAL


def test_receipt_says_which_it_is():
    received = Visitor().at_receipt().page
    assert received.title == "收到了，请放心"
    assert received.slip is not None
    assert received.slip.number == "亳退 0042 7138"
    waiting = Visitor().at_submitting().happen(ev.Pending())
    assert waiting.page.title == "已收下，请放心"
    assert "还没收到" in waiting.page.slip.remark
    slip = [part.text for part in waiting.effects[1].slip.parts if hasattr(part, "text")]
    assert "本机已收下，还没送到中心" in slip
    after = waiting.happen(ev.Accepted(receipt_for(waiting.visit)), waiting.visit.id)
    assert after.page.title == "收到了，请放心"
    assert after.effects == ()


def test_papers_are_settled_one_by_one():
    visitor = Visitor().with_deemed_months_insisted()
    assert visitor.page.title == "独生子女光荣证"
    visitor.press(Press.BRING_LATER)
    assert visitor.page.title == "早年工龄证明"
    visitor.press(Press.PROMISE)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.papers.settled == {"P2": Resolution.LATER, "P8": Resolution.PROMISED}
    slip = Visitor().at_submitting().happen(ev.Pending()).effects[1].slip
    assert any("独生子女光荣证" in getattr(part, "text", "") for part in slip.parts)
    assert visitor.press(Press.BACK).visit.stage is Stage.MATERIALS


def test_offline_facts_file_all_for_review():
    visitor = Visitor().offline()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.CHOOSE
    reasons = {row.reason for row in visitor.page.rows}
    assert "先一起交，由部门来核对" in reasons


def test_flexible_worker_is_told_why_not():
    facts = replace(persona("liu")[1], kind=InsuredKind.FLEXIBLE)
    visitor = Visitor().proved().happen(ev.FactsKnown(facts))
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    rows = []
    while visitor.visit.stage is Stage.CHOOSE:
        rows += visitor.page.rows
        visitor.press(Press.NEXT)
    refused = {row.value: row.reason for row in rows if row.tick is Tick.NOT_NEEDED}
    assert refused["R15"] == "不用办：只给企业的人办"


def test_signing():
    visitor = Visitor().at_review().press(Press.SIGNED)
    assert visitor.page.sentence == "先在白框里签上名字。"
    visitor.press(Press.CONFIRM).press(Press.SIGNED)
    assert visitor.visit.stage is Stage.SIGNING
    visitor.happen(ev.Drawn(INK)).press(Press.CLEAR_INK)
    assert (visitor.visit.stage, visitor.visit.signature.ink) == (Stage.REVIEW, ())
    visitor.press(Press.CONFIRM).happen(ev.Drawn(INK)).press(Press.CHANGE)
    assert (visitor.visit.overlay, visitor.visit.signature.ink) == (Overlay.CHANGE, ())
    visitor.press(Press.PICK, "live")
    assert visitor.page.name == "live"
    visitor.press(Press.PICK, "same")
    assert visitor.visit.stage is Stage.REVIEW
    visitor.press(Press.CHANGE).press(Press.PICK, "services")
    assert visitor.visit.stage is Stage.CHOOSE


def test_before_the_states_of_a_case_are_there_the_page_says_so():
    asking = open_case()
    assert asking.page.layout is Layout.MESSAGE
    assert asking.page.sentence == "正在帮您查，请稍等。"
    assert [choice.words for choice in asking.page.choices] == ["不等了"]
    failed = asking.happen(ev.ProgressUnknown(Failure.CENTRAL_UNREACHABLE)).page
    assert failed.mend
    assert handbook().settings.terminal.phone in failed.panel.lines
    assert [choice.tone for choice in failed.choices] == [ButtonStyle.PRIMARY]


def test_what_begins_later_says_only_when():
    visitor = Visitor().with_young_facts()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    reasons = {}
    while visitor.visit.stage is Stage.CHOOSE:
        reasons |= {row.value: row.reason for row in visitor.page.rows}
        visitor.press(Press.NEXT)
    assert reasons["R07"].endswith("月起才能办")


def test_asking_for_progress_never_begins_to_file():
    asked = Visitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    asked.happen(ev.CardRead(persona("liu")[0])).happen(ev.FaceMatched(0.3, 0.42, "e"))
    offline = asked.happen(ev.FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    assert offline.visit.stage is Stage.PROGRESS
    assert (offline.page.title, len(offline.page.choices)) == ("这会儿查不到", 1)
    assert offline.press(Press.START_SELF).visit.stage is Stage.PROGRESS
    assert offline.press(Press.DONE).visit.stage is Stage.WIPING


def test_who_asks_and_has_filed_nothing_may_begin():
    asked = Visitor().press(Press.ASK_PROGRESS).press(Press.AGREE)
    asked.happen(ev.CardRead(persona("liu")[0])).happen(ev.FaceMatched(0.3, 0.42, "e"))
    asked.happen(ev.FactsKnown(persona("liu")[1]))
    assert asked.page.title == "还没有办过"
    assert asked.effects[1:] == ()
    assert asked.press(Press.START_SELF).page.name == "dates"


def test_progress_of_a_newer_central_service_is_still_shown():
    states = {"R01": "in_orbit", "R99": "done"}
    page = open_case().happen(ev.ProgressKnown("亳退 1", states)).page
    assert [(row.reason, row.icon) for row in page.rows] == [("正在办", "state-working")]


def test_what_an_office_asks_for_more_has_its_day():
    states = {"R01": "done", "R09": "correction", "R10": "correction"}
    known = ev.ProgressKnown("亳退 1", states, {"R09": date(2026, 12, 8)})
    assert [row.reason for row in open_case().happen(known).page.rows] == [
        "办好了",
        "要补材料，12月8日前",
        "要补材料，请打电话",
    ]


def test_wiping_holds_nothing_of_the_person():
    visitor = Visitor().at_review().press(Press.LARGER).press(Press.QUIT_YES)
    visit = visitor.visit
    assert visit.stage is Stage.WIPING
    assert (
        visit.identity.card,
        visit.facts.situation,
        visit.proof.accepted,
        dict(visit.answers),
    ) == (None, None, None, {})
    assert visitor.page.view.text_size is TextSize.LARGE


def test_who_said_no_to_the_face_check_is_not_asked_to_look():
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE_WITHOUT_FACE)
    visitor.press(Press.NO_CARD).press(Press.TRY_AGAIN).happen(ev.CardRead(persona("liu")[0]))
    assert visitor.visit.stage is Stage.OTHER_PROOF
    assert visitor.visit.identity.consent is not None
    assert not visitor.visit.identity.consent.face


def test_a_refused_receipt_does_not_say_two_things():
    visitor = Visitor().at_submitting().happen(ev.Pending()).happen(ev.Refused())
    assert visitor.page.title == "中心没收下"
    assert "自动" not in str(visitor.page.stops)
    assert visitor.happen(ev.Printed()).page.title == "中心没收下"


def test_the_slip_is_printed_again_when_there_is_paper():
    visitor = Visitor().at_receipt().happen(ev.PrintFailed(Failure.PAPER_OUT))
    assert [choice.words for choice in visitor.page.choices] == ["再打一次", "我取好了"]
    visitor.press(Press.TRY_AGAIN)
    assert [type(effect).__name__ for effect in visitor.effects] == ["Cancel", "PrintSlip"]
    choices = visitor.happen(ev.Printed()).page.choices
    assert [choice.words for choice in choices] == ["看每一项", "我取好了"]


def test_without_the_certificate_the_award_is_left_out():
    visitor = Visitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "card").press(Press.NONE_OF_IT)
    assert "R15" in visitor.visit.choice.unwanted
    assert visitor.page.name == "pay_mode"
    visitor.press(Press.PICK, "once").press(Press.PICK, "rest")
    assert visitor.visit.stage is Stage.REVIEW


def test_an_account_that_is_not_known_is_not_shown_as_a_blank():
    visitor = Visitor().offline()
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    visitor.press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    assert [row.words for row in visitor.page.rows] == ["打进本人社保卡", "换一张本人的卡"]
    visitor.press(Press.PICK, "card").press(Press.NONE_OF_IT).press(Press.PICK, "once").press(
        Press.PICK, "rest"
    )
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.BRING_LATER)
    assert visitor.page.rows[-1].words == "打进本人社保卡"


def test_a_grade_once_given_is_sent_though_the_reason_is_not():
    visitor = Visitor().at_receipt().press(Press.DONE).press(Press.RATE, "1").happen(ev.Timeout())
    (rating,) = [one for one in visitor.effects if type(one).__name__ == "SendRating"]
    assert (rating.grade, rating.reasons) == (1, ())


def test_the_place_of_repeat_tells_whether_there_is_sound():
    from dataclasses import replace

    book, visit = handbook(), Visitor().visit
    silent = replace(book.settings.visit, voice=False)
    quiet = replace(book, settings=replace(book.settings, visit=silent))
    assert draw_page(visit, build_table(quiet)).dock[2] is None
    assert draw_page(visit, build_table(book)).dock[2].words == "再听"
    lost = draw_page(visit, build_table(book), mute=True).dock[2]
    assert (lost.act, lost.words) == (Press.REPEAT, "没声音")


def test_the_voice_has_three_steps_until_the_visit_ends():
    visitor, offered = Visitor().press(Press.START_SELF), []
    for _ in range(3):
        offered.append(visitor.page.voice[1].words)
        visitor.press(Press.LOUDER)
    assert offered == ["响", "轻", "响"]
    visitor.press(Press.LOUDER).press(Press.QUIT).happen(ev.Wiped())
    assert visitor.visit.display.view.volume == 1


def test_the_pace_has_two_steps_until_the_visit_ends():
    visitor = Visitor().press(Press.START_SELF)
    assert visitor.page.voice[0].words == "慢"
    assert visitor.press(Press.SLOWER).page.voice[0].words == "快"
    visitor.press(Press.QUIT).happen(ev.Wiped())
    assert visitor.page.voice[0].words == "慢"


def test_slower_and_louder_stand_on_every_page_that_speaks():
    for page in PAGES:
        assert [one.act for one in page.voice] == [Press.SLOWER, Press.LOUDER]
    settings = replace(handbook().settings, visit=replace(handbook().settings.visit, voice=False))
    silent = draw_page(Visitor().visit, build_table(replace(handbook(), settings=settings)))
    assert silent.voice == ()
