"""An effect that performs itself at one of the devices."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from kiosk.visit.events.event import Event
from kiosk.visit_ports import VisitDevices


class DeviceRequest(ABC):
    """An effect that says by itself how it is performed: one call, and the event that answers.

    It may be defined in the folder of the only step that asks it. `thread` is the worker that makes
    the call, of those that kiosk/session/effect_handlers.py has.
    """

    thread: ClassVar[str]

    @abstractmethod
    def answer(self, devices: VisitDevices, cancelled: Callable[[], bool]) -> Event | None:
        """Ask one of the devices and return its answer; None for none.

        It runs on the worker and may wait, until `cancelled` is true.
        """
