"""The second camera beside the first: whether it lives, and sees the same person."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from drivers.face.detection.cues import SecondLook
from kiosk.failures import Failure

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues
    from drivers.face.engine.messages import FaceOutcome
    from drivers.face.liveness.rules import LivenessRules
    from kiosk.ports import Camera, Frame

LOST_SECONDS: Final = 3.0  # without a new picture, also after its start
FROZEN_SECONDS: Final = 1.5  # with new frames of the same pixels


@dataclass
class SecondCamera:
    """Follows one camera over one try; all instants are those of the first camera's frames."""

    camera: Camera
    _begun: float | None = None
    _sequence: int | None = None
    _new_at: float = 0.0
    _fingerprint: int | None = None
    _changed_at: float = 0.0

    def frame(self, at: float) -> Frame | Failure | None:
        """Return its newest picture; None when it has none yet, CAMERA_LOST once it is gone.

        `at` is the instant in seconds.
        """
        if self._begun is None:
            self._begun = self._new_at = self._changed_at = at
        frame = self.camera.latest()
        if frame is not None and frame.sequence != self._sequence:
            self._sequence, self._new_at = frame.sequence, at
            return frame
        return Failure.CAMERA_LOST if at - self._new_at > LOST_SECONDS else None

    def look(self, outcome: FaceOutcome, at: float) -> SecondLook | Failure:
        """Return what the engine saw in its picture; CAMERA_FROZEN when it is always the same.

        `outcome` is the engine's answer about the picture, `at` the instant in seconds.
        """
        view = outcome.view
        if view is None:
            return SecondLook()
        if view.fingerprint != self._fingerprint:
            self._fingerprint, self._changed_at = view.fingerprint, at
        if at - self._changed_at > FROZEN_SECONDS:
            return Failure.CAMERA_FROZEN
        return SecondLook(outcome.alone, None, view.nose, view.apart)


@dataclass(frozen=True)
class Agreement:
    """How both cameras agree on one person: frontal noses at first, then looks that differ."""

    noses: tuple[float, ...] = ()
    apart: int = 0

    def after(
        self, face: FaceCues | None, front: float | None, second: SecondLook, rules: LivenessRules
    ) -> Agreement:
        """Return the agreement after one more look.

        `face` is what the first camera sees, `second` the other; `front` is the frontal nose, a
        share of the distance of the eyes; the limits are in `rules`.

        A look differs when one camera sees the head turned and the other does not, or to the other
        side, or when the faces are not alike.
        """
        if face is None or second.nose is None:
            return self
        if front is None:
            return Agreement((*self.noses, second.nose), 0)
        if not self.noses:
            return self
        turned, moved = face.nose - front, second.nose - median(self.noses)
        still = abs(turned) <= rules.front_ratio
        follows = moved * turned > 0 and abs(moved) >= rules.second_turn
        odd = abs(moved) >= 2 * rules.second_turn if still else not follows
        matters = still or abs(turned) >= rules.turn_ratio
        other = second.apart is not None and second.apart > rules.second_person
        if not (matters and odd) and not other:
            return Agreement(self.noses, 0)
        return Agreement(self.noses, self.apart + 1)
