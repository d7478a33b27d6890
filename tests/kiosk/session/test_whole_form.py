"""看整张表: the form that will be signed is drawn in memory, leafed through, and dropped."""

import sys

from kiosk.application.forms.compiler import form_engine
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from tests.kiosk.invented_people import INK, handbook


def review(scene):
    scene.identify()
    scene.answer_all()
    assert scene.stage is Stage.REVIEW


def look(scene):
    scene.runner.press(Press.WHOLE_FORM)
    scene.loop.run_until(lambda: scene.runner.visit.signature.form or scene.runner.visit.failure)
    return scene.runner.visit


def test_the_form_is_shown_leafed_through_and_dropped(scene):
    review(scene)
    visit, pictures = look(scene), scene.runner.kit().pictures
    first = pictures.preview(visit.signature.form.number)
    panel = handbook().settings.panel
    assert panel.width_px * 0.8 < first.width < panel.width_px
    assert visit.signature.form.pages > 1
    scene.runner.press(Press.MORE)
    scene.loop.run_until(
        lambda: scene.runner.visit.signature.form.number != visit.signature.form.number
    )
    second = pictures.preview(scene.runner.visit.signature.form.number)
    assert second.pixels != first.pixels
    scene.runner.press(Press.DONE)
    assert scene.runner.visit.stage is Stage.REVIEW
    assert scene.runner.visit.signature.form is None
    scene.settle("paper")
    assert pictures.preview(second.sequence) is None


def test_who_looks_while_signing_signs_anew(scene):
    review(scene)
    scene.runner.press(Press.CONFIRM)
    scene.runner.handle(Answered(Drawn(INK)))
    assert scene.runner.visit.stage is Stage.SIGNING
    look(scene)
    scene.runner.press(Press.BACK)
    assert scene.runner.visit.stage is Stage.REVIEW
    assert scene.runner.visit.signature.ink == ()


def test_without_typst_the_page_says_so_and_the_visit_goes_on(scene, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    form_engine.cache_clear()
    review(scene)
    visit = look(scene)
    form_engine.cache_clear()
    assert visit.failure is Failure.FORM_NOT_MADE
    assert scene.loop.pages[-1].sentence == "表现在做不出来，不影响交。"
    scene.runner.press(Press.DONE)
    assert scene.runner.visit.stage is Stage.REVIEW


def test_larger_type_and_black_draw_the_form_anew(scene):
    review(scene)
    visit, pictures = look(scene), scene.runner.kit().pictures
    seen = [(pictures.preview(visit.signature.form.number), visit.signature.form.pages)]
    for press in (Press.LARGER, Press.LARGER, Press.CONTRAST):
        number = scene.runner.visit.signature.form.number
        scene.runner.press(press)
        scene.loop.run_until(
            lambda number=number: scene.runner.visit.signature.form.number != number
        )
        form = scene.runner.visit.signature.form
        seen.append((pictures.preview(form.number), form.pages))
    usual, _, largest, black = seen
    assert largest[1] > usual[1]
    assert sum(usual[0].pixels[:3000]) > 3000 * 200 > 3000 * 40 > sum(black[0].pixels[:3000])
