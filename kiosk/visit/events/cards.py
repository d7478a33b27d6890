"""Events of the card reader."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from kiosk.people.identity import CardDoubt, IdCard, Sex
from kiosk.staff.roster import hash_card
from kiosk.visit.card_owners import at_the_desk, holds_card, is_of_another, is_same
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event, FailureEvent, PlainEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CARD, STAND_IN_PRINCIPAL
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit


@dataclass(frozen=True)
class CardRead(Event):
    """A card was read."""

    card: IdCard

    def record(self, visit: Visit, _book: ReferenceData) -> Record:
        """Return the sex, whose card it is to whom, and doubts; nothing that stands on it."""
        number = self.card.number
        own = {"own": True} if holds_card(at_the_desk(visit), self.card) else {}
        same = {"same": True} if is_same(visit, number) else {}
        other = {"other": True} if is_of_another(visit, number) else {}
        doubts = {"doubts": [one.value for one in self.card.doubts]} if self.card.doubts else {}
        return {"sex": self.card.sex.value, **own, **same, **other, **doubts}

    @classmethod
    def prepare(cls, said: Said, visit: Visit, context: Context) -> tuple[Visit, Context]:
        """Make the stand-in card that of the staff member at the desk when it was."""
        own = bool(said.get("own"))
        return _with_staff_card(visit, _stand_in_number(said, visit), own=own), context

    @classmethod
    def restore(cls, said: Said, visit: Visit) -> Self:
        """Return a card of the same sex, of nobody."""
        doubts = tuple(map(CardDoubt, said.get("doubts", ())))
        number, sex = _stand_in_number(said, visit), Sex(said["sex"])
        return cls(replace(STAND_IN_CARD, sex=sex, number=number, doubts=doubts))


def _stand_in_number(said: Said, visit: Visit) -> str:
    """Return the stand-in's number; another one for whoever is acted for.

    If the recorded card was the proxy's own once more, it stays the stand-in's.
    """
    another = (visit.stage is Stage.PRINCIPAL and "same" not in said) or "other" in said
    return STAND_IN_PRINCIPAL if another else STAND_IN_CARD.number


def _with_staff_card(visit: Visit, number: str, *, own: bool) -> Visit:
    """Return the visit in which the card with this number is the staff's own, or not."""
    now = at_the_desk(visit)
    if now is None:
        return visit
    who = replace(now, card_hash=hash_card(number) if own else "")
    if visit.staff.leaving:
        return replace(visit, staff=replace(visit.staff, leaving=who))
    return replace(visit, staff=replace(visit.staff, session=who))


class CardFailed(FailureEvent):
    """No card could be read."""


class CardLifted(PlainEvent):
    """The card that was read was taken away."""
