"""The command `devices simulate idcard`: a simulated reader of identity cards."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

from drivers.simulated.cards.samv import Samv
from drivers.simulated.control import ControlServer
from drivers.simulated.reader_bench import ReaderBench

WRONG = 2


def simulate_id_card(options: argparse.Namespace) -> int:
    """Simulate a reader with a persona's card on it until SIGTERM or SIGINT; return the exit code.

    Prints one line of JSON: `url` for `devices read-id`, and `control` for `BenchControl`.
    """
    # The one queue that a handler may use while the main thread waits for it: an Event's lock is
    # no reentrant one.
    over: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.put(None))
    with tempfile.TemporaryDirectory(prefix="kiosk-reader-") as folder:
        where = options.listen if options.listen is not None else Path(folder) / "idcard"
        samv = Samv(finds_again=options.finds_again, baud=options.baud)
        with closing(ReaderBench(where, samv, options.personas)) as bench:
            try:
                if options.persona:
                    bench.place_card(options.persona)
            except ValueError as problem:
                sys.stderr.write(f"{problem}\n")
                return WRONG
            for fault in options.fault:
                bench.fault(fault)
            with closing(ControlServer(bench)) as control:
                told = {"url": bench.urls()["id_card_reader"], "control": control.url}
                sys.stdout.write(json.dumps(told) + "\n")
                sys.stdout.flush()
                over.get()
    return 0
