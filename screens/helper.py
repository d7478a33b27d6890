"""What would a community helper do on this page? A scripted one, who files for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.visit.page import Act
from screens.person import Deed, Finished, PutCard, ScriptedPerson, Tap, Wait

if TYPE_CHECKING:
    from kiosk.visit.page import Page

LOOKING = "正在"  # a desk that says so is not there yet


@dataclass
class ScriptedHelper(ScriptedPerson):
    """Comes in with card and PIN, files for one person, begins with a second, and goes.

    `staff_card` names the card of the helper's own for the hand that lays it down.
    """

    staff_card: str = ""
    pin: str = ""
    _begun: int = 0

    def decide(self, page: Page) -> Deed:
        """Return the next deed on `page`; call it once for each deed."""
        match page.name:
            case "idle":
                return self._at_idle()
            case "login":
                return self._lay_own_card(page)
            case "staff_pin":
                return self._type_pin(page)
            case "desk":
                return Wait() if page.sentence.startswith(LOOKING) else self._at_desk()
            case "notice" if self._begun > 1:
                return Tap(Act.QUIT)
        return super().decide(page)

    def _at_idle(self) -> Deed:
        if self._started:
            return Finished()
        self._started = True
        return Tap(Act.STAFF)

    def _at_desk(self) -> Deed:
        self._begun += 1
        return Tap(Act.FILE_FOR) if self._begun <= 2 else Tap(Act.QUIT)  # noqa: PLR2004

    def _lay_own_card(self, page: Page) -> Deed:
        deed = self._lay_card(page)
        return PutCard(self.staff_card) if isinstance(deed, PutCard) else deed

    def _type_pin(self, page: Page) -> Deed:
        assert page.number is not None
        done = len(page.number.digits)
        if page.sentence.startswith(LOOKING) or done >= len(self.pin):
            return Wait()
        return Tap(Act.DIGIT, self.pin[done], typed=True)
