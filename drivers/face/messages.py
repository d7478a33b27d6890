"""What do the kiosk and the engine's process say to each other? Pictures go by shared memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.failures import Failure
    from kiosk.ports import Coach


@dataclass(frozen=True)
class Ready:
    """The engine is warm; `version` names its models."""

    version: str


@dataclass(frozen=True)
class Prepare:
    """A JPEG portrait of `size` bytes lies at the start of the shared memory."""

    size: int


@dataclass(frozen=True)
class Look:
    """A BGR frame lies at the start of the shared memory."""

    width: int
    height: int


@dataclass(frozen=True)
class Forget:
    """Wipe the reference."""


@dataclass(frozen=True)
class Outcome:
    """The answer to one request: a failure, a hint, a distance, or nothing to say."""

    failure: Failure | None = None
    hint: Coach | None = None
    distance: float | None = None


Request = Prepare | Look | Forget
