"""Decisions on an update: installed when nobody is there, kept when it is fit, else undone.

Pure, and nothing but Python's own library is imported: the updater runs from a copy of this file,
so that the program that is tried can't keep the old one from coming back (devices.md §7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final

# deb-version(7) without an epoch. It ends with a letter or digit: apt-get(8) reads a trailing "-"
# or "+" as an order to remove or install.
VERSION: Final = re.compile(r"[0-9]([0-9A-Za-z.+~-]{0,38}[0-9A-Za-z])?")
GATE_SECONDS: Final = 120.0
LONGEST_NOTE: Final = 256  # bytes of the note for the kiosk


class UpdateStage(StrEnum):
    """The stage of an update."""

    RESTING = "resting"
    TRYING = "trying"  # the new one is installed, and must become ready
    RETURNING = "returning"  # the old one is installed again
    STUCK = "stuck"  # neither became ready: a technician


class UpdateAction(StrEnum):
    """The one thing that the updater has to do now."""

    NOTHING = "nothing"
    WAIT = "wait"
    INSTALL = "install"
    GO_BACK = "go_back"


class Reason(StrEnum):
    """Why a version is not installed, or was given up."""

    NONE = ""
    BUSY = "busy"  # somebody is there
    NOT_HERE = "not_here"  # the package can't be had
    NO_WAY_BACK = "no_way_back"  # the package of what runs now is not kept
    OUTBOX = "outbox"  # what waits can't be read
    NOT_INSTALLED = "not_installed"  # dpkg broke off
    NOT_READY = "not_ready"  # not in time, or with faults that were not there before
    STILL_RUNS = "still_runs"  # something of the service's account can't be ended
    NO_COPY = "no_copy"  # the database is no plain file, or there is no room for its copy


@dataclass(frozen=True)
class MachineReport:
    """The machine's state, as the updater sees it.

    `readable`: what waits for the central service can be read. `faults`: what the self-test finds
    wrong; None while it can't be asked. `has_new`, `has_old`: the packages are at hand.
    """

    installed: str
    busy: bool
    readable: bool
    ready: bool
    faults: frozenset[str] | None
    has_new: bool = False
    has_old: bool = False


@dataclass(frozen=True)
class Update:
    """The state of an update, which must outlast a power cut.

    `began`: seconds of the clock that `decide` is given. `refused`: versions that were given up
    here and are not tried again. `served`: the new one was ready for a while, and may have taken
    applications.
    """

    stage: UpdateStage = UpdateStage.RESTING
    old: str = ""
    new: str = ""
    began: float = 0.0
    faults: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    reason: Reason = Reason.NONE
    served: bool = False

    @property
    def is_given_up(self) -> bool:
        """Tell whether the version that was tried last is one that is not tried again."""
        return self.new in self.refused


@dataclass(frozen=True)
class UpdateFailure:
    """The version that this terminal does not run although it was told to, and why."""

    version: str
    reason: Reason

    def members(self) -> dict[str, str]:
        """Return what the note for the kiosk and its heartbeat say."""
        return {"version": self.version, "reason": self.reason.value}


def decide(
    update: Update, wanted: str, seen: MachineReport, now: float
) -> tuple[Update, UpdateAction]:
    """Return the next state, and the one action to take once that state is stored.

    `wanted` is the version that should run ("" for none), `seen` the machine's report, and `now`
    the seconds of a clock. The state is stored first, so that a power cut in the middle is noticed.
    """
    match update.stage:
        case UpdateStage.TRYING:
            return _trying(update, seen, now)
        case UpdateStage.RETURNING:
            return _returning(update, seen, now)
    return _resting(update, wanted, seen, now)


def _resting(
    update: Update, wanted: str, seen: MachineReport, now: float
) -> tuple[Update, UpdateAction]:
    if not VERSION.fullmatch(wanted) or wanted in (seen.installed, *update.refused):
        # Why a version was given up is told until another one is tried.
        kept = update.reason if update.is_given_up else Reason.NONE
        return replace(update, stage=UpdateStage.RESTING, reason=kept), UpdateAction.NOTHING
    if (reason := _hindrance(seen)) is not Reason.NONE:
        return replace(update, new=wanted, reason=reason), UpdateAction.NOTHING
    begun = Update(
        UpdateStage.TRYING,
        old=seen.installed,
        new=wanted,
        began=now,
        faults=tuple(sorted(seen.faults or ())),
        refused=update.refused,
    )
    return begun, UpdateAction.INSTALL


def _hindrance(seen: MachineReport) -> Reason:
    if not seen.has_new:
        return Reason.NOT_HERE
    if not seen.has_old:
        return Reason.NO_WAY_BACK
    if seen.busy:
        return Reason.BUSY
    return Reason.NONE if seen.readable else Reason.OUTBOX


def _trying(update: Update, seen: MachineReport, now: float) -> tuple[Update, UpdateAction]:
    if seen.installed != update.new:
        return _back(update, Reason.NOT_INSTALLED, now)
    if _is_fit(update, seen):
        return Update(old=update.old, new=update.new, refused=update.refused), UpdateAction.NOTHING
    update = replace(update, served=update.served or seen.ready)
    if _in_time(update, now):
        return update, UpdateAction.WAIT
    return _back(update, Reason.NOT_READY if seen.readable else Reason.OUTBOX, now)


def _returning(update: Update, seen: MachineReport, now: float) -> tuple[Update, UpdateAction]:
    if seen.installed != update.old:
        return (
            (update, UpdateAction.GO_BACK)
            if _in_time(update, now)
            else (_stuck(update), UpdateAction.NOTHING)
        )
    if seen.ready and seen.readable:
        return replace(update, stage=UpdateStage.RESTING), UpdateAction.NOTHING
    return (
        (update, UpdateAction.WAIT)
        if _in_time(update, now)
        else (_stuck(update), UpdateAction.NOTHING)
    )


def _is_fit(update: Update, seen: MachineReport) -> bool:
    """Return whether nothing is worse than before: a printer that was broken may stay so."""
    if not seen.ready or not seen.readable or seen.faults is None:
        return False
    return seen.faults <= set(update.faults)


def _in_time(update: Update, now: float) -> bool:
    # A clock that was set back may not make a try endless.
    return update.began <= now <= update.began + GATE_SECONDS


def _back(update: Update, reason: Reason, now: float) -> tuple[Update, UpdateAction]:
    refused = (*update.refused, update.new)
    going = replace(update, stage=UpdateStage.RETURNING, began=now, refused=refused, reason=reason)
    return going, UpdateAction.GO_BACK


def _stuck(update: Update) -> Update:
    return replace(update, stage=UpdateStage.STUCK)


def to_json(update: Update) -> str:
    """Return the state as it is stored."""
    return json.dumps(asdict(update)) + "\n"


def from_json(text: str) -> Update:
    """Return the stored state; the default one when it can't be read."""
    try:
        told: Mapping[str, Any] = json.loads(text)
        return Update(
            UpdateStage(told["stage"]),
            str(told["old"]),
            str(told["new"]),
            float(told["began"]),
            tuple(map(str, told["faults"])),
            tuple(map(str, told["refused"])),
            Reason(told["reason"]),
            bool(told["served"]),
        )
    except (ValueError, TypeError, KeyError):
        return Update()


def failure_of(update: Update) -> UpdateFailure | None:
    """Return what an update has to tell the control room; None when nothing went wrong."""
    return UpdateFailure(update.new, update.reason) if update.reason is not Reason.NONE else None


def note_of(update: Update) -> str:
    """Return the note in which root's updater tells the kiosk of a failure; "" for none."""
    failure = failure_of(update)
    return json.dumps(failure.members()) + "\n" if failure else ""


def read_note(text: str) -> UpdateFailure | None:
    """Return the failure in the updater's note; None for none or what is no such note."""
    try:
        told: Mapping[str, Any] = json.loads(text)
        version, reason = str(told["version"]), Reason(told["reason"])
    except (ValueError, TypeError, KeyError):
        return None
    return UpdateFailure(version, reason) if VERSION.fullmatch(version) else None
