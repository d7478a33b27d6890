"""A scripted person who decides what to do on each page, for tours, benches and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.pages.page import ButtonStyle, Layout
from kiosk.pages.press import Press

if TYPE_CHECKING:
    from kiosk.pages.page import Page


@dataclass(frozen=True)
class Tap:
    """Touch what means `act` with `value`; `typed` for a key of a number."""

    act: Press
    value: str = ""
    typed: bool = False


@dataclass(frozen=True)
class Sign:
    """Write a name into the signing field; strokes in millimetres from its upper left corner."""

    strokes: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class PutCard:
    """Lay an identity card on the reader; `whose` names it, "" for the principal's."""

    whose: str = ""


@dataclass(frozen=True)
class TakeCard:
    """Take the card from the reader."""


@dataclass(frozen=True)
class InsertSsCard:
    """Put the own social security card into its reader."""


@dataclass(frozen=True)
class TakeSsCard:
    """Take the social security card out of its reader."""


@dataclass(frozen=True)
class ScanSlip:
    """Hold the newest slip in front of the scanner."""


@dataclass(frozen=True)
class ComeCloser:
    """Step to the right place in front of the camera."""


@dataclass(frozen=True)
class ShowCode:
    """Hold a telephone with its code in front of the scanner."""


@dataclass(frozen=True)
class Move:
    """Turn the head, close the eyes or open the mouth; `prompt` is the name of the page's hint."""

    prompt: str


@dataclass(frozen=True)
class PersonWait:
    """Do nothing: something else has to happen first."""


@dataclass(frozen=True)
class Finished:
    """Do nothing more: the visit is over."""


PersonAction = (
    Tap
    | Sign
    | PutCard
    | TakeCard
    | InsertSsCard
    | TakeSsCard
    | ScanSlip
    | ShowCode
    | ComeCloser
    | Move
    | PersonWait
    | Finished
)

NAME_STROKES = (  # 刘 and 青, roughly
    ((46, 20), (52, 28)),
    ((26, 36), (74, 33)),
    ((62, 36), (48, 60), (24, 78)),
    ((34, 44), (50, 60), (70, 76)),
    ((86, 30), (86, 58)),
    ((102, 20), (102, 74), (94, 70)),
    ((128, 26), (172, 24)),
    ((124, 36), (176, 34)),
    ((120, 46), (180, 44)),
    ((150, 16), (150, 45)),
    ((134, 54), (130, 80)),
    ((134, 54), (166, 53), (166, 80), (160, 77)),
    ((136, 62), (164, 61)),
    ((135, 70), (164, 69)),
)

ANSWERS: Mapping[str, str] = {
    "kind": "QY",
    "mobile": "13900001234",
    "child_birth": "19920314",
    "live": "same",
    "bank": "card",
    "pay_mode": "once",
    "card_request": "renew",
    "annuity_plan": "enterprise",
    "talent": "teach",
    "rating": "5",
}

MOVEMENTS = (
    "turn_left",
    "turn_right",
    "turn_more",
    "close_eyes",
    "open_mouth",
    "nod",
)

TAPS: Mapping[str, Press] = {
    "idle": Press.START_SELF,
    "pilot": Press.AGREE,
    "notice": Press.AGREE,
    "dates": Press.NEXT,
    "facts": Press.NEXT,
    "choose": Press.NEXT,
    "receipt": Press.DONE,
}


@dataclass
class ScriptedPerson:
    """A person who goes through a whole visit once.

    `answers`: by page name. `looks`: afterwards asks for the progress with the slip.
    """

    answers: Mapping[str, str] = field(default_factory=lambda: ANSWERS)
    looks: bool = False
    _started: bool = False
    _lifted: bool = False

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        if page.name == "idle" and self._started:
            return self._look_back()
        if page.name == "finding":
            return ScanSlip()
        self._started = self._started or page.name == "idle"
        if page.layout is Layout.KEYPAD:
            return self._type(page)
        if page.layout is Layout.OPTIONS and page.name in self.answers:
            return Tap(Press.RATE if page.name == "rating" else Press.PICK, self.answers[page.name])
        if page.name == "review":
            return Tap(Press.SIGNED) if page.ink else Sign(NAME_STROKES)
        if page.name == "card":
            return self._lay_card(page)
        if page.name == "wiping":
            return TakeCard()
        if page.name == "picture":  # whoever sees that it can be read keeps it, doubted or not
            keeps = any(choice.act is Press.KEEP_PICTURE for choice in page.choices)
            return Tap(Press.KEEP_PICTURE) if keeps else PersonWait()
        if page.name in ("materials", "commitment", "progress"):
            return next(
                (Tap(c.act) for c in page.choices if c.tone is ButtonStyle.PRIMARY), PersonWait()
            )
        if page.name == "proof":
            return self._before_camera(page)
        return Tap(TAPS[page.name]) if page.name in TAPS else PersonWait()

    def _look_back(self) -> PersonAction:
        looks, self.looks = self.looks, False
        return Tap(Press.ASK_PROGRESS) if looks else Finished()

    def _lay_card(self, page: Page) -> PersonAction:
        """Return the action that lays the card; lift it first when the page says so."""
        self._lifted = page.mend and not self._lifted
        return TakeCard() if self._lifted else PutCard()

    def _before_camera(self, page: Page) -> PersonAction:
        """Return the movement that is asked for, or step to the right place."""
        if page.hint_icon in MOVEMENTS:
            return Move(page.hint_icon)
        return PersonWait() if page.hint_icon in ("ready", "face_front") else ComeCloser()

    def _type(self, page: Page) -> PersonAction:
        assert page.number is not None
        wanted = self.answers[page.name]
        done = len(page.number.digits)
        return Tap(Press.DIGIT, wanted[done], typed=True) if done < len(wanted) else Tap(Press.NEXT)
