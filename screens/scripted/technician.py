"""A scripted technician: every guided test, then the readiness sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.operator_texts import text_of
from kiosk.pages.press import Press
from screens.scripted.helper import ScriptedHelper, is_busy
from screens.scripted.person import (
    NAME_STROKES,
    ComeCloser,
    PersonAction,
    PersonWait,
    PutCard,
    Sign,
    TakeCard,
    Tap,
)

if TYPE_CHECKING:
    from kiosk.pages.page import Page

FAR = "come_closer"


@dataclass
class ScriptedTechnician(ScriptedHelper):
    """Comes in by card, PIN and code, does every guided test, takes the sheet and leaves.

    `code` returns the code of this half minute, `listen` the tones that are heard, `read` what
    stands on the newest slip.
    """

    code: Callable[[], str] = lambda: ""
    listen: Callable[[], str] = lambda: ""
    read: Callable[[], str] = lambda: ""
    _tried: set[str] = field(default_factory=set)
    _tested: bool = False
    _typed: str = ""
    _swapped: bool = False

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        if page.name.endswith(("_passed", "_failed")):
            return Tap(Press.DONE)
        match page.name:
            case "code":
                return self._type_code(page)
            case "maintenance":
                return PersonWait() if is_busy(page.title) else self._at_machine()
            case "sheet":
                return self._at_sheet(page)
            case "guided":
                return self._choose(page)
        action = self._at_test(page)
        return super().decide(page) if action is None else action

    def _at_machine(self) -> PersonAction:
        if not self._tested:
            self._tested = True
            return Tap(Press.GUIDED)
        if self._begun == 0:
            self._begun = 1
            return Tap(Press.RETEST)
        return Tap(Press.SHEET)

    def _at_sheet(self, page: Page) -> PersonAction:
        if is_busy(page.sentence):
            return PersonWait()
        if text_of("demo.printed") in page.sentence:
            return Tap(Press.EXPORT)
        exported = text_of("demo.exported") in page.sentence
        return Tap(Press.QUIT) if exported else Tap(Press.PRINT)

    def _choose(self, page: Page) -> PersonAction:
        left = [row.value for row in page.rows if row.value not in self._tried]
        if not left:
            return Tap(Press.BACK)
        self._tried.add(left[0])
        return Tap(Press.PICK, left[0])

    def _type_code(self, page: Page) -> PersonAction:
        assert page.number is not None
        done = len(page.number.digits)
        self._typed = self._typed or self.code()
        if is_busy(page.sentence) or done >= len(self._typed):
            return PersonWait()
        return Tap(Press.DIGIT, self._typed[done], typed=True)

    def _at_test(self, page: Page) -> PersonAction | None:
        """Return the action on the page of a guided test, None on any other page."""
        match page.name:
            case "guided_card":
                self._swapped = not self._swapped
                return TakeCard() if self._swapped else PutCard()
            case "guided_camera":
                return ComeCloser() if page.hint_icon == FAR else PersonWait()
            case "guided_tones":
                left = {row.value for row in page.rows}
                return next(
                    (Tap(Press.PICK, one) for one in self.listen() if one in left), PersonWait()
                )
            case "guided_slip":
                return self._read_back(page)
            case "guided_touch":
                points = [one for one in page.choices if one.act is Press.POINT and not one.chosen]
                return Tap(Press.POINT, points[0].value)
            case "guided_sign":
                return Tap(Press.SIGNED) if page.ink else Sign(NAME_STROKES)
        return None

    def _read_back(self, page: Page) -> PersonAction:
        assert page.number is not None
        digits, done = self.read(), len(page.number.digits)
        return Tap(Press.DIGIT, digits[done], typed=True) if done < len(digits) else PersonWait()
