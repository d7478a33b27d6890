"""The steps SEEKING, which proposes found devices, and IMPORTING, settings from a stick."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import ReadStick, SeekDevices, TakeStick, WriteSettings
from kiosk.visit.events.event import Event
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.maintenance_state import WRITTEN, drop_found, leave_subpage
from kiosk.visit.step_parts.navigation import next_part, not_first_part, previous_part
from kiosk.visit.step_parts.staff_entry import log_out
from kiosk.visit.steps.settings_import.events import (
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
    StickRead,
)
from kiosk.visit.steps.settings_import.page import importing_page, seeking_page
from kiosk.visit.transition import Change, Effects, On, Step


def not_writing(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether nothing is being written into the settings."""
    return not visit.maintenance.writing


def may_write(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether found devices would change the settings, and nothing is being written."""
    return (
        visit.maintenance.found is not None
        and bool(visit.maintenance.found.changes)
        and not visit.maintenance.writing
    )


def may_take(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the stick's settings are new and neither taken nor being written."""
    fresh = visit.maintenance.offer is not None and visit.maintenance.offer.is_new
    return fresh and not visit.maintenance.writing and visit.maintenance.noted != WRITTEN


def take_found(visit: Visit, what: DevicesFound, _context: Context) -> Visit:
    """Keep the devices that were found."""
    return replace(visit, maintenance=replace(visit.maintenance, found=what.proposal))


def take_offer(visit: Visit, what: StickRead, _context: Context) -> Visit:
    """Keep what the stick offers."""
    return replace(visit, maintenance=replace(visit.maintenance, offer=what.offer))


def drop_offer(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget the stick's offer, so that the stick is read again."""
    return replace(
        visit,
        failure=None,
        maintenance=replace(visit.maintenance, offer=None, writing=False, noted=""),
        display=replace(visit.display, part=0),
    )


def refuse_offer(visit: Visit, what: SettingsRefused, context: Context) -> Visit:
    """Show why nothing was taken, and forget the offer: the stick must be read again."""
    return replace(
        base := show_not_written(visit, what, context),
        maintenance=replace(base.maintenance, offer=None),
        display=replace(base.display, part=0),
    )


def write_settings(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark what was confirmed as being written."""
    return replace(
        visit, failure=None, maintenance=replace(visit.maintenance, writing=True, noted="")
    )


def show_written(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that the settings were written."""
    return replace(visit, maintenance=replace(visit.maintenance, writing=False, noted=WRITTEN))


def show_not_written(visit: Visit, what: SettingsRefused, _context: Context) -> Visit:
    """Show why nothing was changed."""
    return replace(
        visit, failure=what.failure, maintenance=replace(visit.maintenance, writing=False)
    )


def seek_devices(change: Change[Any]) -> Effects:
    """Search for devices, unless there is a proposal."""
    return (SeekDevices(),) if change.after.maintenance.found is None else ()


def read_stick(change: Change[Any]) -> Effects:
    """Verify the stick's settings, unless there is an offer."""
    return (ReadStick(),) if change.after.maintenance.offer is None else ()


def write_found_settings(change: Change[Any]) -> Effects:
    """Write the addresses of the found devices as settings of this machine."""
    found = change.after.maintenance.found
    assert found is not None
    return (WriteSettings(tuple(found.changes.items())),)


def take_stick_settings(change: Change[Any]) -> Effects:
    """Take the stick's settings, to be tried at the next start."""
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
