"""The rows of a card that was read with doubts, at each stage that takes a person's card."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit import inspecting as inspect
from kiosk.visit.context import Context
from kiosk.visit.events import Happening
from kiosk.visit.page import Act
from kiosk.visit.row import Guard, Row
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.table_staff import door

A = Act


def inspection(stage: Stage) -> tuple[Row, ...]:
    """Return the rows of `stage` while a doubtful card is held; they come before its others."""
    login = (
        *door(stage),
        Row(stage, "LoggedIn", stage, inspect.take_inspector, inspect.may_inspect),
        Row(stage, "LoggedIn", stage, inspect.refuse_inspector, anew=True),
        Row(stage, A.BACK, stage, inspect.forget_login),
    )
    return (
        *(replace(row, guard=_both(inspect.is_login, row.guard)) for row in login),
        Row(stage, A.VOUCH, stage, inspect.begin_login, inspect.may_be_inspected, anew=True),
        Row(stage, A.REFUSE_CARD, stage, inspect.refuse_card, inspect.is_held),
        Row(stage, A.TRY_AGAIN, stage, inspect.drop_card, inspect.is_held),
        Row(stage, A.BACK, stage, inspect.drop_card, inspect.is_held, anew=True),
        Row(stage, A.DONE, Stage.WIPING, guard=inspect.is_held),
    )


def _both(first: Guard, second: Guard) -> Guard:
    def hold(visit: Visit, what: Happening, context: Context) -> bool:
        return first(visit, what, context) and second(visit, what, context)

    return hold
