"""Small random waits where threads meet, so that tests run in other orders of threads.

A pytest plugin: `UNREST=7 .venv/bin/python -m pytest -p tests.unrest tests/drivers/devices`. What
fails then leans on an order that nobody promised, in a test or in what it tests.
"""

from __future__ import annotations

import os
import queue
import random
import socket
import sys
import threading
import time
from typing import Any

SEED = int(os.environ.get("UNREST", "0")) or random.SystemRandom().randrange(1, 1 << 30)
SWITCH_SECONDS = 1e-4  # fifty times as often as usual
BEGIN, END = (0.5, 0.05), (0.3, 0.05)  # share of threads that wait, and at most so many seconds
TOLD, SENT = (0.3, 0.03), (0.3, 0.03)

_chance = random.Random(SEED)
_sleep = time.sleep  # a test may put another one there


def pytest_report_header() -> str:
    """Say how to see the same again."""
    return f"unrest: UNREST={SEED}"


def pytest_configure() -> None:
    """Make what threads meet at slow, now and then."""
    sys.setswitchinterval(SWITCH_SECONDS)
    _linger_after(threading.Event, "set", *TOLD)
    _linger_after(queue.Queue, "put", *TOLD)
    for name in ("sendall", "send", "recv", "accept"):
        _linger_after(socket.socket, name, *SENT)
    _linger_after(os, "write", *SENT)
    any_thread: Any = threading.Thread
    run = any_thread.run

    def run_late(thread: threading.Thread) -> None:
        _linger(*BEGIN)
        run(thread)
        _linger(*END)

    any_thread.run = run_late


def _linger(share: float, most: float) -> None:
    if _chance.random() < share:
        _sleep(_chance.random() * most)


def _linger_after(owner: Any, name: str, share: float, most: float) -> None:
    plain = getattr(owner, name)

    def slow(*arguments: Any, **named: Any) -> Any:
        found = plain(*arguments, **named)
        _linger(share, most)
        return found

    setattr(owner, name, slow)
