"""The command line: dispatches commands to their rooms.

Wiring/ composes, nothing is decided here.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_day, civil_now
from kiosk.config.schema import ConfigError
from kiosk.log import TimedFormatter
from wiring.places import CONFIG, DEFAULTS
from wiring.termination import SERVICE, Termination, begin_anew, run_terminably

if TYPE_CHECKING:
    from wiring.configuration import Site
    from wiring.terminal import Kiosk

AGAIN = 1000  # no exit status: the program begins anew in its own place
USAGE = """\
run FILE ...            start the kiosk with these settings laid over config/kiosk.toml
demo [--tour FOLDER]    kiosk, simulated devices and central service on this machine
doctor [FILE ...]       is this machine fit to be a terminal? each fault with its cure
enrol [FILE ...]        let this terminal in, with a one-time code of the central service
readiness [FILE ...]    try everything once: the sheet that a technician leaves, with cures
simulate                the simulated devices alone
usb-policy [--keyboard PLACE]   rules for USBGuard from what hangs on this machine now
devices ...             list and test devices, read a card, simulate one; alone it lists how
face ...                compare faces, judge a film of movements, set a threshold
serve --data FOLDER     the reference central service alone
outbox ...              what has not arrived, and sending again what was refused
audit ...               export the audit chain, or check an export
central ...             let terminals in and out, look at alarms; alone it lists how
rules ...               ask the rules: age, services, plan, guide, number
logs ...                show the program's log, export it, or send it
config ...              signed settings: show, fetch, import from a stick
check-config FILE ...   say whether settings are right, and what to mend
replay FILE [SETTINGS]  show recorded visits, page by page"""


def run(arguments: list[str]) -> int:
    """Run the kiosk until it is told to stop; return the exit code.

    1, with words for the technician, when it can't run; AGAIN when the program is to restart in its
    own place. INT or TERM until then ends it.
    """
    ready = None
    if "--ready" in arguments:
        at = arguments.index("--ready")
        ready, arguments = Path(arguments[at + 1]), arguments[:at] + arguments[at + 2 :]
    stopping = Termination(SERVICE)
    done = told(lambda: serve_people([Path(one) for one in arguments], ready, stopping))
    if done == AGAIN:
        from drivers.service_manager import ALIVE, STOPPING, ServiceManager
        from screens.kivy_start import remove_home

        if stopping.begun:
            ServiceManager(os.environ).tell(STOPPING)
            return 0
        ServiceManager(os.environ).tell(ALIVE)  # it took a while to end: the start takes one, too
        remove_home()  # the new program makes its own, and exec skips what runs at exit
    return done


def told(work: Callable[[], int]) -> int:
    """Do `work` and return its exit code.

    1 for what a technician must mend, said on standard error.
    """
    from screens.fonts import FontMissingError

    try:
        return work()
    except ConfigError as error:
        print(error, file=sys.stderr)
    except FontMissingError as error:
        print(f"缺少字体文件：{error.path}。请重新安装程序。", file=sys.stderr)
    return 1


def serve_people(files: list[Path], ready: Path | None, stopping: Termination) -> int:
    """Run with the settings in force; return AGAIN when others are to be used now.

    An exception during a try of changed settings ends the try, not the program.
    """
    from wiring.configuration import begin_site, give_up

    site = begin_site(files)
    try:
        return show_pages(site, ready, stopping)
    except Exception as error:
        if not give_up(site, error):
            raise
        return AGAIN


def show_pages(site: Site, ready: Path | None, stopping: Termination) -> int:
    """Show the first page, then run until the window ends or `stopping` begins.

    `ready`: a file to write once the first page was drawn, None for none.
    """
    from wiring.logs import tell_bug
    from wiring.settings_rollout import SettingsRollout
    from wiring.terminal import open_kiosk
    from wiring.watch import WatchdogFeeder

    shell, kiosk = open_kiosk(site.layers, site=site)
    watch = WatchdogFeeder(shell, kiosk)
    limit = kiosk.runner.table.book.settings.configuration.rollout_timeout_seconds
    trial = SettingsRollout(site, shell, kiosk, limit)
    with stopping.calling(shell.request_stop):
        kiosk.runner.start()
        shell.warm()
        trial.look()
        # The second turn of the loop comes after the first frame.
        shell.later(0, lambda: shell.later(0, watch.begin))
        shell.later(0, lambda: shell.later(0, trial.saw_page))
        if ready is not None:
            shell.later(0, lambda: shell.later(0, lambda: write_ready(ready, kiosk)))
        try:
            shell.run()
            trial.end()
        except Exception as error:
            tell_bug(error)  # the log ends with the kiosk
            raise
        finally:
            # Whatever ends a try, the program begins anew: its service manager hears of no end.
            again = trial.again or site.tried is not None
            watch.end(again=again and not stopping.begun)
            kiosk.stop()
    return AGAIN if trial.again else 0


def write_ready(path: Path, kiosk: Kiosk) -> None:
    """Write when the first page was drawn, and the process id of the face check."""
    at = time.time()
    path.write_text(json.dumps({"at": at, "face": kiosk.backroom.checker.pid}))


def demo(arguments: list[str]) -> int:
    """Run the kiosk among simulated devices, or let a scripted person tour it."""
    from wiring.demo import demo_options, demo_with

    options = demo_options(arguments)
    return told(lambda: demo_with(options))


def at_the_machine(name: str, rest: list[str]) -> int:
    """Run a command about the devices or the machine."""
    from wiring.places import ASSETS

    match name:
        case "simulate":
            from drivers.simulated.commands import run as simulate

            return simulate(rest)
        case "devices" if rest[:1] == ["simulate"]:
            from drivers.simulated.device_commands import run as simulate_device

            return simulate_device(rest[1:])
        case "devices":
            from drivers.commands import run as use_device

            return use_device(rest)
        case "usb-policy":
            from drivers.commands.usb_policy import run as write_policy

            return write_policy(rest)
        case "face":
            from drivers.face.commands import run as ask_face

            return ask_face(rest, ASSETS / "models", CONFIG / "face.toml")
    from drivers.doctor.commands import run as examine

    return examine(rest, DEFAULTS, ASSETS, CONFIG / "face.toml", civil_now)


def from_afar(name: str, rest: list[str]) -> int:
    """Run a command about data that is exchanged with the central service."""
    if name == "config":
        from wiring.configuration_commands import run as use_configuration

        return use_configuration(rest)
    if name == "enrol":
        from wiring.enrolment import run as enrol

        return told(lambda: enrol(rest, civil_now))
    from wiring.log_commands import run as use_logs

    return use_logs(rest)


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; 2 when there is no such command."""
    errors = logging.StreamHandler()
    errors.setLevel(logging.WARNING)  # a log file wants to know more
    errors.setFormatter(TimedFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[errors])
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    match name:
        case "run":
            return run(rest)
        case "demo":
            return demo(rest)
        case "simulate" | "devices" | "doctor" | "face" | "usb-policy":
            return at_the_machine(name, rest)
        case "readiness":
            from wiring.readiness import run as examine

            return examine(rest)
        case "serve":
            from central.commands import serve

            return serve(rest)
        case "audit":
            from kiosk.delivery.audit_commands import run as use_audit
            from wiring.storage import open_to_read

            return use_audit(rest, DEFAULTS, civil_now, open_to_read)
        case "outbox":
            from kiosk.delivery.outbox_commands import run as use_outbox
            from wiring.storage import open_to_read

            return use_outbox(rest, DEFAULTS, civil_now, open_to_read)
        case "config" | "logs" | "enrol":
            return from_afar(name, rest)
        case "central":
            from central.operator.commands import run as operate

            return operate(rest)
        case "check-config" | "replay":
            from kiosk.cli import commands

            return commands.run(name, rest, CONFIG)
        case "rules":
            from kiosk.retirement.commands import run as ask_rules

            signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
            return ask_rules(rest, CONFIG, civil_day(civil_now()))
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    given = sys.argv[1:]
    own_temporary = given[:1] in (["demo"], ["run"])
    code = run_terminably(lambda: main(given), own_temporary=own_temporary)
    if code == AGAIN:
        begin_anew()
    sys.exit(code)
