"""How does a visit change while a technician looks after the machine? Pure; no case is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from math import dist

from kiosk.config.settings import Settings
from kiosk.maintenance import guided_tests
from kiosk.maintenance.guided_tests import Task, Trial
from kiosk.maintenance.readiness_report import Sheet
from kiosk.maintenance.report_formats import Forms
from kiosk.maintenance.report_lines import Judge
from kiosk.slip import Line, Size, Slip
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.effects import (
    CheckCode,
    Effect,
    Examine,
    ExportSheet,
    LookAtCamera,
    PlayTones,
    PrintSlip,
    ReadCard,
    ReadStick,
    SeekDevices,
    TakeStick,
    WatchCard,
    WriteSettings,
)
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Ink
from kiosk.visit.rhythm import Rhythm
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

PAGES = (Stage.MAINTENANCE, Stage.SHEET, Stage.GUIDED, Stage.SEEKING, Stage.IMPORTING)
OF_A_TECHNICIAN = frozenset({Stage.CODE, *PAGES})
SECONDS_A_MINUTE = 60.0
PRINTING, EXPORTING, WRITTEN = "printing", "exporting", "written"
Action = Callable[[Visit, ev.Happening, Context], Visit]


def idle_limit(visit: Visit, rhythm: Rhythm, settings: Settings) -> float:
    """Return the seconds without a touch after which somebody is asked whether they are there.

    Who has to wait a little is not asked meanwhile.
    """
    if visit.stage in PAGES:
        return SECONDS_A_MINUTE * settings.upkeep.idle_minutes
    limit = rhythm.limit(settings.visit)
    bearable = visit.wait <= settings.visit.idle_most_seconds
    return limit + visit.wait if bearable else limit


# what is to be done


def effects_of_maintaining(visit: Visit, book: Handbook) -> tuple[Effect, ...]:
    """Return what a technician's page asks for when it is entered, or asked again."""
    match visit.stage:
        case Stage.CODE if not visit.typing:
            return (WatchCard(),)
        case Stage.MAINTENANCE if visit.sheet is None:
            return (Examine(),)
        case Stage.SHEET if visit.noted == PRINTING:
            columns = book.settings.printer.columns
            return (PrintSlip(Forms(book.upkeep).as_slip(whole_sheet(visit, book), columns)),)
        case Stage.SEEKING if visit.found is None:
            return (SeekDevices(),)
        case Stage.IMPORTING if visit.offer is None:
            return (ReadStick(),)
        case Stage.GUIDED if visit.trial is not None and visit.trial.is_open:
            return _effects_of_trial(visit.trial)
        case _:
            return ()


def whole_sheet(visit: Visit, book: Handbook) -> Sheet:
    """Return the readiness report together with the guided tests that were done."""
    assert visit.sheet is not None
    judge = Judge(book.upkeep, book.cures, book.titles, book.settings.upkeep)
    return replace(visit.sheet, lines=(*visit.sheet.lines, *map(judge.trial, visit.trials)))


def _effects_of_trial(trial: Trial) -> tuple[Effect, ...]:
    match trial.task:
        case Task.CARD:
            return (ReadCard(),)
        case Task.CAMERA:
            return (LookAtCamera(),)
        case Task.TONES:
            return (PlayTones(trial.lot),)
        case Task.SLIP:
            return (PrintSlip(Slip((Line(trial.lot, Size.LARGE, centred=True), Line()))),)
        case _:
            return ()


def effects_of_going_on(before: Visit, after: Visit, book: Handbook) -> tuple[Effect, ...]:
    """Return what a step within one of these pages asks for: a code, files, settings."""
    if after.knocking and not before.knocking:
        return (CheckCode(after.staff_card, after.typed),)
    if after.noted == EXPORTING and before.noted != EXPORTING:
        return (ExportSheet(whole_sheet(after, book)),)
    if after.writing and not before.writing:
        return _effects_of_writing(after)
    return ()


def _effects_of_writing(visit: Visit) -> tuple[Effect, ...]:
    if visit.stage is Stage.IMPORTING and visit.offer is not None:
        return (TakeStick(visit.offer.id),)
    assert visit.found is not None
    return (WriteSettings(tuple(visit.found.changes.items())),)


# may it be?


def examined(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the machine was looked at."""
    return visit.sheet is not None


def none_begun(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a guided test is to be chosen."""
    return visit.trial is None


def one_begun(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a guided test goes on, or was just ended."""
    return visit.trial is not None


def _at(task: Task) -> Callable[[Visit, ev.Happening, Context], bool]:
    def holds(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
        return visit.trial is not None and visit.trial.is_open and visit.trial.task is task

    return holds


reads, looks, hears = _at(Task.CARD), _at(Task.CAMERA), _at(Task.TONES)
prints, touches, signs = _at(Task.SLIP), _at(Task.TOUCH), _at(Task.SIGN)


def not_writing(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether nothing is being written into the settings."""
    return not visit.writing


def may_write(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether there is something to write."""
    return visit.found is not None and bool(visit.found.changes) and not visit.writing


def may_take(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether a stick brings something that is not in force and was not taken yet."""
    fresh = visit.offer is not None and visit.offer.is_new
    return fresh and not visit.writing and visit.noted != WRITTEN


# then so


def take_sheet(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep how the machine is."""
    return replace(visit, sheet=expect(ev.Examined, what).sheet)


def drop_sheet(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Look at everything again."""
    return replace(visit, sheet=None, part=0)


def wish(word: str) -> Action:
    """Return what notes a wish: the sheet on paper, or as files."""
    return lambda visit, _what, _context: replace(visit, noted=word, failure=None)


def note(word: str) -> Action:
    """Return what notes that it came true."""
    return lambda visit, _what, _context: replace(visit, noted=word)


def note_failure(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say why it did not."""
    return replace(visit, noted="", failure=getattr(what, "failure", None))


def forget_note(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Go back to the machine as a whole; nobody waits for what is still being written."""
    return replace(visit, noted="", writing=False)


def begin(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Begin the guided test that was chosen."""
    task = Task(expect(ev.Press, what).value)
    return replace(visit, trial=guided_tests.begin(task, f"{visit.id} {visit.request}"))


def _going_on(visit: Visit, trial: Trial) -> Visit:
    return replace(visit, trial=trial)


def _trial(visit: Visit) -> Trial:
    assert visit.trial is not None
    return visit.trial


def pass_card(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Note that a card was read; whose it is goes no further."""
    return _going_on(visit, guided_tests.passed(_trial(visit)))


def hinder(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say what keeps the test from going on."""
    failure = getattr(what, "failure", None)
    assert failure is not None
    return _going_on(visit, guided_tests.hindered(_trial(visit), failure))


def see(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Take what the camera showed."""
    return _going_on(visit, guided_tests.see(_trial(visit), expect(ev.CameraSeen, what).look))


def hear(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Take a tone or a digit."""
    return _going_on(visit, guided_tests.give(_trial(visit), expect(ev.Press, what).value))


def take_back(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Take the last digit back."""
    return _going_on(visit, guided_tests.take_back(_trial(visit)))


def touch(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Take a touch."""
    return _going_on(visit, guided_tests.touch(_trial(visit), expect(ev.Press, what).value))


def draw(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Take what the finger drew; the strokes themselves are shown and kept nowhere."""
    ink = expect(ev.Drawn, what).ink
    drawn = guided_tests.draw(_trial(visit), len(ink), _length(ink))
    return replace(visit, trial=drawn, ink=ink)


def clear(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Wipe the field."""
    return replace(visit, trial=guided_tests.draw(_trial(visit), 0, 0.0), ink=())


def sign(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that it is signed."""
    return replace(visit, trial=guided_tests.sign(_trial(visit)), ink=())


def again(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Begin the same test anew."""
    drawn = guided_tests.begin(_trial(visit).task, f"{visit.id} {visit.request}")
    return replace(visit, trial=drawn, ink=())


def give_up(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that it can't be passed."""
    return replace(visit, trial=guided_tests.give_up(_trial(visit)), ink=())


def put_away(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Keep what came of it, in place of an earlier time."""
    done = _trial(visit)
    others = tuple(one for one in visit.trials if one.task is not done.task)
    kept = others if done.is_open else (*others, done)
    return replace(visit, trials=kept, trial=None, ink=())


def drop_trial(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Go back to the list; what is done counts."""
    return put_away(visit, what, context)


def take_found(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what hangs on this machine."""
    return replace(visit, found=expect(ev.DevicesFound, what).proposal)


def drop_found(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Look again."""
    return replace(visit, found=None, writing=False, noted="", failure=None, part=0)


def take_offer(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep which settings a stick brings."""
    return replace(visit, offer=expect(ev.StickRead, what).offer)


def drop_offer(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Look at the stick again."""
    return replace(visit, offer=None, writing=False, noted="", failure=None, part=0)


def refuse_offer(visit: Visit, what: ev.Happening, context: Context) -> Visit:
    """Say why nothing was taken; the stick must be looked at again."""
    return replace(not_written(visit, what, context), offer=None, part=0)


def write(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Write it, now that it is confirmed."""
    return replace(visit, writing=True, noted="", failure=None)


def take_written(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that it stands in the settings."""
    return replace(visit, writing=False, noted=WRITTEN)


def not_written(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Say that nothing was changed."""
    return replace(visit, writing=False, failure=expect(ev.SettingsRefused, what).failure)


def _length(ink: Ink) -> float:
    """Return how far the finger went, in millimetres."""
    pairs = (pair for stroke in ink for pair in pairwise(stroke))
    return sum(dist(one[:2], other[:2]) for one, other in pairs)
