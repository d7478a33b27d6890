"""What does the person see now? visit -> Page: the stage's page, or the one on top of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk.failures import Failure
from kiosk.visit.addressing import addressed
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import leaf_of
from kiosk.visit.looking_at_papers import shown_picture
from kiosk.visit.page import (
    Act,
    Choice,
    Contrast,
    Layout,
    Pace,
    Page,
    Reach,
    Said,
    Tone,
    Volume,
)
from kiosk.visit.pages_acting import authority, other_filing, principal, second
from kiosk.visit.pages_after import finding, progress, rating, receipt, submitting, wiping
from kiosk.visit.pages_confirming import confirming, filed_services
from kiosk.visit.pages_door import handover, login
from kiosk.visit.pages_filing import choose, facts, form, letters, materials, review
from kiosk.visit.pages_identity import (
    card,
    idle,
    leaflet,
    notice,
    other_proof,
    out_of_service,
    proof,
    scan,
)
from kiosk.visit.pages_import import importing
from kiosk.visit.pages_inspection import card_doubt
from kiosk.visit.pages_of_rules import entry, guide, other_time, other_way, plan, why
from kiosk.visit.pages_on_top import change, help_page, leave, still_here
from kiosk.visit.pages_picture import picture
from kiosk.visit.pages_presence import unconfirmed, witness
from kiosk.visit.pages_staff import correcting, desk, report, vouching
from kiosk.visit.pages_upkeep import code, guided, maintenance, seeking, sheet
from kiosk.visit.pages_writing import rare
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.table import NEVER_ENDED, rows_of

Draw = Callable[[Visit, Handbook], Page]

STAGE_PAGES: Mapping[Stage, Draw] = {
    Stage.IDLE: idle,
    Stage.OUT_OF_SERVICE: out_of_service,
    Stage.GUIDE: guide,
    Stage.NOTICE: notice,
    Stage.CARD: card,
    Stage.PROOF: proof,
    Stage.OTHER_PROOF: other_proof,
    Stage.LEAFLET: leaflet,
    Stage.FACTS: facts,
    Stage.CONFIRMING: confirming,
    Stage.PROGRESS: progress,
    Stage.CHOOSE: choose,
    Stage.FORM: form,
    Stage.MATERIALS: materials,
    Stage.REVIEW: review,
    Stage.SIGNING: review,
    Stage.SUBMITTING: submitting,
    Stage.RECEIPT: receipt,
    Stage.RATING: rating,
    Stage.WIPING: wiping,
    Stage.LOGIN: login,
    Stage.DESK: desk,
    Stage.HANDOVER: handover,
    Stage.REPORT: report,
    Stage.CORRECTING: correcting,
    Stage.VOUCHING: vouching,
    Stage.FINDING: finding,
    Stage.SLIP: progress,
    Stage.PRINCIPAL: principal,
    Stage.AUTHORITY: authority,
    Stage.SECOND: second,
    Stage.WITNESS: witness,
    Stage.SCAN: scan,
    Stage.CODE: code,
    Stage.MAINTENANCE: maintenance,
    Stage.SHEET: sheet,
    Stage.GUIDED: guided,
    Stage.SEEKING: seeking,
    Stage.IMPORTING: importing,
}

PAGES_ON_TOP: Mapping[Overlay, Draw] = {
    Overlay.HELP: help_page,
    Overlay.QUIT: leave,
    Overlay.STILL_HERE: still_here,
    Overlay.CHANGE: change,
    Overlay.OTHER_TIME: other_time,
    Overlay.OTHER_WAY: other_way,
    Overlay.WHY: why,
    Overlay.ENTRY: entry,
    Overlay.PLAN: plan,
    Overlay.FILED_SERVICES: filed_services,
    Overlay.LETTERS: letters,
    Overlay.OTHER_FILING: other_filing,
    Overlay.UNCONFIRMED: unconfirmed,
    Overlay.RARE: rare,
}

NOT_FURTHER_BACK = (
    Stage.FACTS,
    Stage.DESK,
    Stage.MAINTENANCE,
)  # a proof is not undone, nor a login
NOTHING_TO_UNDO = frozenset({Stage.SUBMITTING, Stage.RECEIPT, Stage.RATING, Stage.WIPING})


def draw_page(visit: Visit, book: Handbook, *, mute: bool = False) -> Page:
    """Return the page of this moment, with its dock, banner and view; `mute`: no sound comes."""
    draw = PAGES_ON_TOP[visit.overlay] if visit.overlay else _page_of_stage(visit)
    page = leafed(addressed(draw(visit, book), visit), visit, book)
    return replace(
        page,
        spoken=(Said(page.title), Said(page.sentence), *page.spoken),
        dock=dock_of(visit, book, mute=mute),
        voice=voice_of(visit, book),
        sight=sight_of(visit, book),
        banner=book.settings.banner,
        view=visit.view,
    )


def _page_of_stage(visit: Visit) -> Draw:
    if visit.doubted is not None:
        return card_doubt
    return picture if shown_picture(visit) else STAGE_PAGES[visit.stage]


def dock_of(visit: Visit, book: Handbook, *, mute: bool = False) -> tuple[Choice | None, ...]:
    """Return the five cells at the bottom; one that means nothing here is empty, never moved."""
    words = book.words["dock"]
    repeat = _repeat(book, mute=mute)
    larger = Choice(Act.LARGER, words["larger"], icon="text-size", said=words["larger_said"])
    staff_cell = Choice(Act.STAFF, words["staff"], icon="identification-badge")
    if visit.stage is Stage.OUT_OF_SERVICE and not visit.overlay:
        return (staff_cell, None, repeat, larger, _help(words))
    if visit.stage is Stage.IDLE and not visit.overlay:
        scan_cell = Choice(
            Act.CONTINUE, words["scan"], icon="frame-corners", said=words["scan_said"]
        )
        scanning = scan_cell if book.settings.code_scanner.url else None
        return (
            staff_cell,
            scanning,
            repeat,
            larger,
            Choice(Act.PHONE, words["phone"], icon="phone"),
        )
    leave_cell = Choice(Act.QUIT, words["quit"], icon="sign-out")
    can_leave = (
        visit.stage not in (NOTHING_TO_UNDO | NEVER_ENDED) and visit.stage is not Stage.GUIDE
    )
    return (leave_cell if can_leave else None, _back(visit, words), repeat, larger, _help(words))


def _help(words: Mapping[str, str]) -> Choice:
    said = words["help_said"]
    return Choice(Act.HELP, words["help"], tone=Tone.HELP, icon="headset", said=said)


def voice_of(visit: Visit, book: Handbook) -> tuple[Choice, ...]:
    """Return what stands beside 再听 on every page: slower and louder, or back again."""
    if not book.settings.visit.voice:
        return ()
    words = book.words["dock"]
    pace = "faster" if visit.view.pace is Pace.SLOW else "slower"
    volume = "quieter" if visit.view.volume is Volume.LOUD else "louder"
    slower = Choice(Act.SLOWER, words[pace], said=words[f"{pace}_said"])
    return slower, Choice(Act.LOUDER, words[volume], said=words[f"{volume}_said"])


def sight_of(visit: Visit, book: Handbook) -> tuple[Choice, ...]:
    """Return what stands beside 大字 on every page: the other contrast, and lower where it helps.

    Of a panel of which everything can be reached from a wheelchair the second place is empty.
    """
    words = book.words["dock"]
    ground = "light" if visit.view.contrast is Contrast.HIGH else "black"
    contrast = Choice(Act.CONTRAST, words[ground], said=words[f"{ground}_said"])
    if not book.settings.panel.too_high_mm:
        return (contrast,)
    reach = "higher" if visit.view.reach is Reach.SEATED else "lower"
    return contrast, Choice(Act.LOWER, words[reach], said=words[f"{reach}_said"])


def leafed(page: Page, visit: Visit, book: Handbook) -> Page:
    """Return the page with as many answers as a seated person can reach, and a way to the next."""
    if page.layout is not Layout.OPTIONS:
        return page
    rows, parts = leaf_of(page.rows, visit.leaf, visit.view)
    if parts == 1:
        return page
    turn = Choice(Act.TURN, book.words["form"]["more"], arrow=True)
    return replace(page, rows=rows, choices=(*page.choices, turn))


def _repeat(book: Handbook, *, mute: bool) -> Choice | None:
    """Return the place of 再听; it says so when no sound comes, and a press tries again."""
    if not book.settings.visit.voice:
        return None
    if mute:
        return Choice(Act.REPEAT, book.failures[Failure.SPEAKER_LOST].title)
    return Choice(Act.REPEAT, book.words["dock"]["repeat"], icon="speaker-high")


def _back(visit: Visit, words: Mapping[str, str]) -> Choice | None:
    if visit.overlay:
        return Choice(Act.STAY, words["back"], icon="arrow-left")
    told = visit.stage is Stage.FACTS and visit.told_kind is not None
    first_page = visit.stage in NOT_FURTHER_BACK and visit.part == 0 and not told
    if visit.stage in NOTHING_TO_UNDO or first_page or not rows_of(visit.stage, Act.BACK):
        return None
    return Choice(Act.BACK, words["back"], icon="arrow-left")
