"""A picture of a paper is shown before it is kept, at every place that takes one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.application.authority import CARD, PAPER
from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import PaperCameraSettings
from kiosk.delivery.correction import PAPER as OF_CORRECTION
from kiosk.failures import Failure
from kiosk.pages.page import ButtonStyle
from kiosk.pages.press import Press
from kiosk.paper_text import PaperText, ReadField
from kiosk.ports import Frame, PaperPicture
from kiosk.retirement.materials import Resolution
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.visit.effects import Cancel, CapturePaper, Effect, KeepPicture
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PaperRead, PictureTaken
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.held_picture import HeldPicture
from kiosk.visit.step_parts.samples import DOUBTS, failures
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.papers.reading import ReadPaper
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook

BOOK = replace(
    handbook(),
    settings=replace(handbook().settings, paper_camera=PaperCameraSettings("/dev/kiosk/cam-paper")),
)
KEPT = CapturedPaper("a" * 64, "b" * 64, 48, "an-id")
HELPER = Session("H-0001", Role.HELPER, ROLE_RIGHTS[Role.HELPER])


class PictureVisitor(InventedVisitor):
    """A visitor at a terminal with a document camera."""

    def __init__(self) -> None:
        super().__init__(table=build_table(BOOK))


def at_materials() -> PictureVisitor:
    visitor = PictureVisitor()
    visitor.at_materials()
    visitor.press(Press.CAPTURE)
    return visitor


def taken(visitor: PictureVisitor, doubt: Failure | None = None, number: int = 7) -> PictureVisitor:
    visitor.happen(PictureTaken(visitor.visit.papers.capturing, number, doubt))
    return visitor


def keeping(effects: tuple[Effect, ...]) -> list[KeepPicture]:
    return [one for one in effects if isinstance(one, KeepPicture)]


def test_a_picture_is_shown_and_nothing_is_kept_before_somebody_says_so():
    visitor = taken(at_materials())
    assert [type(one) for one in visitor.effects] == [ReadPaper]
    assert visitor.visit.papers.captured == visitor.visit.papers.settled == {}
    page = visitor.page
    assert (page.name, page.photo, page.mend) == ("picture", 7, False)
    assert [(one.act, one.words, one.tone) for one in page.choices] == [
        (Press.CAPTURE, "重拍", ButtonStyle.SECOND),
        (Press.KEEP_PICTURE, "用这张", ButtonStyle.PRIMARY),
    ]
    visitor.press(Press.KEEP_PICTURE)
    assert visitor.effects == (KeepPicture(visitor.visit.application_id, "P2", 7),)
    assert (visitor.page.choices, visitor.page.pill) == ((), "正在收好，请等一等")
    visitor.press(Press.KEEP_PICTURE)
    assert visitor.effects == (), "it is being kept already"
    visitor.happen(PaperCaptured("P2", KEPT))
    assert visitor.visit.papers.settled == {"P2": Resolution.CAPTURED}
    assert (visitor.visit.stage, visitor.visit.papers.picture) == (Stage.REVIEW, None)


@pytest.mark.parametrize("doubt", DOUBTS)
@pytest.mark.parametrize(("staff", "by"), [(None, "person"), (HELPER, "staff")])
def test_a_doubted_picture_is_kept_on_somebodys_word(doubt, staff, by):
    visitor = taken(at_materials(), doubt)
    page = visitor.page
    assert page.sentence == BOOK.failures[doubt].sentence
    assert page.mend
    assert page.panel is not None
    assert page.panel.heading == "字都看得清，也可以用这张。"
    assert [(one.act, one.words, one.tone) for one in page.choices] == [
        (Press.KEEP_PICTURE, "看得清", ButtonStyle.SECOND),
        (Press.CAPTURE, "重拍", ButtonStyle.PRIMARY),
    ]
    visitor.visit = replace(visitor.visit, staff=replace(visitor.visit.staff, session=staff))
    visitor.press(Press.KEEP_PICTURE)
    (effect,) = keeping(visitor.effects)
    assert (effect.doubt, effect.kept_by) == (doubt.value, by)


def test_the_application_says_which_picture_was_kept_against_a_doubt():
    plain = {"digest": "a" * 64, "blob": "b" * 64, "bytes": 48, "sealed_for": "an-id"}
    assert KEPT.record() == plain
    doubted = replace(KEPT, doubt=Failure.PAPER_CUT_OFF.value, kept_by="staff")
    assert doubted.record() == plain | {"doubt": "paper_cut_off", "kept_by": "staff"}


READ = (
    ReadField("person_name", "刘桂兰", is_checked=False),
    ReadField("issued_on", "1999-06-01", is_checked=True),
)


def card_name(visitor: PictureVisitor) -> str:
    assert visitor.visit.identity.card is not None
    return visitor.visit.identity.card.name


def read(
    visitor: PictureVisitor, text: PaperText, number: int = 7, shown: int = 0
) -> PictureVisitor:
    visitor.happen(PaperRead(number, text, shown or number))
    return visitor


def test_a_picture_is_read_while_it_is_looked_at_and_nothing_waits_for_it():
    visitor = at_materials()
    visitor.happen(PictureTaken("P2", 7))
    assert visitor.effects == (ReadPaper("P2", 7, NOW.date()),)
    own = replace(READ[0], value=card_name(visitor))
    read(visitor, PaperText((own, READ[1])))
    page = visitor.page
    assert page.panel is not None
    assert page.panel.heading == "读到的，请核对："
    assert page.panel.lines == (f"姓名　{own.value}", "发证　1999年6月1日")
    assert page.choices[-1].act is Press.KEEP_PICTURE
    assert page.choices[-1].tone is ButtonStyle.PRIMARY
    assert not any(own.value in said.words for said in page.spoken), "not by the loudspeaker"


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        (PaperText(is_another=True), Failure.PAPER_OTHER),
        (PaperText((replace(READ[0], value="某某"),)), Failure.PAPER_OF_ANOTHER),
        (PaperText((replace(READ[0], value="某某"), replace(READ[0], value="own"))), None),
        (PaperText(), None),
    ],
)
def test_what_was_read_may_speak_against_the_picture_and_decides_nothing(text, doubt):
    visitor = taken(at_materials())
    own = tuple(
        replace(one, name="mother_name", value=card_name(visitor)) if one.value == "own" else one
        for one in text.fields
    )
    read(visitor, replace(text, fields=own))
    shown = visitor.visit.papers.picture
    assert shown is not None
    assert shown.doubt is doubt
    visitor.press(Press.KEEP_PICTURE).happen(PaperCaptured("P2", KEPT))
    assert visitor.visit.stage is Stage.REVIEW


def test_a_paper_that_lay_upside_down_is_shown_and_kept_as_it_was_set_upright():
    visitor = read(taken(at_materials()), PaperText(quarter_turns=2), shown=8)
    assert (visitor.page.photo, visitor.page.mend) == (8, False)
    visitor.press(Press.KEEP_PICTURE)
    assert keeping(visitor.effects) == [KeepPicture(visitor.visit.application_id, "P2", 8)]


@pytest.mark.parametrize(
    ("name", "said", "line"),
    [
        ("qr_code", "341600202600018", "二维码　341600202600018"),
        ("qr_code", "https://zz.example/a?b=1", "二维码　zz.example"),
        ("bar_code", "0" * 21, "条码　" + "0" * 19 + "…"),
    ],
)
def test_what_a_code_says_is_shown_beside_the_first_field(name, said, line):
    code = ReadField(name, said, is_checked=False)
    visitor = at_materials()
    own = replace(READ[0], value=card_name(visitor))
    page = read(taken(visitor), PaperText((own, READ[1], code))).page
    assert page.panel is not None
    assert page.panel.lines == (f"姓名　{own.value}", line)
    assert not page.mend, "a code decides nothing"


def test_a_doubt_of_the_camera_comes_before_one_of_the_reader():
    visitor = read(taken(at_materials(), Failure.PAPER_GLARE), PaperText(is_another=True))
    assert visitor.page.sentence == BOOK.failures[Failure.PAPER_GLARE].sentence


def test_what_was_read_of_another_picture_or_too_late_is_dropped():
    visitor = read(taken(at_materials()), PaperText(is_another=True), number=6)
    assert not visitor.page.mend
    read(visitor.press(Press.KEEP_PICTURE), PaperText(is_another=True))
    assert not visitor.page.mend


def test_what_the_camera_sees_is_shown_until_there_is_a_picture():
    visitor = at_materials()
    assert visitor.page.live
    assert not taken(visitor).page.live
    assert not visitor.press(Press.BACK).page.live
    visitor.press(Press.CAPTURE).happen(PaperFailed(Failure.PAPER_CAMERA_LOST))
    assert not visitor.page.live


def test_another_picture_of_the_same_paper_is_taken():
    visitor = taken(at_materials()).press(Press.CAPTURE)
    assert [type(one) for one in visitor.effects] == [Cancel, CapturePaper]
    assert (visitor.visit.papers.capturing, visitor.visit.papers.picture) == ("P2", None)
    assert visitor.page.name == "materials"
    assert taken(visitor, number=8).page.photo == 8


def test_back_returns_to_the_paper_without_a_picture():
    visitor = taken(at_materials()).press(Press.BACK)
    assert (visitor.visit.stage, visitor.page.name) == (Stage.MATERIALS, "materials")
    assert (visitor.visit.papers.capturing, visitor.visit.papers.picture) == ("", None)
    assert Cancel() in visitor.effects, "what is held is dropped"


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_paper_that_no_picture_can_be_had_of_does_not_stop_the_visit(doubt):
    visitor = taken(at_materials(), doubt).press(Press.BACK).press(Press.PROMISE)
    assert visitor.visit.stage is Stage.REVIEW
    assert visitor.visit.papers.settled == {"P2": Resolution.PROMISED}


@pytest.mark.parametrize("failure", failures("paper_camera", "disk"))
def test_a_camera_that_is_gone_does_not_stop_the_visit(failure):
    visitor = at_materials().happen(PaperFailed(failure))
    assert visitor.page.sentence == BOOK.failures[failure].sentence
    assert visitor.press(Press.PROMISE).visit.stage is Stage.REVIEW


def test_a_picture_that_could_not_be_kept_is_said_and_taken_anew():
    visitor = taken(at_materials()).press(Press.KEEP_PICTURE)
    visitor.happen(PaperFailed(Failure.DISK_FULL))
    assert (visitor.page.name, visitor.page.mend) == ("materials", True)
    visitor.press(Press.CAPTURE)
    assert visitor.page.name == "materials", "not the picture before"
    assert taken(visitor, number=9).page.photo == 9


def test_a_promise_in_its_place_lets_go_of_the_picture():
    visitor = PictureVisitor()
    visitor.with_deemed_months_insisted()
    taken(visitor.press(Press.CAPTURE)).press(Press.PROMISE)
    assert (visitor.page.name, visitor.visit.papers.picture) == ("materials", None)


def test_a_picture_of_another_paper_is_not_shown():
    visitor = at_materials()
    visitor.happen(PictureTaken("P99", 7))
    assert visitor.page.name == "materials"


def at(stage: Stage, code: str, **more: object) -> Visit:
    """A visit at one of the places while a picture is being taken."""
    visit = Visit("v-1", "11111111-0000-4000-8000-000000000001")
    return replace(visit, stage=stage, **more, papers=replace(visit.papers, capturing=code))  # type: ignore[arg-type]


PLACES = [(Stage.CORRECTING, OF_CORRECTION), (Stage.PRINCIPAL, CARD), (Stage.AUTHORITY, PAPER)]


@pytest.mark.parametrize(("stage", "code"), PLACES)
def test_every_other_place_shows_its_pictures_too(stage: Stage, code: str) -> None:
    visitor = PictureVisitor()
    visitor.visit = at(stage, code)
    assert taken(visitor).page.photo == 7
    visitor.press(Press.KEEP_PICTURE)
    assert keeping(visitor.effects) == [KeepPicture(visitor.visit.application_id, code, 7)]
    visitor.visit = at(stage, code)
    taken(visitor).press(Press.CAPTURE)
    assert CapturePaper(code) in visitor.effects
    visitor.visit = at(stage, code)
    taken(visitor).press(Press.BACK)
    assert (visitor.visit.stage, visitor.visit.papers.capturing) == (stage, "")


# where it is held

PICTURE = PaperPicture(b"a page", 2, 1, Frame(0, 0.0, 2, 1, b"abcdef"))


def test_one_picture_is_held_under_a_number_of_its_own():
    held = HeldPicture()
    first = held.hold(PICTURE)
    second = held.hold(PICTURE)
    assert held.preview(first) is held.take(first) is None
    assert held.preview(second) == replace(PICTURE.preview, sequence=second)
    assert held.take(second) is PICTURE
    assert held.take(second) is held.preview(second) is None


def test_a_changed_picture_is_held_in_place_of_the_same_one_under_both_numbers():
    held, upright = HeldPicture(), replace(PICTURE, jpeg=b"upright")
    first = held.hold(PICTURE)
    second = held.replace(first, upright)
    assert second != first
    assert held.jpeg(first) == held.jpeg(second) == b"upright"
    assert held.preview(first) == replace(PICTURE.preview, sequence=first)
    assert held.take(first) is upright, "pressed on the page before it was turned"
    assert held.take(second) is None
    assert held.replace(second, PICTURE) == second, "it is gone"
    third = held.hold(PICTURE)
    assert held.jpeg(first) is held.jpeg(second) is None
    assert held.jpeg(third) == PICTURE.jpeg


def test_what_was_dropped_is_gone_and_no_text_shows_it():
    held = HeldPicture()
    number = held.hold(PICTURE)
    assert "page" not in repr(held)
    assert "abcdef" not in repr(held)
    held.drop()
    assert held.preview(number) is held.take(number) is None
    number = held.hold(PaperPicture(b"a page"))
    assert held.preview(number) is None, "there is nothing small enough for a screen"
