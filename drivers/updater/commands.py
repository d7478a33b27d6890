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

PAUSE_SECONDS = 3.0
REASONS = {
    Reason.NONE: "",
    Reason.BUSY: "有人在办事，等他办完",
    Reason.NOT_HERE: "新程序的包取不到，请查软件源，或用 keep 放进来",
    Reason.NO_WAY_BACK: "现在这个程序的包没有留着，换了回不来：请用 keep 放进来",
    Reason.OUTBOX: "没送到的申请读不出，请看就绪单",
    Reason.NOT_INSTALLED: "没有装成",
    Reason.NOT_READY: "换上以后两分钟里没有就绪",
    Reason.STILL_RUNS: "停了以后还有这个账户的程序关不掉，没有换，请重启机器再试",
    Reason.NO_COPY: "数据库不是普通文件，或者没有地方存副本，没有换，请看磁盘和数据库",
}
STAGES = {
    UpdateStage.RESTING: "没有在换程序",
    UpdateStage.TRYING: "正在试新程序",
    UpdateStage.RETURNING: "正在换回原来的程序",
    UpdateStage.STUCK: "新程序不好使，原来的也没有起来，要有人来看",
}


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
    if wanted and update.stage in (UpdateStage.RESTING, UpdateStage.STUCK):
        machine.fetch(wanted)
    while True:
        update, action = decide(update, wanted, machine.look(update, wanted), clock())
        machine.write_state(update)
        if action is UpdateAction.NOTHING:
            machine.rest()
            if update.reason is Reason.NONE:
                machine.tidy(update)
            print(words_of(update, machine.installed()))
            return 1 if update.stage is UpdateStage.STUCK else 0
        reason = machine.do(action, update)
        if reason is not Reason.NONE:
            return _give_up(machine, replace(update, stage=UpdateStage.RESTING, reason=reason))
        sleep(PAUSE_SECONDS)


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
    said = [f"现在是 {installed or '没有装好'}，{STAGES[update.stage]}。"]
    if update.reason is not Reason.NONE:
        said.append(f"{update.new}：{REASONS[update.reason]}。")
    if update.refused:
        said.append(f"试过不好使的：{'、'.join(update.refused)}。")
    return "".join(said)


def _parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="retirement-kiosk-update", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="install what the central service wants, when nobody is here")
    commands.add_parser("resume", help="end what a power cut broke off")
    commands.add_parser("status", help="where it stands")
    kept = commands.add_parser("keep", help="take packages in: the way back, or a new version")
    kept.add_argument("packages", nargs="+", type=_package)
    return found


def _package(said: str) -> Path:
    if not said.endswith(".deb") or not Path(said).is_file():
        raise argparse.ArgumentTypeError(f"{said}：没有这个 .deb 文件")
    return Path(said)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
