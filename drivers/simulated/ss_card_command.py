"""The command `simulate sscard`: keeps a social security card in a virtual reader."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from drivers.simulated.cards.vpcd import VirtualReaderCard
from drivers.simulated.personas import PERSONAS

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = 2


def simulate_ss_card(argv: Sequence[str]) -> int:
    """Keep a persona's card in a virtual reader until SIGTERM or SIGINT.

    Prints one line when the card is in; the reader may come and go. Returns 0, or 2 for a persona
    without a card.
    """
    options = _options(argv)
    try:
        card = SimulatedSsCard(load(options.personas, options.persona))
    except ValueError as problem:
        sys.stderr.write(f"{problem}\n")
        return USAGE
    # The one queue that a handler may use while the main thread waits for it: an Event's lock is
    # no reentrant one.
    over: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.put(None))
    host, port = options.listen
    virtual = VirtualReaderCard(card, host, port)
    virtual.insert()
    try:
        sys.stdout.write(f"vpcd:{host}:{port}\n")
        sys.stdout.flush()
        over.get()
    finally:
        virtual.remove()
    return 0


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulate sscard", description=__doc__)
    parser.add_argument("--persona", required=True)
    parser.add_argument("--personas", type=Path, default=PERSONAS)
    parser.add_argument(
        "--listen", type=_reader, required=True, help="vpcd:HOST:PORT, where vpcd listens"
    )
    return parser.parse_args(argv)


def _reader(text: str) -> tuple[str, int]:
    kind, _, address = text.partition(":")
    host, _, port = address.rpartition(":")
    if kind != "vpcd" or not host or not port.isascii() or not port.isdigit():
        raise argparse.ArgumentTypeError(f"{text} is not vpcd:HOST:PORT")
    return host, int(port)
