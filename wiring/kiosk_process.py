"""The command `run`: the kiosk of one terminal, from its settings to its last frame."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from wiring.termination import RESTART, SERVICE, Termination

if TYPE_CHECKING:
    from wiring.configuration import RunSettings
    from wiring.terminal import Kiosk


def run_kiosk(options: argparse.Namespace) -> int:
    """Run the kiosk until it is told to stop; return the exit code.

    1, with words for the technician, when it cannot run; RESTART when the program is to start again
    in its own place. INT or TERM until then ends it.
    """
    # What is made until the first page stays: looking through it for garbage delays that page.
    gc.disable()
    stopping = Termination(SERVICE)
    try:
        done = exit_code_with_message(
            lambda: serve_people(options.settings, options.ready, stopping)
        )
    finally:
        gc.enable()  # whoever called it may go on: one that could not run said so before any page
    if done == RESTART:
        from drivers.service_manager import ALIVE, STOPPING, ServiceManager
        from screens.kivy_start import remove_home

        if stopping.begun:
            ServiceManager(os.environ).tell(STOPPING)
            return 0
        ServiceManager(os.environ).tell(ALIVE)  # it took a while to end: the start takes one, too
        remove_home()  # the new program makes its own, and exec skips what runs at exit
    return done


def exit_code_with_message(work: Callable[[], int]) -> int:
    """Run `work` and return its exit code; 1 for faults that a technician can mend.

    Those are said on standard error: wrong settings, and fonts that are missing.
    """
    from screens.fonts import FontMissingError

    try:
        return work()
    except ConfigError as error:
        print(error, file=sys.stderr)
    except FontMissingError as error:
        print(text_of("terminal.font_missing", path=error.path), file=sys.stderr)
    return 1


def serve_people(files: list[Path], ready: Path | None, stopping: Termination) -> int:
    """Run with the settings in force; return RESTART when others are to be used now.

    `files` are the settings over config/kiosk.toml, `ready` a file to write after the first page;
    `stopping` ends it.

    An exception during a try of changed settings ends the try, not the program.
    """
    from wiring.configuration import abort_rollout, select_settings

    site = select_settings(files)
    try:
        return show_pages(site, ready, stopping)
    except Exception as error:
        if not abort_rollout(site, error):
            raise
        return RESTART


def show_pages(site: RunSettings, ready: Path | None, stopping: Termination) -> int:
    """Show the first page, then run until the window ends or `stopping` begins.

    `ready`: a file to write once the first page was drawn, None for none.
    """
    from wiring.logs import tell_bug
    from wiring.settings_rollout import SettingsRollout
    from wiring.terminal import open_kiosk
    from wiring.watch import WatchdogFeeder

    drawn = Event()
    shell, kiosk = open_kiosk(site.layers, site=site, drawn=drawn)
    watch = WatchdogFeeder(shell, kiosk)
    limit = kiosk.runner.table.book.settings.configuration.rollout_timeout_seconds
    trial = SettingsRollout(site, shell, kiosk, limit)
    with stopping.calling(shell.request_stop):
        kiosk.runner.start()
        shell.warm(kiosk.runner.next_pages())
        trial.look()
        trial.look_for_restart()
        # The second turn of the loop comes after the first frame.
        shell.later(0, lambda: shell.later(0, drawn.set))
        shell.later(0, lambda: shell.later(0, collect_garbage_from_now))
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
            drawn.set()
            kiosk.stop()
    return RESTART if trial.again else 0


def collect_garbage_from_now() -> None:
    """Let the collector run, without what was made until now."""
    gc.freeze()
    gc.enable()


def write_ready(path: Path, kiosk: Kiosk) -> None:
    """Write when the first page was drawn, and the process id of the face check."""
    at = time.time()
    path.write_text(json.dumps({"at": at, "face": kiosk.services.checker.pid}))
