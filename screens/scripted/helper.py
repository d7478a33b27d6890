"""A scripted community helper who files for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.operator_texts import text_of
from kiosk.pages.page import ButtonStyle
from kiosk.pages.press import Press
from screens.scripted.person import Finished, PersonAction, PersonWait, PutCard, ScriptedPerson, Tap

if TYPE_CHECKING:
    from kiosk.pages.page import Page


def is_busy(said: str) -> bool:
    """Tell whether a page says that something is still under way."""
    return text_of("demo.under_way") in said


@dataclass
class ScriptedHelper(ScriptedPerson):
    """Comes in with card and PIN, files for one person, begins with a second, and leaves.

    `staff_card` names the helper's own card. With `mends` the helper waits for a correction that an
    office asks for, and hands it in.
    """

    staff_card: str = ""
    pin: str = ""
    mends: bool = False
    _begun: int = 0
    _mended: bool = False

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        match page.name:
            case "idle":
                return self._at_idle()
            case "login":
                return self._lay_own_card(page)
            case "staff_pin":
                return self._type_pin(page)
            case "desk":
                return PersonWait() if is_busy(page.sentence) else self._at_desk(page)
            case "correcting":
                return self._bring(page)
            case "notice" if self._begun > 1:
                return Tap(Press.QUIT)
        return super().decide(page)

    def _at_idle(self) -> PersonAction:
        if self._started:
            return Finished()
        self._started = True
        return Tap(Press.STAFF)

    def _at_desk(self, page: Page) -> PersonAction:
        if self.mends and self._begun:
            return self._look_for_what_came_back(page)
        self._begun += 1
        return Tap(Press.FILE_FOR) if self._begun <= 2 else Tap(Press.QUIT)  # noqa: PLR2004

    def _look_for_what_came_back(self, page: Page) -> PersonAction:
        row = next((row for row in page.rows if row.act is Press.PICK), None)
        if row is not None and not self._mended:
            return Tap(Press.PICK, row.value)
        return Tap(Press.QUIT) if self._mended and not page.rows else PersonWait()

    def _bring(self, page: Page) -> PersonAction:
        wanted = next((one.act for one in page.choices if one.tone is ButtonStyle.PRIMARY), None)
        self._mended = self._mended or wanted is Press.HAND_IN
        return PersonWait() if wanted is None else Tap(wanted)

    def _lay_own_card(self, page: Page) -> PersonAction:
        action = self._lay_card(page)
        return PutCard(self.staff_card) if isinstance(action, PutCard) else action

    def _type_pin(self, page: Page) -> PersonAction:
        assert page.number is not None
        done = len(page.number.digits)
        if is_busy(page.sentence) or done >= len(self.pin):
            return PersonWait()
        return Tap(Press.DIGIT, self.pin[done], typed=True)
