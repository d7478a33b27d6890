"""The command `simulate`: starts the bench, prints one line of addresses, then waits."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue

from drivers.simulated.bench import BenchPlan, SimulatedBench, first_font
from drivers.simulated.control import ControlServer

CONTROL_PLACE = 4  # the other ports are those of devices


def simulate_devices(options: argparse.Namespace) -> int:
    """Simulate devices until SIGTERM, SIGINT or, without --foreground, the end of standard input.

    Prints one line of JSON when all is ready: the URLs of the devices by their configuration
    sections, and `control` for `BenchControl`.
    """
    # The one queue that a handler may use while the main thread waits for it: an Event's lock is
    # no reentrant one.
    over: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.put(None))
    if not options.foreground:
        threading.Thread(
            target=_await_end_of_input, args=(sys.stdin.fileno(), over), daemon=True
        ).start()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as own:
        folder = options.folder or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        font = options.font or first_font(options.fonts)
        plan = BenchPlan(
            options.personas, options.portraits, font, folder, options.seed, options.first_port
        )
        control_port = plan.port(CONTROL_PLACE)
        with (
            closing(SimulatedBench(plan)) as bench,
            closing(ControlServer(bench, control_port)) as control,
        ):
            print(json.dumps({**bench.urls(), "control": control.url}), flush=True)
            over.get()
    return 0


def _await_end_of_input(descriptor: int, over: SimpleQueue[None]) -> None:
    # Not through sys.stdin's buffer: its lock would abort the interpreter at exit.
    with suppress(OSError):  # a terminal that is gone ends it, too
        while os.read(descriptor, 1024):
            pass
    over.put(None)
