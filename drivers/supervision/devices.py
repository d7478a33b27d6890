"""Adapters that give drivers what they lack of the protocol `worker.Device`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.camera import Capture
    from kiosk.ports import Camera


class Checked(Protocol):
    """A driver that opens what it needs by itself."""

    def check(self) -> Failure | None:
        """Make the device answer; return the failure, if any."""


C = TypeVar("C", bound=Checked)


@dataclass(frozen=True)
class Unheld(Generic[C]):
    """A device that is only asked: between two uses nothing of it is held open.

    `let_go` ends what the driver keeps all the same; `alive` is its `pulse`, if it has one.
    """

    driver: C
    let_go: Callable[[], None] = lambda: None
    alive: Callable[[], bool] = lambda: True
    in_use = False

    def open(self) -> Failure | None:
        """Return None: the self-test tells whether the device is there."""
        return None

    def check(self) -> Failure | None:
        """Make the driver try the device; return the failure, if any."""
        return self.driver.check()

    def pulse(self) -> bool:
        """Return what `alive` finds out without sending anything."""
        return self.alive()

    def close(self) -> None:
        """Let go of what the driver holds."""
        self.let_go()


@dataclass
class CameraWatch:
    """A camera, watched through its own grabbing thread while that runs.

    Otherwise one picture is taken: its lamp is seen to flash, so this is not done often.
    """

    camera: Camera
    open_capture: Callable[[], Capture | None]
    in_use: bool = False

    def open(self) -> Failure | None:
        """Return None: the picture of the self-test tells whether the camera is there."""
        return None

    def check(self) -> Failure | None:
        """Return CAMERA_LOST when there is no picture; one is taken when nobody uses the camera."""
        seen = self.camera.latest() is not None if self.in_use else self._one_picture()
        return None if seen else Failure.CAMERA_LOST

    def pulse(self) -> bool:
        """Return true: only a picture shows that a camera is there."""
        return True

    def close(self) -> None:
        """Do nothing, as nothing is held."""

    def _one_picture(self) -> bool:
        capture = self.open_capture()
        if capture is None:
            return False
        try:
            return bool(capture.read()[0])
        finally:
            capture.release()
