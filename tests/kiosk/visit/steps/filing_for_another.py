"""Journeys of who files for another, as events, for tests."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from kiosk.application.authority import PAPER
from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import PaperCameraSettings
from kiosk.pages.press import Press
from kiosk.slip import SlipLine
from kiosk.staff.desk import Desk
from kiosk.visit.effects import (
    Effect,
    PrintSlip,
    Submit,
)
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.submission.events import Accepted
from tests.kiosk.invented_people import (
    INK,
    InventedVisitor,
    handbook,
    persona,
    receipt_for,
)
from tests.kiosk.staff_people import OTHER_HELPER, OTHER_WINDOW, WINDOW

LIU, LIU_FACTS = persona("liu")

WANG, _ = persona("wang")

STAFF_CARD = persona("helper")[0]

PAGE = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")

Step = Pressed | Event


def press(act: Press, value: str = "") -> Pressed:
    return Pressed(act, value)


def typed(digits: str) -> tuple[Pressed, ...]:
    return tuple(press(Press.DIGIT, digit) for digit in digits)


def with_camera(url: str = "http://camera.invalid", **changes: Any) -> InventedVisitor:
    book = handbook()
    camera = PaperCameraSettings(url)
    settings = replace(book.settings, paper_camera=camera)
    return InventedVisitor(table=build_table(replace(book, settings=settings, **changes)))


def walk(*steps: Step, visitor: InventedVisitor | None = None) -> InventedVisitor:
    visitor = visitor or with_camera()
    for step in steps:
        visitor.happen(step)
    return visitor


def one(effects: tuple[Effect, ...], kind: type) -> Any:
    (found,) = (effect for effect in effects if isinstance(effect, kind))
    return found


FACE = FaceMatched(0.31, 0.42, "dlib128")

PROVED_PROXY = (press(Press.START_PROXY), press(Press.AGREE), CardRead(WANG), FACE)

FORM_UNCONFIRMED = (
    press(Press.STAY),
    press(Press.PICK, "QY"),
    *(press(Press.NEXT),) * 4,
    *typed("19920314"),
    press(Press.NEXT),
    press(Press.PICK, "renew"),
    press(Press.PICK, "rest"),
    *(press(Press.PROMISE),) * 2,
)

SIGN = (press(Press.CONFIRM), Drawn(INK), press(Press.SIGNED))

LOGIN = (press(Press.STAFF), CardRead(STAFF_CARD), *typed("730492"))

SECOND = (CardRead(STAFF_CARD), *typed("285703"))

HELPER_ABSENT = (
    *LOGIN,
    LoggedIn(OTHER_HELPER),
    DeskSeen(Desk()),
    press(Press.OTHER_FILING),
    press(Press.FILE_ABSENT),
    CardRead(LIU),
    press(Press.PICK, "apply_and_collect"),
    press(Press.PICK, "paper"),
    *typed("20270331"),
    press(Press.NEXT),
    press(Press.CAPTURE),
    PaperCaptured(PAPER, PAGE),
    press(Press.AUTHORISE),
    *FORM_UNCONFIRMED,
    *SIGN,
)

BACK_ENTRY = (
    *LOGIN,
    LoggedIn(WINDOW),
    DeskSeen(Desk()),
    press(Press.OTHER_FILING),
    press(Press.BACK_ENTER),
    CardRead(LIU),
    press(Press.PICK, "2026-11-20"),
    press(Press.PICK, "power"),
    press(Press.CAPTURE),
    PaperCaptured(PAPER, PAGE),
    press(Press.AUTHORISE),
    *FORM_UNCONFIRMED,
    *SIGN,
    *SECOND,
    LoggedIn(OTHER_WINDOW),
)


def handed_in(visitor: InventedVisitor) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one(visitor.effects, Submit).application.content)
    return found


def slip_lines(visitor: InventedVisitor) -> list[str]:
    slip = one(visitor.effects, PrintSlip).slip
    return [part.text for part in slip.parts if isinstance(part, SlipLine)]


def receipt(visitor: InventedVisitor) -> InventedVisitor:
    return visitor.happen(Accepted(receipt_for(visitor.visit)))


NUMBER = (
    *PROVED_PROXY,
    press(Press.NO_CARD),
    *typed("34162219660615001"),
    press(Press.DIGIT, "X"),
    press(Press.NEXT),
    press(Press.CHARACTER, "刘"),
    press(Press.CHARACTER, "长"),
)
