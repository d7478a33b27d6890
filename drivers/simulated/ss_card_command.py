"""The command `simulate sscard`: keeps a social security card in a virtual reader."""

from __future__ import annotations

import argparse
import signal
import sys
from queue import SimpleQueue

from drivers.simulated.cards.ss_card import SimulatedSsCard
from drivers.simulated.cards.ss_card_image import load
from drivers.simulated.cards.vpcd import VirtualReaderCard

USAGE = 2


def simulate_ss_card(options: argparse.Namespace) -> int:
    """Keep a persona's card in a virtual reader until SIGTERM or SIGINT.

    Prints one line when the card is in; the reader may come and go. Returns 0, or 2 for a persona
    without a card.
    """
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
