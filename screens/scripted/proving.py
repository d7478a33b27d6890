"""Scripted people who prove in another way than by the face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.pages.press import Press
from screens.scripted.helper import is_busy
from screens.scripted.person import (
    InsertSsCard,
    PersonAction,
    PersonWait,
    PutCard,
    ScriptedPerson,
    ShowCode,
    TakeCard,
    TakeSsCard,
    Tap,
)

if TYPE_CHECKING:
    from kiosk.pages.page import Page

REASON = "no_face"


def type_hidden(page: Page, digits: str) -> Tap | None:
    """Return the next key of a PIN; None when all of them are typed."""
    assert page.number is not None
    done = len(page.number.digits)
    return Tap(Press.DIGIT, digits[done], typed=True) if done < len(digits) else None


@dataclass
class ScriptedCardHolder(ScriptedPerson):
    """Declines the face check, and proves by social security card and PIN."""

    pin: str = ""
    _checked: bool = False
    _has_card: bool = False

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        match page.name:
            case "notice":
                return Tap(Press.AGREE_WITHOUT_FACE)
            case "other_proof" | "card_pin":
                return InsertSsCard()
            case "card_pin_number":
                return self._type_pin(page)
            case "wiping" if not self._has_card:
                self._has_card = True
                return TakeSsCard()
        return super().decide(page)

    def _type_pin(self, page: Page) -> PersonAction:
        if self._checked:
            return PersonWait()
        key = type_hidden(page, self.pin)
        self._checked = key is None
        return key or Tap(Press.NEXT)


@dataclass
class ScriptedPhoneHolder(ScriptedPerson):
    """Declines the face check, and proves by the code on the own telephone."""

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        match page.name:
            case "notice":
                return Tap(Press.AGREE_WITHOUT_FACE)
            case "other_proof":
                return ShowCode()
            case "phone_code":
                return PersonWait() if is_busy(page.sentence) else ShowCode()
        return super().decide(page)


@dataclass
class ScriptedVouched(ScriptedPerson):
    """Declines the face check; two of the staff vouch, each with the own card of `staff_cards`."""

    staff_cards: tuple[str, ...] = ()
    pin: str = ""
    _lifted_own: bool = False

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        match page.name:
            case "notice":
                return Tap(Press.AGREE_WITHOUT_FACE)
            case "other_proof":
                return Tap(Press.VOUCH)
            case "vouching_reason":
                return Tap(Press.PICK, REASON)
            case "vouching" | "vouching_second":
                return self._swap(page.name == "vouching_second")
            case "staff_pin":
                return type_hidden(page, self.pin) or PersonWait()
        return super().decide(page)

    def _swap(self, second: bool) -> PersonAction:
        """Take the card away that lies there, then lay down that of the first or second voucher."""
        self._lifted_own = not self._lifted_own
        return TakeCard() if self._lifted_own else PutCard(self.staff_cards[second])
