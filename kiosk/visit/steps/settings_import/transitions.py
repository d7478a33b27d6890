"""Transitions of settings from a stick and devices found on the machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import ReadStick, SeekDevices, TakeStick, WriteSettings
from kiosk.visit.events import DevicesFound, Event, SettingsRefused, SettingsWritten, StickRead
from kiosk.visit.maintenance_state import WRITTEN, drop_found, leave_subpage
from kiosk.visit.navigation import next_part, not_first_part, previous_part
from kiosk.visit.staff_entry import log_out
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.settings_import.page import importing_page, seeking_page
from kiosk.visit.transition import Change, Effects, On, Step


def not_writing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether nothing is being written into the settings."""
    return not visit.maintenance.writing


def may_write(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether there is something to write."""
    return (
        visit.maintenance.found is not None
        and bool(visit.maintenance.found.changes)
        and not visit.maintenance.writing
    )


def may_take(visit: Visit, _what: Event, _context: Context) -> bool:
    """Tell whether a stick brings something that is not in force and was not taken yet."""
    fresh = visit.maintenance.offer is not None and visit.maintenance.offer.is_new
    return fresh and not visit.maintenance.writing and visit.maintenance.noted != WRITTEN


def take_found(visit: Visit, what: DevicesFound, _context: Context) -> Visit:
    """Keep what hangs on this machine."""
    return replace(visit, maintenance=replace(visit.maintenance, found=what.proposal))


def take_offer(visit: Visit, what: StickRead, _context: Context) -> Visit:
    """Keep which settings a stick brings."""
    return replace(visit, maintenance=replace(visit.maintenance, offer=what.offer))


def drop_offer(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Look at the stick again."""
    return replace(
        visit,
        failure=None,
        maintenance=replace(visit.maintenance, offer=None, writing=False, noted=""),
        display=replace(visit.display, part=0),
    )


def refuse_offer(visit: Visit, what: SettingsRefused, context: Context) -> Visit:
    """Say why nothing was taken; the stick must be looked at again."""
    return replace(
        base := show_not_written(visit, what, context),
        maintenance=replace(base.maintenance, offer=None),
        display=replace(base.display, part=0),
    )


def write_settings(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Write it, now that it is confirmed."""
    return replace(
        visit, failure=None, maintenance=replace(visit.maintenance, writing=True, noted="")
    )


def show_written(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Say that it stands in the settings."""
    return replace(visit, maintenance=replace(visit.maintenance, writing=False, noted=WRITTEN))


def show_not_written(visit: Visit, what: SettingsRefused, _context: Context) -> Visit:
    """Say that nothing was changed."""
    return replace(
        visit, failure=what.failure, maintenance=replace(visit.maintenance, writing=False)
    )


def seek_devices(change: Change[Any]) -> Effects:
    """Find what hangs on this machine, unless that was done."""
    return (SeekDevices(),) if change.after.maintenance.found is None else ()


def read_stick(change: Change[Any]) -> Effects:
    """Verify the signed settings on the stick, unless that was done."""
    return (ReadStick(),) if change.after.maintenance.offer is None else ()


def write_found_settings(change: Change[Any]) -> Effects:
    """Write the addresses that were found into the settings of this machine."""
    found = change.after.maintenance.found
    assert found is not None
    return (WriteSettings(tuple(found.changes.items())),)


def take_stick_settings(change: Change[Any]) -> Effects:
    """Let the settings of the stick be tried at the next start."""
    offer = change.after.maintenance.offer
    assert offer is not None
    return (TakeStick(offer.id),)


SEEKING = Step(
    stage=Stage.SEEKING,
    page=seeking_page,
    enter=seek_devices,
    transitions=(
        On(Press.QUIT, to=Stage.WIPING, do=log_out),
        On(DevicesFound, do=take_found),
        On(Press.MORE, do=next_part),
        On(Press.TRY_AGAIN, do=drop_found, again=True),
        On(Press.WRITE, when=may_write, do=write_settings, effects=write_found_settings),
        On(SettingsWritten, do=show_written),
        On(SettingsRefused, do=show_not_written),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.MAINTENANCE, do=leave_subpage),
        On(Press.IMPORT, to=Stage.IMPORTING, when=not_writing, do=drop_offer),
    ),
)


IMPORTING = Step(
    stage=Stage.IMPORTING,
    page=importing_page,
    enter=read_stick,
    transitions=(
        On(Press.QUIT, to=Stage.WIPING, do=log_out),
        On(StickRead, do=take_offer),
        On(Press.TRY_AGAIN, do=drop_offer, again=True),
        On(Press.WRITE, when=may_take, do=write_settings, effects=take_stick_settings),
        On(SettingsWritten, do=show_written),
        On(SettingsRefused, do=refuse_offer),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, to=Stage.MAINTENANCE, do=leave_subpage),
    ),
)
