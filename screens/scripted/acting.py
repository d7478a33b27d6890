"""Scripted people who file for others: a friend or relative, and the staff's other ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.pages.page import ButtonStyle, Layout
from kiosk.pages.press import Press
from screens.scripted.helper import ScriptedHelper
from screens.scripted.person import (
    NAME_STROKES,
    PersonAction,
    PersonWait,
    PutCard,
    ScriptedPerson,
    Sign,
    TakeCard,
    Tap,
)

if TYPE_CHECKING:
    from kiosk.pages.page import Page

PICKS: Mapping[str, str] = {
    "authority_relation": "child",
    "authority_scope": "apply",
    "authority_evidence": "signed",
    "authority_term": "once",
    "authority_reason": "power",
}
UNTIL = "20351231"


@dataclass
class Swap:
    """Alternately takes the card from the reader and lays another one down."""

    lifted: bool = False

    def lay(self, whose: str = "") -> PersonAction:
        """Return the next action; `whose` names a card, "" that of the principal."""
        self.lifted = not self.lifted
        return TakeCard() if self.lifted else PutCard(whose)


@dataclass
class Authorising:
    """The scripted way through the pages of an authority, with the principal's card.

    `evidence`: "signed" here, or on paper. A principal who signs here looks into the camera; then
    the staff member with `staff_card` and `pin` proves to stand beside.
    """

    evidence: str = "signed"
    staff_card: str = ""
    pin: str = ""
    swap: Swap = field(default_factory=Swap)
    beside: Swap = field(default_factory=Swap)

    def act(self, page: Page) -> PersonAction | None:
        """Return the action on a page of the authority, None on any other page."""
        match page.name:
            case "principal":
                return self.swap.lay()
            case "authority_presence":
                return Tap(Press.AGREE)
            case "witness":
                return self.beside.lay(self.staff_card)
            case "staff_pin" if self.pin:
                return _type_hidden(page, self.pin)
            case "unconfirmed":
                return Tap(Press.STAY)
            case "authority_until":
                return _type(page, UNTIL)
            case "authority_sign":
                return Tap(Press.AUTHORISE) if page.ink else Sign(NAME_STROKES)
            case "authority_paper":
                return next(
                    (Tap(c.act) for c in page.choices if c.tone is ButtonStyle.PRIMARY),
                    PersonWait(),
                )
        if page.layout is Layout.OPTIONS and page.name.startswith("authority_"):
            picks = {**PICKS, "authority_evidence": self.evidence}
            return Tap(Press.PICK, picks.get(page.name, page.rows[0].value))
        return None


def _type(page: Page, wanted: str) -> PersonAction:
    assert page.number is not None
    done = len(page.number.digits)
    return Tap(Press.DIGIT, wanted[done], typed=True) if done < len(wanted) else Tap(Press.NEXT)


def _type_hidden(page: Page, wanted: str) -> PersonAction:
    """Return the next key of a PIN; after its last digit the page answers by itself."""
    assert page.number is not None
    done = len(page.number.digits)
    return Tap(Press.DIGIT, wanted[done], typed=True) if done < len(wanted) else PersonWait()


@dataclass
class ScriptedProxy(ScriptedPerson):
    """A friend or relative who files; `own_card` names their own card."""

    own_card: str = ""
    authorising: Authorising = field(default_factory=Authorising)

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        if page.name == "idle" and not self._started:
            self._started = True
            return Tap(Press.START_PROXY)
        found = self.authorising.act(page)
        if found is not None:
            return found
        action = super().decide(page)
        own = isinstance(action, PutCard) and page.name == "card"
        return PutCard(self.own_card) if own else action


@dataclass
class ScriptedStaff(ScriptedHelper):
    """A member of the staff who files in one of the desk's other ways, then leaves.

    `second_card`: the card of the colleague who checks a back entry.
    """

    files: Press = Press.FILE_ABSENT
    second_card: str = ""
    authorising: Authorising = field(default_factory=Authorising)
    _second: Swap = field(default_factory=Swap)

    def decide(self, page: Page) -> PersonAction:
        """Return the next action on `page`; call it once for each action."""
        if page.name == "other_filing":
            self._begun += 1
            return Tap(self.files)
        if page.name == "second":
            return self._second.lay(self.second_card)
        found = self.authorising.act(page)
        return super().decide(page) if found is None else found

    def _at_desk(self, _page: Page) -> PersonAction:
        return Tap(Press.QUIT) if self._begun else Tap(Press.OTHER_FILING)
