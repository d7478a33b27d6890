"""What is one row of the table of a visit? Where, what, whereto; when it holds, what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.visit import actions as do
from kiosk.visit import guards as when
from kiosk.visit.context import Context
from kiosk.visit.events import Happening
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit

Guard = Callable[[Visit, Happening, Context], bool]
Action = Callable[[Visit, Happening, Context], Visit]


@dataclass(frozen=True)
class Row:
    """At `stage`, `kind` leads to `to` when `guard` holds, after `action`.

    `anew`: the stage asks its device again although it is not left.
    """

    stage: Stage
    kind: str
    to: Stage
    action: Action = do.nothing
    guard: Guard = when.always
    anew: bool = False
