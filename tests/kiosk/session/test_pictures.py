"""Pictures of papers in the controller: held, sealed, dropped; handwriting is read by a worker."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.paper_text import PaperText
from kiosk.ports import PaperPicture
from kiosk.session.device_tasks import TaskWatch, capture_paper, keep_picture
from kiosk.visit.effects import (
    Cancel,
    CapturePaper,
    KeepPicture,
    Wipe,
)
from kiosk.visit.events.event import Answered
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PaperRead, PictureTaken
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.steps.papers.reading import ReadPaper
from tests.kiosk.invented_people import INK, NOW
from tests.kiosk.session.scene import FakeClock


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (PaperPicture(b"a page"), [PictureTaken("P2", 1)]),
        (
            PaperPicture(b"a page", doubt=Failure.PAPER_DARK),
            [PictureTaken("P2", 1, Failure.PAPER_DARK)],
        ),
        (Failure.PAPER_CAMERA_LOST, [PaperFailed(Failure.PAPER_CAMERA_LOST)]),
        (None, []),
    ],
)
def test_a_picture_of_a_paper_is_held_and_told(scene, picture, told):
    scene.devices.picture, heard = picture, []
    kit, kept = scene.runner.kit(), []
    kit = replace(kit, keep_paper=lambda *said: kept.append(said))
    capture_paper(kit, CapturePaper("P2"), TaskWatch(FakeClock()), heard.append)
    assert heard == told
    assert kept == [], "nothing is kept before somebody says so"


def test_a_held_picture_is_sealed_with_what_was_said_of_it(scene):
    kit, heard = scene.runner.kit(), []
    number = kit.pictures.hold(PaperPicture(b"a page"))
    wanted = KeepPicture("an-id", "P2", number, Failure.PAPER_DARK.value, "person")
    keep_picture(kit, wanted, heard.append)
    (told,) = heard
    assert (told.code, told.paper.doubt, told.paper.kept_by) == ("P2", "paper_dark", "person")
    assert kit.pictures.preview(number) is None
    keep_picture(kit, wanted, heard.append)
    assert heard == [told], "it is gone"


def test_a_page_that_the_store_cannot_keep_is_told(scene):
    kit = replace(scene.runner.kit(), keep_paper=lambda *_: Failure.DISK_FULL)
    heard: list = []
    keep_picture(kit, KeepPicture("an-id", "P2", hold(kit)), heard.append)
    assert heard == [PaperFailed(Failure.DISK_FULL)]


def hold(kit) -> int:
    return kit.pictures.hold(PaperPicture(b"a page"))


@pytest.mark.parametrize("effect", [Wipe(), Cancel()])
def test_what_is_held_is_dropped_with_the_visit_and_its_page(scene, effect):
    number = hold(scene.runner.kit())
    scene.runner.performer.perform(effect)
    scene.runner.performer.threads["face"].submit(lambda: None).result(30)
    scene.runner.performer.threads["paper"].submit(lambda: None).result(30)
    assert scene.runner.kit().pictures.take(number) is None


def test_the_effect_takes_the_picture_on_a_thread_of_its_own(scene):
    heard: list = []
    scene.runner.performer.take = heard.append
    scene.runner.performer.perform(CapturePaper("P2"))
    scene.loop.run_until(lambda: heard)
    assert isinstance(heard[0].what, PictureTaken)
    scene.runner.performer.perform(KeepPicture("an-id", "P2", heard[0].what.number))
    scene.loop.run_until(lambda: heard[1:])
    assert isinstance(heard[1].what, PaperCaptured)


def test_what_is_held_is_read_and_told(scene):
    kit, texts = scene.runner.kit(), scene.devices.texts
    number, texts.text = hold(kit), PaperText(is_another=True)
    wanted = ReadPaper("P2", number, NOW.date())
    assert wanted.answer(kit, lambda: False) == PaperRead(number, texts.text, number)
    assert texts.asked == [(b"a page", "P2")]
    texts.text = None
    assert wanted.answer(kit, lambda: False) is None, "it can't be read"
    kit.pictures.drop()
    assert wanted.answer(kit, lambda: False) is None
    assert len(texts.asked) == 2, "what is gone is not looked for"


def test_a_picture_that_lies_upside_down_is_held_upright(scene):
    kit, texts = scene.runner.kit(), scene.devices.texts
    number, texts.text = hold(kit), PaperText(quarter_turns=2)
    told = ReadPaper("P2", number, NOW.date()).answer(kit, lambda: False)
    assert told == PaperRead(number, texts.text, number + 1)
    assert kit.pictures.jpeg(told.shown) == b"a page, turned by 2"


def test_the_picture_stays_while_it_is_read(scene):
    heard: list = []
    number, scene.devices.texts.text = hold(scene.runner.kit()), PaperText()
    scene.runner.performer.take = heard.append
    scene.runner.performer.perform(ReadPaper("P2", number, NOW.date()))
    scene.loop.run_until(lambda: heard)
    assert heard[0].what == PaperRead(number, PaperText(), number)
    assert scene.runner.kit().pictures.take(number) is not None


def test_the_reader_ends_with_the_page(scene):
    scene.runner.performer.perform(Cancel())
    scene.runner.performer.threads["face"].submit(lambda: None).result(30)
    scene.runner.performer.threads["paper"].submit(lambda: None).result(30)
    assert scene.devices.texts.ended == 1


def test_the_reader_stays_for_another_picture_of_the_same_paper(scene):
    performer = scene.runner.performer
    performer.visit = lambda: replace(scene.runner.visit, stage=Stage.MATERIALS)
    performer.perform(Cancel())
    performer.threads["paper"].submit(lambda: None).result(30)
    assert scene.devices.texts.ended == 0


def test_a_picture_that_was_under_way_is_shredded_after_it_was_kept(scene):
    """The person leaves while it is taken; it must not lie there until the next visit's end."""
    seen: list[str] = []
    released = threading.Event()

    def slowly(_number: str, _page: bytes) -> Failure:
        assert released.wait(30)
        seen.append("kept")
        return Failure.DISK_FULL

    kit = replace(
        scene.runner.kit(), keep_paper=slowly, drop_papers=lambda: seen.append("shredded")
    )
    scene.runner.performer.kit = lambda: kit
    scene.runner.performer.perform(KeepPicture("an-id", "P2", hold(kit)))
    scene.runner.performer.perform(Wipe())
    scene.runner.performer.threads["store"].submit(released.set).result(30)
    scene.runner.performer.threads["paper"].submit(lambda: None).result(30)
    assert seen == ["kept", "shredded"]


def test_what_the_finger_wrote_is_read_by_a_worker(scene):
    scene.runner.start()
    scene.identify()
    while scene.stage in (Stage.FACTS, Stage.CHOOSE):
        scene.runner.press(Press.NEXT)
    for digit in "13900001234":
        scene.runner.press(Press.DIGIT, digit)
    scene.runner.press(Press.NEXT)
    scene.runner.press(Press.PICK, "other")
    scene.runner.press(Press.PICK, "341602")
    for _ in range(2):
        scene.runner.press(Press.PICK, scene.loop.pages[-1].rows[0].value)
    scene.runner.handle(Answered(Drawn(INK)))
    scene.loop.run_until(lambda: bool(scene.runner.visit.entry.signs))
    assert [row.words for row in scene.loop.pages[-1].rows] == ["王", "玉", "主"]
