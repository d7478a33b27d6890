"""The commands that start one simulated device: `devices simulate idcard` and `sscard`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from drivers.simulated.cards.id_card_reader import IdReaderFault
from drivers.simulated.cards.samv import BAUDS, Samv
from drivers.simulated.control import ControlServer
from drivers.simulated.personas import PERSONAS
from drivers.simulated.reader_bench import ReaderBench
from drivers.simulated.ss_card_command import simulate_ss_card

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = """\
devices simulate idcard --persona P --listen pty|tcp:PORT
devices simulate sscard --persona P --listen vpcd:HOST:PORT"""
WRONG = 2


def run(argv: Sequence[str]) -> int:
    """Simulate one device and return the exit code, 2 when there is no such kind."""
    kind, rest = (argv[0], argv[1:]) if argv else ("", [])
    match kind:
        case "idcard":
            return simulate_id_card(rest)
        case "sscard":
            return simulate_ss_card(rest)
    sys.stderr.write(USAGE + "\n")
    return WRONG


def simulate_id_card(argv: Sequence[str]) -> int:
    """Simulate a reader with a persona's card on it until SIGTERM or SIGINT; return the exit code.

    Prints one line of JSON: `url` for `devices read-id`, and `control` for `BenchControl`.
    """
    options = _options(argv)
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


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="devices simulate idcard", description=__doc__)
    parser.add_argument("--persona", default="", help="whose card lies there; none: empty")
    parser.add_argument("--personas", type=Path, default=PERSONAS)
    parser.add_argument("--listen", type=_port, required=True, help="pty, or tcp:PORT (0: any)")
    parser.add_argument("--baud", type=int, choices=BAUDS, default=BAUDS[0])
    parser.add_argument("--finds-again", action="store_true", help="also a card that was read")
    parser.add_argument(
        "--fault", action="append", default=[], choices=[one.value for one in IdReaderFault]
    )
    return parser.parse_args(argv)


def _port(text: str) -> int | None:
    """Return the TCP port of --listen, None for a pty.

    Raises ArgumentTypeError for anything else.
    """
    kind, _, port = text.partition(":")
    if text == "pty":
        return None
    if kind == "tcp" and port.isdecimal():
        return int(port)
    raise argparse.ArgumentTypeError("pty or tcp:PORT")
