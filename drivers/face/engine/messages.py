"""The messages between the kiosk and the engine's process; pictures go by shared memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues
    from kiosk.failures import Failure
    from kiosk.ports import Coach


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
    `part` of the try. With `eyes` it is measured how far they are open.
    """

    width: int
    height: int
    compare: bool = True
    eyes: bool = True
    part: int = 0


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
    the first compared face of this part; both None when nothing was compared.
    """

    fingerprint: int = 0
    hint: Coach | None = None
    cues: FaceCues | None = None
    quality: float = 0.0
    distance: float | None = None
    apart: float | None = None


@dataclass(frozen=True)
class FaceOutcome:
    """The answer to one request: a failure, what was seen, or nothing to say.

    `alone` answers a `Glance`.
    """

    failure: Failure | None = None
    seen: FaceFinding | None = None
    alone: bool | None = None


Request = Prepare | LookRequest | Glance | Forget
