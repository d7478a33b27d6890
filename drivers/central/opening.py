"""The client of the central service as the settings name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.central.client import CentralClient
from drivers.central.trust import trusted
from drivers.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config.settings import Settings
    from kiosk.crypto.terminal_key import TerminalKey


def make_central(settings: Settings, key: Callable[[], TerminalKey | None]) -> CentralClient:
    """Return the client of the central service; `key` signs its requests.

    Raises AuthorityError when the pinned authority can't be read, ValueError for a wrong address.
    """
    wanted = settings.central
    clock = SystemClock()
    return CentralClient(
        wanted.url,
        key,
        wanted.deadline_seconds,
        clock.monotonic,
        clock.now,
        trusted(wanted.authority),
    )
