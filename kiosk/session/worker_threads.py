"""The threads on which the blocking work of a visit runs: one for each device."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

THREADS = (
    "reader",
    "ss_reader",
    "scanner",
    "face",
    "paper",
    "reading",
    "central",
    "store",
    "printer",
    "bell",
    "hand",
)


def start_threads() -> dict[str, ThreadPoolExecutor]:
    """Return an executor of one thread for each device, by its name."""
    return {name: ThreadPoolExecutor(1, thread_name_prefix=name) for name in THREADS}


def raise_error(error: BaseException) -> None:
    """Raise `error`: a bug on a worker ends the program on the main thread."""
    raise error
