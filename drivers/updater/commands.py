"""The command `retirement-kiosk-update`, with `run`, `resume`, `keep` and `status`.

`run` is started by night, `resume` after a start of the machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from drivers.updater.machine import Machine
from kiosk.fleet.update import Reason, Update, UpdateAction, UpdateStage, decide
from kiosk.operator_texts import text_of, texts_of

PAUSE_SECONDS = 3.0


def run(
    arguments: Sequence[str],
    machine: Machine | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> int:
    """Run one command and return the exit code.

    0 unless the terminal needs somebody, 2 for wrong usage. `clock` returns seconds since 1970,
    `sleep` waits the given seconds.
    """
    options = _parser().parse_args(arguments)
    here = machine or Machine()
    match options.command:
        case "keep":
            here.keep(options.packages)
            return 0
        case "run" | "resume":
            return work(here, clock, sleep, begin=options.command == "run")
    return show(here)


def work(
    machine: Machine,
    clock: Callable[[], float],
    sleep: Callable[[float], object],
    *,
    begin: bool = True,
) -> int:
    """Take step after step until the update rests; return the exit code.

    1: somebody is needed. With `begin` a wanted version is begun, without it only an update under
    way is ended. A state is kept before what it decides is done, so that a power cut leads back to
    it.

    `clock` returns seconds since 1970, `sleep` waits so many seconds.
    """
    update = machine.read_state()
    wanted = machine.wish() if begin else ""
    resting = update.stage in (UpdateStage.RESTING, UpdateStage.STUCK)
    if wanted and resting and wanted not in update.refused:
        machine.fetch(wanted)
    while True:
        update, action = decide(update, wanted, machine.look(update, wanted), clock())
        machine.write_state(update)
        if action is UpdateAction.NOTHING:
            machine.rest()
            if update.reason is Reason.NONE or _is_over(update):
                machine.tidy(update)
            print(words_of(update, machine.installed()))
            return 1 if update.stage is UpdateStage.STUCK else 0
        reason = machine.do(action, update)
        if reason is not Reason.NONE:
            return _give_up(machine, replace(update, stage=UpdateStage.RESTING, reason=reason))
        if _has_changed(machine, update, action):
            # How long a package takes to unpack is not the program's fault: its two minutes begin.
            update = replace(update, began=clock())
            machine.write_state(update)
        sleep(PAUSE_SECONDS)


def _has_changed(machine: Machine, update: Update, action: UpdateAction) -> bool:
    """Return whether `action` has just put in place what is to become ready now."""
    if action is UpdateAction.INSTALL:
        return machine.installed() == update.new
    return action is UpdateAction.GO_BACK and machine.installed() == update.old


def _is_over(update: Update) -> bool:
    """Return whether a version was tried, and the one before it runs again."""
    return update.is_given_up and update.stage is UpdateStage.RESTING


def _give_up(machine: Machine, update: Update) -> int:
    """Keep and print why nothing was installed; return 1. The next run tries again."""
    machine.write_state(update)
    machine.rest()
    print(words_of(update, machine.installed()))
    return 1


def show(machine: Machine) -> int:
    """Print the state of the update; return the exit code."""
    update = machine.read_state()
    print(words_of(update, machine.installed()))
    return 1 if update.stage is UpdateStage.STUCK else 0


def words_of(update: Update, installed: str) -> str:
    """Return the state of the update in Chinese, for a technician."""
    version = installed or text_of("updater.not_installed")
    stage = texts_of("updater.stages")[update.stage]
    lines = [text_of("updater.state", version=version, stage=stage)]
    if update.reason is not Reason.NONE:
        reason = texts_of("updater.reasons")[update.reason]
        lines.append(text_of("updater.not_updated", version=update.new, reason=reason))
    if update.refused:
        lines.append(text_of("updater.refused", versions="、".join(update.refused)))
    return "".join(lines)


def _parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="retirement-kiosk-update", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="install what the central service wants, when nobody is here")
    commands.add_parser("resume", help="end what a power cut broke off")
    commands.add_parser("status", help="where it stands")
    kept = commands.add_parser("keep", help="take packages in: the way back, or a new version")
    kept.add_argument("packages", nargs="+", type=_package)
    return found


def _package(argument: str) -> Path:
    if not argument.endswith(".deb") or not Path(argument).is_file():
        raise argparse.ArgumentTypeError(text_of("updater.no_package", path=argument))
    return Path(argument)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
