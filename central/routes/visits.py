"""Evidence of a person at a terminal, as a request body brings it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from central.app_context import Office
from central.authenticated_request import Asking
from central.visitor import Visitor, VisitorCheck
from kiosk.people import id_number


class Visit(BaseModel):
    """What a terminal says of a visit: the name on the card, when it was read, and the proof."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(max_length=200)
    card_at: str = Field(max_length=40)
    proof: dict[str, Any] | None = None


class Person(BaseModel):
    """Whom a terminal asks for, and what shows that the person is there."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id_number: str = Field(min_length=1, max_length=18)
    visit: Visit | None = None

    def visitor(self) -> Visitor | None:
        """Return the evidence, None when there is none."""
        number = id_number.normalise(self.id_number)
        said = self.visit
        return Visitor(number, said.name, said.card_at, said.proof) if said else None


def check_beside(asking: Asking, here: Office) -> VisitorCheck:
    """Return the check by the staff of the asking terminal's point."""
    return VisitorCheck(
        here.policy.visits, here.policy.vouching, here.staff_beside(asking.terminal), asking.at
    )


def is_proved(person: Person, asking: Asking, here: Office) -> bool:
    """Tell whether the person is shown to be at the terminal."""
    visitor = person.visitor()
    return visitor is not None and check_beside(asking, here).is_proved(visitor)


def has_card(person: Person, asking: Asking, here: Office) -> bool:
    """Tell whether the person's card was read at the terminal."""
    visitor = person.visitor()
    return visitor is not None and check_beside(asking, here).has_card(visitor)


def is_named_right(person: Person, here: Office) -> bool:
    """Tell whether the card's name is the registered one; without a visit nothing contradicts."""
    said = person.visit
    return said is None or here.people.is_registered_as(person.id_number, said.name)


def note_look_up(person: Person, asking: Asking, here: Office) -> str:
    """Note that a terminal asked for a person; return the number."""
    number = id_number.normalise(person.id_number)
    other = not is_named_right(person, here)
    here.store.look_ups.note(asking, here.examiner.person(number), other_name=other)
    return number
