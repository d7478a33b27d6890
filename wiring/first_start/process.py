"""The command `first-start`: the pages of a terminal that waits for its enrolment card."""

from __future__ import annotations

import argparse
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now
from kiosk.operator_texts import texts_of
from kiosk.pages.first_start import FirstStart, FirstStartStage, first_start_page
from wiring.kiosk_process import exit_code_with_message
from wiring.places import ASSETS, CONFIG, DEFAULTS
from wiring.termination import SERVICE, Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.devices.qr_scanner import QrScanner
    from kiosk.config.settings import Settings
    from screens.shell import Shell
    from wiring.watch import WatchdogFeeder

JOURNAL = {
    FirstStartStage.SCANNERLESS: "first start finds no scanner",
    FirstStartStage.CARD: "first start waits for its card",
    FirstStartStage.ASKING: "first start asks the control room",
    FirstStartStage.DIGITS: "first start waits for two people",
    FirstStartStage.ENROLLED: "enrolled",
}
FAREWELL_SECONDS = 3.0
"""How long the last page is seen before the kiosk itself takes the screen."""


def run_first_start(options: argparse.Namespace) -> int:
    """Show the pages until this terminal is let in: 0; 1 when it ends before, or cannot run."""
    stopping = Termination(SERVICE)
    return exit_code_with_message(lambda: show_first_start(options.settings, stopping))


def show_first_start(files: list[Path], stopping: Termination) -> int:
    """Open the window and run the enrolment beside it; return the exit code. Raises ConfigError."""
    from kiosk.config.layers import layers_of, read_layers
    from screens.shell import ShellContext, open_shell
    from screens.theme import ScreenPanel
    from wiring.delivery_service import central_of
    from wiring.first_start.enrolment_loop import FirstStartWorld, enrol_by_card
    from wiring.storage import device_key_of
    from wiring.watch import WatchdogFeeder

    settings = read_layers(layers_of(DEFAULTS, files))
    device_key, central = device_key_of(settings), central_of(settings, None)
    size = settings.panel
    panel = ScreenPanel(size.width_px, size.height_px, size.px_per_mm)
    shell = open_shell(panel, ASSETS, ShellContext(lambda _event: None))
    words, over, done = texts_of("enrolment.first_start"), threading.Event(), threading.Event()
    log = StageLog()

    def show(state: FirstStart) -> None:
        log.note(state)
        page = first_start_page(state, words, settings.banner)
        shell.post(partial(shell.show, page))

    world = FirstStartWorld(
        settings=settings,
        central=central,
        device_key=device_key,
        scanners=tuple(scanners_of(settings, CONFIG)),
        show=show,
        now=civil_now,
        wait=over.wait,
        is_over=over.is_set,
    )

    def work() -> None:
        try:
            if enrol_by_card(world):
                done.set()
                over.wait(FAREWELL_SECONDS)
        finally:
            shell.request_stop()

    shell.show(first_start_page(FirstStart(FirstStartStage.ASKING), words, settings.banner))
    worker = threading.Thread(target=work, name="first-start")
    watch = WatchdogFeeder(shell, WatchedEnrolment(worker, log))
    with stopping.calling(shell.request_stop):
        _run(shell, worker, over, watch)
    return 0 if done.is_set() else 1


class StageLog:
    """Says on standard output, which the journal keeps, how far it is; never a code or digits.

    It is asked every two seconds, and speaks when the stage is another one.
    """

    def __init__(self) -> None:
        self._said: FirstStartStage | None = None

    @property
    def words(self) -> str:
        """Return the words of the stage that was said last."""
        return JOURNAL[self._said] if self._said else ""

    def note(self, state: FirstStart) -> None:
        """Say the stage, unless it was said last."""
        if state.stage is not self._said:
            self._said = state.stage
            print(f"retirement-kiosk: {JOURNAL[state.stage]}", flush=True)


@dataclass(frozen=True)
class WatchedEnrolment:
    """What the service manager hears of the first start: its stage, and that its thread lives."""

    worker: threading.Thread
    log: StageLog

    def status(self) -> str:
        """Return the words of the stage."""
        return self.log.words

    def devices_live(self) -> bool:
        """Return whether the thread that enrols is alive."""
        return self.worker.is_alive()


def _run(
    shell: Shell, worker: threading.Thread, over: threading.Event, watch: WatchdogFeeder
) -> None:
    worker.start()
    watch.begin()
    try:
        shell.run()
    finally:
        watch.end()
        over.set()
        worker.join()


def scanners_of(settings: Settings, config: Path) -> Iterator[QrScanner]:
    """Yield the scanner that the machine's own file names, then those of the models in turn.

    Which model it is says the card, so that its scanner is not known before.
    """
    from drivers.devices.qr_scanner import QrScanner, open_scanner_port
    from kiosk.config.hardware_profiles import profile_file, read_hardware
    from kiosk.config.schema import read_table

    own = settings.code_scanner
    found = [(own.url, own.baud)] if own.url else []
    for name in read_hardware(config).profiles:
        section = read_table(profile_file(config, name)).get("code_scanner")
        if isinstance(section, dict):
            found.append((str(section["url"]), int(str(section.get("baud", own.baud)))))
    for url, baud in dict.fromkeys(found):
        opened = partial(open_scanner_port, url, baud, time.monotonic)
        yield QrScanner(opened, time.monotonic)
