"""The technician's pages: the code, the machine, its sheet, guided tests, what hangs here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal, Proposed
from kiosk.maintenance.guided_tests import POINTS, TONES, Result, Task, Trial
from kiosk.maintenance.readiness_report import Sheet, SheetLine, State
from kiosk.maintenance.report_lines import Judge
from kiosk.ports import Coach
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.maintaining import EXPORTING, PRINTING, WRITTEN, whole_sheet
from kiosk.visit.page import (
    Act,
    Choice,
    Layout,
    NumberField,
    Page,
    Panel,
    Reach,
    Row,
    Said,
    StatusCard,
    TextSize,
    Tone,
)
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.pages_staff import erase
from kiosk.visit.state import Visit
from kiosk.visit.waiting import waiting

CODE_GROUPS = (3, 3)
SLIP_GROUPS = (4,)
CARDS = {TextSize.NORMAL: 8, TextSize.LARGE: 6, TextSize.LARGEST: 4}
LINES = {TextSize.NORMAL: 3, TextSize.LARGE: 2, TextSize.LARGEST: 1}
LINES_LOW = {TextSize.NORMAL: 2, TextSize.LARGE: 1, TextSize.LARGEST: 1}
LONGEST = {TextSize.NORMAL: 44, TextSize.LARGE: 36, TextSize.LARGEST: 30}  # of what was seen
ICONS = {State.GREEN: "check-circle", State.AMBER: "warning-circle", State.RED: "x-circle"}
RESULT_ICONS = {Result.PASSED: "check-circle", Result.FAILED: "x-circle"}
ADDRESS = re.compile(r"[!-~]{23,}")
HIDDEN = "*"


def code(visit: Visit, book: Handbook) -> Page:
    if visit.wait:
        return waiting(visit, book, step=0)
    words = book.words["code"]
    said = book.words["staff_pin"]["sentence_checking"] if visit.knocking else words["sentence"]
    return Page(
        name="code",
        layout=Layout.KEYPAD,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, said),
        number=NumberField(HIDDEN * len(visit.typed), CODE_GROUPS),
        corners=(None, erase(book)),
        mend=visit.failure is not None,
    )


def maintenance(visit: Visit, book: Handbook) -> Page:
    words, sheet = book.words["maintenance"], visit.sheet
    parts = cut(tuple(_cards(sheet, book)), visit.view, CARDS)
    part = visit.part % len(parts)
    bad = 0 if sheet is None else sum(one.good is False for one in _cards(sheet, book))
    kind = "" if sheet is None else "_bad" if bad else "_good"
    return Page(
        name="maintenance",
        layout=Layout.STATUS,
        title=words[f"title{kind}"].format(count=bad),
        sentence=_returned(sheet, book) or words[f"sentence{kind}"],
        cards=parts[part],
        choices=_choices(words, ready=sheet is not None, turns=len(parts) > 1),
        mend=bool(bad),
    )


def _returned(sheet: Sheet | None, book: Handbook) -> str:
    """Return that changed settings did not stand the test, if that is so."""
    back = Failure.SETTINGS_RETURNED
    told = sheet is not None and any(one.failure is back for one in sheet.lines)
    return book.failures[back].sentence if told else ""


def _choices(words: Mapping[str, Any], *, ready: bool, turns: bool) -> tuple[Choice, ...]:
    more = (Choice(Act.MORE, words["more"]),) if turns else ()
    looked = (Choice(Act.SHEET, words["sheet"], icon="file-text"),) if ready else ()
    again = Choice(Act.RETEST, words["retest"], tone=Tone.PRIMARY, icon="arrow-clockwise")
    return (
        *more,
        *looked,
        Choice(Act.GUIDED, words["guided"], icon="note-pencil"),
        Choice(Act.SEEK, words["seek"], icon="magnifying-glass"),
        *((again,) if ready else ()),
    )


def _cards(sheet: Sheet | None, book: Handbook) -> Iterator[StatusCard]:
    """Yield a card for each part of the machine that this terminal has."""
    for card in book.upkeep["cards"]["list"]:
        name, icon = str(card["words"]), str(card["icon"])
        if sheet is None:
            yield StatusCard(name, str(book.words["maintenance"]["waiting"]), icon)
            continue
        lines = [one for one in sheet.lines if one.name.startswith(tuple(card["lines"]))]
        ill = [one for one in lines if one.state is not State.GREEN]
        worst = min(ill, key=lambda one: one.state is not State.RED, default=None)
        if worst is not None:
            yield StatusCard(name, worst.brief or worst.subject, icon, good=False)
        elif lines:
            yield StatusCard(name, str(card["well"]), icon, good=True)


def sheet(visit: Visit, book: Handbook) -> Page:
    words = book.words["sheet"]
    found = sorted(whole_sheet(visit, book).lines, key=_urgency)
    rows = tuple(_line(one, visit) for one in found)
    low = visit.view.reach is Reach.SEATED
    parts = cut(rows, visit.view, LINES_LOW if low else LINES)
    more = (Choice(Act.MORE, words["more"]),) if len(parts) > 1 else ()
    busy = visit.noted in (PRINTING, EXPORTING)
    acts = (
        Choice(Act.EXPORT, words["export"]),
        Choice(Act.PRINT, words["print"], tone=Tone.PRIMARY),
    )
    return Page(
        name="sheet",
        layout=Layout.DESK,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words[f"sentence_{visit.noted}".rstrip("_")]),
        rows=parts[visit.part % len(parts)],
        choices=(*more, *(() if busy else acts)),
        mend=visit.failure is not None,
    )


def _urgency(line: SheetLine) -> int:
    return (State.RED, State.AMBER, State.GREEN).index(line.state)


def _line(line: SheetLine, visit: Visit) -> Row:
    said, bad = line.cure or line.evidence, line.state is not State.GREEN
    return Row(line.subject, shortened(said, visit), icon=ICONS[line.state], mend=bad)


def shortened(said: str, visit: Visit) -> str:
    """Return as much as a row holds; all of it stands on paper and in the files."""
    most = LONGEST[visit.view.text_size]
    said = " ".join(_address(word) for word in said.split(" "))
    return said if len(said) <= most else said[: most - 1] + "…"


def _address(word: str) -> str:
    """Return a long address without its middle: no line can end in it."""
    return ADDRESS.sub(lambda found: f"{found[0][:10]}…{found[0][-9:]}", word)


def guided(visit: Visit, book: Handbook) -> Page:
    if visit.trial is None:
        return _tasks(visit, book)
    if not visit.trial.is_open:
        return _ended(visit, visit.trial, book)
    return TASKS[visit.trial.task](visit, visit.trial, book)


def _tasks(visit: Visit, book: Handbook) -> Page:
    words = book.words["guided"]
    return Page(
        name="guided",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        rows=tuple(_task(one, visit, words) for one in Task),
    )


def _task(task: Task, visit: Visit, words: Mapping[str, Any]) -> Row:
    done = next((one for one in visit.trials if one.task is task), None)
    icon = RESULT_ICONS[done.result] if done else ""
    return Row(words["tasks"][task], value=task.value, act=Act.PICK, icon=icon)


def _ended(visit: Visit, trial: Trial, book: Handbook) -> Page:
    words = book.words["guided"]
    well = trial.failure is None
    said = words["sentence_passed"] if trial.failure is None else _said(trial, book, "")
    line = Judge(book.upkeep, book.cures, book.titles, book.settings.upkeep).trial(trial)
    again = () if well else (Choice(Act.TRY_AGAIN, words["again"]),)
    return Page(
        name=f"guided_{trial.task}_{trial.result}",
        layout=Layout.MESSAGE,
        title=words["title_passed" if well else "title_failed"],
        sentence=said,
        panel=Panel(words["tasks"][trial.task], (shortened(line.cure or line.evidence, visit),)),
        choices=(*again, Choice(Act.DONE, words["done"], tone=Tone.PRIMARY)),
        mend=not well,
    )


def _said(trial: Trial, book: Handbook, sentence: str) -> str:
    return book.failures[trial.failure].sentence if trial.failure else sentence


def _frame(trial: Trial, book: Handbook, layout: Layout, **more: Any) -> Page:
    """Return what the pages of all tests have in common."""
    words = book.words["guided"]
    return Page(
        name=f"guided_{trial.task}",
        layout=layout,
        title=words["titles"][trial.task],
        sentence=_said(trial, book, words["sentences"][trial.task]),
        mend=trial.failure is not None,
        **more,
    )


def _give_up(book: Handbook) -> Choice:
    return Choice(Act.GIVE_UP, book.words["guided"]["give_up"])


def _card(_visit: Visit, trial: Trial, book: Handbook) -> Page:
    pill = book.words["guided"]["marks"]["card"]
    choices = (_give_up(book),)
    return _frame(trial, book, Layout.PICTURE, picture="card_on_reader", pill=pill, choices=choices)


def _camera(_visit: Visit, trial: Trial, book: Handbook) -> Page:
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


def _tones(_visit: Visit, trial: Trial, book: Handbook) -> Page:
    words = book.words["guided"]
    names = zip(TONES, ("low", "middle", "high"), strict=True)
    left = ((tone, words[name]) for tone, name in names if tone not in trial.given)
    rows = tuple(Row(said, value=tone, act=Act.PICK) for tone, said in left)
    again = Choice(Act.TRY_AGAIN, words["again"])
    return _frame(trial, book, Layout.OPTIONS, rows=rows, choices=(again, _give_up(book)))


def _slip(_visit: Visit, trial: Trial, book: Handbook) -> Page:
    again = Choice(Act.TRY_AGAIN, book.words["guided"]["again"])
    return _frame(
        trial,
        book,
        Layout.KEYPAD,
        number=NumberField(trial.given, SLIP_GROUPS),
        corners=(None, erase(book)),
        choices=(_give_up(book), again),
    )


def _touch(_visit: Visit, trial: Trial, book: Handbook) -> Page:
    points = tuple(Choice(Act.POINT, point, point, chosen=point in trial.given) for point in POINTS)
    return _frame(trial, book, Layout.POINTS, choices=(*points, _give_up(book)))


def _sign(visit: Visit, trial: Trial, book: Handbook) -> Page:
    words = book.words["guided"]
    clear = Choice(Act.CLEAR_INK, book.words["review"]["clear"], icon="eraser")
    signed = Choice(Act.SIGNED, words["marks"]["signed"], tone=Tone.PRIMARY)
    return _frame(
        trial,
        book,
        Layout.SIGN,
        panel=Panel(words["marks"]["sign"]),
        ink=visit.ink,
        choices=(*((clear,) if visit.ink else ()), _give_up(book), signed),
    )


TASKS = {
    Task.CARD: _card,
    Task.CAMERA: _camera,
    Task.TONES: _tones,
    Task.SLIP: _slip,
    Task.TOUCH: _touch,
    Task.SIGN: _sign,
}


def seeking(visit: Visit, book: Handbook) -> Page:
    words, found = book.words["seeking"], visit.found
    rows = () if found is None else tuple(_found_rows(found, visit, book))
    low = visit.view.reach is Reach.SEATED
    parts = cut(rows, visit.view, LINES_LOW if low else LINES)
    changes = found is not None and bool(found.changes)
    more = (Choice(Act.MORE, words["more"]),) if len(parts) > 1 else ()
    again = (Choice(Act.TRY_AGAIN, words["again"]),) if found and not visit.writing else ()
    carried = () if visit.writing else (Choice(Act.IMPORT, words["import"]),)
    write = Choice(Act.WRITE, words["write"], tone=Tone.PRIMARY)
    wanted = changes and not visit.writing and visit.noted != WRITTEN
    kind = "" if found is None else "_found" if changes else "_none"
    state = "_writing" if visit.writing else f"_{visit.noted}" if visit.noted else kind
    return Page(
        name="seeking",
        layout=Layout.DESK,
        title=words[f"title{kind}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{state}"]),
        rows=parts[visit.part % len(parts)],
        choices=(*more, *again, *carried, *((write,) if wanted else ())),
        mend=visit.failure is not None,
    )


def _found_rows(found: Proposal, visit: Visit, book: Handbook) -> Iterator[Row]:
    for trouble in found.troubles:
        said = shortened(trouble.cure or trouble.evidence, visit)
        yield Row(book.titles[trouble.failure], said, icon="warning-circle", mend=True)
    for one in found.items:
        yield Row(_device(one, book), shortened(_why(one, book), visit), icon=_icon(one))


def _device(one: Proposed, book: Handbook) -> str:
    return str(book.upkeep["subjects"][f"device.{one.device}"])


def _why(one: Proposed, book: Handbook) -> str:
    words = book.words["seeking"]
    if not one.changes:
        return f"{one.url}，{words['same']}"
    before = words["now"].format(url=one.before) if one.before else words["unset"]
    return f"{one.url}，{one.evidence}，{before}"


def _icon(one: Proposed) -> str:
    return "note-pencil" if one.changes else "check-circle"
