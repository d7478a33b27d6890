"""A scripted person who continues what was begun elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.pages.press import Press
from screens.scripted.person import PersonAction, ScriptedPerson, ShowCode, Tap

if TYPE_CHECKING:
    from kiosk.pages.page import Page


@dataclass
class ScriptedContinuer(ScriptedPerson):
    """Presses `first` at the idle page, shows a code where one is asked for, and continues."""

    first: Press = Press.CONTINUE

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        match page.name:
            case "idle" if not self._started:
                self._started = True
                return Tap(self.first)
            case "scan":
                return ShowCode()
            case "draft":
                return Tap(Press.RESUME)
            case "finding":
                return Tap(Press.NO_SLIP)
            case "no_case":
                return Tap(Press.START_SELF)
        return super().decide(page)
