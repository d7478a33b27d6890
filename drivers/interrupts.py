"""Protection of worker processes from Ctrl-C; their parent decides when they end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Block SIGINT in this thread, so that processes which it starts meanwhile never receive it.

    A terminal sends Ctrl-C to the whole foreground group. A child inherits the mask, whereas a
    handler of its own would come too late: while it still imports, Python prints a traceback.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
