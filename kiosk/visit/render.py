"""Rendering of a visit as a page: its stage's page or overlay, with dock and banner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from kiosk.failures import Failure
from kiosk.pages.display import Contrast, Pace, Reach, Volume
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Said
from kiosk.pages.press import Press
from kiosk.ports import Bell
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.page_parts.addressing import addressed
from kiosk.visit.page_parts.card_inspection import card_doubt
from kiosk.visit.page_parts.picture import picture
from kiosk.visit.pagination import leaf_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.devices import shown_picture
from kiosk.visit.step_parts.help_call import watch_words
from kiosk.visit.table import Table
from kiosk.visit.transition import DrawPage


def draw_page(visit: Visit, table: Table, *, mute: bool = False) -> Page:
    """Return the page for the visit's present state.

    `mute` is true when no sound can be played: the place of 再听 then says so.
    """
    book = table.book
    draw = table.overlays[visit.overlay] if visit.overlay else _page_of_stage(visit, table)
    page = leafed(addressed(draw(visit, book), visit, book), visit, book)
    return replace(
        page,
        spoken=(Said(page.title), Said(page.sentence), *page.spoken),
        dock=dock_of(visit, table, mute=mute),
        voice=voice_of(visit, book),
        sight=sight_of(visit, book),
        banner=book.settings.banner,
        watch=watch_words(visit, book, page),
        view=visit.display.view,
    )


def pages_after(visit: Visit, table: Table, moment: datetime) -> tuple[Page, ...]:
    """Return the pages to which one press on the visit's present page leads.

    `moment` is that of the press. Nothing is done of what a press asks for.
    """
    page, found = draw_page(visit, table), []
    for choice in page.presses():
        pressed = Answered(Pressed(choice.act, choice.value))
        after, _effects = table.step(visit, pressed, moment)
        later = draw_page(after, table)
        if later.name != page.name:
            found.append(later)
    return tuple(found)


def _page_of_stage(visit: Visit, table: Table) -> DrawPage:
    if visit.identity.doubted is not None:
        return card_doubt
    return picture if shown_picture(visit) else table.steps[visit.stage].page


def dock_of(visit: Visit, table: Table, *, mute: bool = False) -> tuple[Choice | None, ...]:
    """Return the five cells of the dock; a cell without meaning here is None, never moved.

    `mute` is true when no sound can be played.
    """
    book, step = table.book, table.steps[visit.stage]
    words = book.words["dock"]
    repeat = _repeat(book, mute=mute)
    larger = Choice(Press.LARGER, words["larger"], icon="text-size", said=words["larger_said"])
    staff_cell = Choice(Press.STAFF, words["staff"], icon="identification-badge")
    if visit.stage is Stage.OUT_OF_SERVICE and not visit.overlay:
        return (staff_cell, None, repeat, larger, _help(words))
    if visit.stage is Stage.IDLE and not visit.overlay:
        scan_cell = Choice(
            Press.CONTINUE, words["scan"], icon="frame-corners", said=words["scan_said"]
        )
        scanning = scan_cell if book.settings.code_scanner.url else None
        return (
            staff_cell,
            scanning,
            repeat,
            larger,
            Choice(Press.PHONE, words["phone"], icon="phone"),
        )
    leave_cell = Choice(Press.QUIT, words["quit"], icon="sign-out")
    can_leave = step.may_end and step.may_undo and step.shows_leave
    watched = visit.help.remote is not None
    help_cell = _stop(words) if watched else _help(words, visit.help.bell)
    return (leave_cell if can_leave else None, _back(visit, table), repeat, larger, help_cell)


def _help(words: Mapping[str, str], bell: Bell | None = None) -> Choice:
    """Return the cell 帮忙; while somebody is called or comes it shows a bell and says so."""
    rung = bell in (Bell.RINGING, Bell.COMING)
    name, icon = (bell.value, "bell") if bell and rung else ("help", "headset")
    said = words[f"{name}_said"]
    return Choice(Press.HELP, words[name], tone=ButtonStyle.HELP, icon=icon, said=said)


def _stop(words: Mapping[str, str]) -> Choice:
    """Return what stands in place of 帮忙 while a helper may look: one press ends it."""
    said, tone = words["stop_said"], ButtonStyle.HELP
    return Choice(Press.END_REMOTE, words["stop"], tone=tone, icon="x-circle", said=said)


def voice_of(visit: Visit, book: ReferenceData) -> tuple[Choice, ...]:
    """Return the switches beside 再听: slower and louder, or back to the usual."""
    if not book.settings.visit.voice:
        return ()
    words = book.words["dock"]
    pace = "faster" if visit.display.view.pace is Pace.SLOW else "slower"
    volume = "quieter" if visit.display.view.volume is Volume.LOUD else "louder"
    slower = Choice(Press.SLOWER, words[pace], said=words[f"{pace}_said"])
    return slower, Choice(Press.LOUDER, words[volume], said=words[f"{volume}_said"])


def sight_of(visit: Visit, book: ReferenceData) -> tuple[Choice, ...]:
    """Return the switches beside 大字: the other contrast, and the lower layout.

    On a panel whose every part can be reached from a wheelchair there is no lower layout.
    """
    words = book.words["dock"]
    ground = "light" if visit.display.view.contrast is Contrast.HIGH else "black"
    contrast = Choice(Press.CONTRAST, words[ground], said=words[f"{ground}_said"])
    if not book.settings.panel.too_high_mm:
        return (contrast,)
    reach = "higher" if visit.display.view.reach is Reach.SEATED else "lower"
    return contrast, Choice(Press.LOWER, words[reach], said=words[f"{reach}_said"])


def leafed(page: Page, visit: Visit, book: ReferenceData) -> Page:
    """Return the page with only as many answers as a seated person can reach.

    A press turns to the next ones. Pages other than options are returned unchanged.
    """
    if page.layout is not Layout.OPTIONS:
        return page
    rows, parts = leaf_of(page.rows, visit.display.leaf, visit.display.view)
    if parts == 1:
        return page
    turn = Choice(Press.TURN, book.words["form"]["more"], arrow=True)
    return replace(page, rows=rows, choices=(*page.choices, turn))


def _repeat(book: ReferenceData, *, mute: bool) -> Choice | None:
    """Return the cell 再听; without sound it says so, and a press tries again."""
    if not book.settings.visit.voice:
        return None
    if mute:
        return Choice(Press.REPEAT, book.failures[Failure.SPEAKER_LOST].title)
    return Choice(Press.REPEAT, book.words["dock"]["repeat"], icon="speaker-high")


def _back(visit: Visit, table: Table) -> Choice | None:
    words, step = table.book.words["dock"], table.steps[visit.stage]
    if visit.overlay:
        return Choice(Press.STAY, words["back"], icon="arrow-left")
    at_first = not step.back_from_first_part and visit.display.part == 0
    if not step.may_undo or at_first or not table.transitions(visit.stage, Press.BACK):
        return None
    return Choice(Press.BACK, words["back"], icon="arrow-left")
