"""Pages of the guided tests, in which a technician tries one device after another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.maintenance.guided_tests import POINTS, TONES, GuidedTask, GuidedTest, Result
from kiosk.maintenance.report_lines import Judge
from kiosk.pages.page import ButtonStyle, Choice, Layout, NumberField, Page, Panel, Row, Said
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.visit.page_parts.report_rows import shortened
from kiosk.visit.page_parts.staff_login import erase
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

SLIP_GROUPS = (4,)


RESULT_ICONS = {Result.PASSED: "check-circle", Result.FAILED: "x-circle"}


def guided_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the list of tests, the test that is running, or its result."""
    if visit.maintenance.test is None:
        return _tasks(visit, book)
    if not visit.maintenance.test.is_open:
        return _ended(visit, visit.maintenance.test, book)
    return TASKS[visit.maintenance.test.task](visit, visit.maintenance.test, book)


def _tasks(visit: Visit, book: ReferenceData) -> Page:
    words = book.words["guided"]
    return Page(
        name="guided",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        rows=tuple(_task(one, visit, words) for one in GuidedTask),
    )


def _task(task: GuidedTask, visit: Visit, words: Mapping[str, Any]) -> Row:
    done = next((one for one in visit.maintenance.tests if one.task is task), None)
    icon = RESULT_ICONS[done.result] if done else ""
    return Row(words["tasks"][task], value=task.value, act=Press.PICK, icon=icon)


def _ended(visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    words = book.words["guided"]
    well = trial.failure is None
    said = words["sentence_passed"] if trial.failure is None else _failure_or(trial, book, "")
    line = Judge(book.upkeep, book.cures, book.titles, book.settings.maintenance).trial(trial)
    again = () if well else (Choice(Press.TRY_AGAIN, words["again"]),)
    return Page(
        name=f"guided_{trial.task}_{trial.result}",
        layout=Layout.MESSAGE,
        title=words["title_passed" if well else "title_failed"],
        sentence=said,
        panel=Panel(words["tasks"][trial.task], (shortened(line.cure or line.evidence, visit),)),
        choices=(*again, Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY)),
        mend=not well,
    )


def _failure_or(trial: GuidedTest, book: ReferenceData, sentence: str) -> str:
    return book.failures[trial.failure].sentence if trial.failure else sentence


def _frame(trial: GuidedTest, book: ReferenceData, layout: Layout, **more: Any) -> Page:
    """Return a page with what all tests have in common; `more` are fields of Page."""
    words = book.words["guided"]
    return Page(
        name=f"guided_{trial.task}",
        layout=layout,
        title=words["titles"][trial.task],
        sentence=_failure_or(trial, book, words["sentences"][trial.task]),
        mend=trial.failure is not None,
        **more,
    )


def _give_up(book: ReferenceData) -> Choice:
    return Choice(Press.GIVE_UP, book.words["guided"]["give_up"])


def _card(_visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    pill = book.words["guided"]["marks"]["card"]
    choices = (_give_up(book),)
    return _frame(trial, book, Layout.PICTURE, picture="card_on_reader", pill=pill, choices=choices)


def _camera(_visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    hint, icon = book.words["proof"]["ready"], "ready"
    if trial.look is not None:
        mend = trial.look.mend
        hint = book.words["coach"][mend] if mend else book.words["guided"]["marks"]["camera"]
        icon = mend.value if mend else Coach.HOLD_STILL.value
    credit = book.words["proof"]["credit"] if book.settings.banner else ""
    return _frame(
        trial,
        book,
        Layout.CAMERA,
        spoken=(Said(hint),),
        hint=hint,
        hint_icon=icon,
        credit=credit,
        choices=(_give_up(book),),
    )


def _tones(_visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    words = book.words["guided"]
    names = zip(TONES, ("low", "middle", "high"), strict=True)
    left = ((tone, words[name]) for tone, name in names if tone not in trial.given)
    rows = tuple(Row(said, value=tone, act=Press.PICK) for tone, said in left)
    again = Choice(Press.TRY_AGAIN, words["again"])
    return _frame(trial, book, Layout.OPTIONS, rows=rows, choices=(again, _give_up(book)))


def _slip(_visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    again = Choice(Press.TRY_AGAIN, book.words["guided"]["again"])
    return _frame(
        trial,
        book,
        Layout.KEYPAD,
        number=NumberField(trial.given, SLIP_GROUPS),
        corners=(None, erase(book)),
        choices=(_give_up(book), again),
    )


def _touch(_visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    points = tuple(
        Choice(Press.POINT, point, point, chosen=point in trial.given) for point in POINTS
    )
    return _frame(trial, book, Layout.POINTS, choices=(*points, _give_up(book)))


def _sign(visit: Visit, trial: GuidedTest, book: ReferenceData) -> Page:
    words = book.words["guided"]
    clear = Choice(Press.CLEAR_INK, book.words["review"]["clear"], icon="eraser")
    signed = Choice(Press.SIGNED, words["marks"]["signed"], tone=ButtonStyle.PRIMARY)
    return _frame(
        trial,
        book,
        Layout.SIGN,
        panel=Panel(words["marks"]["sign"]),
        ink=visit.signature.ink,
        choices=(*((clear,) if visit.signature.ink else ()), _give_up(book), signed),
    )


TASKS = {
    GuidedTask.CARD: _card,
    GuidedTask.CAMERA: _camera,
    GuidedTask.TONES: _tones,
    GuidedTask.SLIP: _slip,
    GuidedTask.TOUCH: _touch,
    GuidedTask.SIGN: _sign,
}
