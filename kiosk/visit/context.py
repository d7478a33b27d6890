"""What may a step consult besides the visit? The handbook and the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from kiosk.visit.handbook import Handbook

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """The handbook, and the moment of the step."""

    book: Handbook
    moment: datetime


def expect(kind: type[T], what: object) -> T:
    """Return `what`, which a row of the table promises to be of this kind."""
    assert isinstance(what, kind)
    return what
