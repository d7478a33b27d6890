"""The messages between the kiosk and the engine's process; pictures go by shared memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.ports import Coach

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues
    from kiosk.failures import Failure


@dataclass(frozen=True)
class Ready:
    """The engine is warm; `version` names its models."""

    version: str


@dataclass(frozen=True)
class Prepare:
    """A request to embed the portrait of `size` bytes at the start of the shared memory."""

    size: int


@dataclass(frozen=True)
class LookRequest:
    """A request to look at the BGR frame at the start of the shared memory.

    With `compare` a good face is compared with the reference, and with the first one of this
    `part` of the try; a turned one with that alone. With `follow` the face is searched in a small
    copy, which is enough once likeness was decided. With `eyes` it is measured how far they are
    open.
    """

    width: int
    height: int
    compare: bool = True
    eyes: bool = True
    part: int = 0
    follow: bool = False


@dataclass(frozen=True)
class Glance:
    """A request to tell whether a second camera's frame shows just one face.

    The BGR frame lies at the start of the shared memory.
    """

    width: int
    height: int


@dataclass(frozen=True)
class Forget:
    """A request to wipe the reference."""


@dataclass(frozen=True)
class FaceFinding:
    """What the engine found in a frame.

    `fingerprint` is equal for equal pixels; `distance` is that to the reference, `apart` that to
    the first compared face of this part; each None when it was not compared.
    """

    fingerprint: int = 0
    hint: Coach | None = None
    cues: FaceCues | None = None
    quality: float = 0.0
    distance: float | None = None
    apart: float | None = None

    @property
    def good(self) -> bool:
        """Tell whether the face could be compared; to take off a mask is advice only."""
        return self.cues is not None and self.hint in (None, Coach.TAKE_OFF_MASK)


@dataclass(frozen=True)
class SecondView:
    """A second camera's picture; `fingerprint` is equal for equal pixels, the rest is its face's.

    `nose` is YuNet's nose ratio, `apart` the distance to the first look; None without a face, or
    before the first look.
    """

    fingerprint: int
    nose: float | None = None
    apart: float | None = None


@dataclass(frozen=True)
class FaceOutcome:
    """The answer to one request: a failure, what was seen, or nothing to say.

    `alone` and `view` answer a `Glance`.
    """

    failure: Failure | None = None
    seen: FaceFinding | None = None
    alone: bool | None = None
    view: SecondView | None = None


Request = Prepare | LookRequest | Glance | Forget
