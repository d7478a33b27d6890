"""Evidence of a person's visit in a request's body, and its checks."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.intake.proof_check import token_of
from central.intake.visitor import NO_VISIT, Visitor, VisitorCheck
from central.problems import SLOW_DOWN
from central.store.looks.question_look import NotedReading
from central.store.terminals.card_reads import ReadRuling
from central.store.terminals.phone_tokens import TokenUse
from central.terminals.caller import refusal
from kiosk.civil_time import civil_day
from kiosk.people import id_number
from kiosk.people.consent import ProofMethod

LIMIT_SECONDS = 600  # until a terminal may ask again that reads too many cards


class Read(BaseModel):
    """The card reading that a question is about: kiosk.people.identity.CardReading."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id: str = Field(pattern="^[0-9a-f]{32}$")
    reader: str = Field(max_length=64)
    chip: str = Field(pattern="^[0-9a-f]{64}$")


class VisitRequest(BaseModel):
    """What a terminal says of a visit: the name on the card, its reading, and the proof.

    `name_certain`: whether every character of the name on the chip could be named.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(max_length=200)
    name_certain: bool = True
    card_at: str = Field(max_length=40)
    read: Read | None = None
    proof: dict[str, Any] | None = None


class Person(BaseModel):
    """The person that a terminal asks about, and evidence that they are there."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id_number: str = Field(min_length=1, max_length=18)
    visit: VisitRequest | None = None

    def visitor(self) -> Visitor | None:
        """Return the evidence of the visit, None when there is none."""
        number = id_number.normalise(self.id_number)
        said = self.visit
        return Visitor(number, said.name, said.card_at, said.proof) if said else None


@dataclass(frozen=True)
class AskedPerson:
    """The person that a terminal asks about: the number as it is compared, and its keyed hash."""

    number: str = field(repr=False)
    person: str


def check_beside(asking: AuthenticatedRequest, context: AppContext) -> VisitorCheck:
    """Return the check of visitors by the staff of the asking terminal's point."""
    longest, at = context.policy.visits.minutes * 60.0, asking.at.timestamp()

    def knows_token(token: str, number: str) -> bool:
        use = TokenUse(token, asking.terminal, context.vault.person(number), at)
        return context.store.phone_tokens.proves(use, longest)

    return VisitorCheck(
        context.policy.visits,
        context.policy.vouching,
        context.proofs,
        asking.terminal,
        context.staff_beside(asking.terminal),
        asking.at,
        knows_token,
    )


def is_proved(person: Person, asking: AuthenticatedRequest, context: AppContext) -> bool:
    """Tell whether the evidence shows that the person is at the terminal."""
    visitor = person.visitor()
    return visitor is not None and check_beside(asking, context).is_proved(visitor)


def has_card(person: Person, asking: AuthenticatedRequest, context: AppContext) -> bool:
    """Tell whether the evidence shows that the person's card was read at the terminal."""
    visitor = person.visitor()
    return visitor is not None and check_beside(asking, context).has_card(visitor)


def is_named_right(person: Person, context: AppContext) -> bool:
    """Tell whether the card's name is the registered one; true without a visit."""
    said = person.visit
    return said is None or context.people.is_registered_as(person.id_number, said.name)


def note_reading(
    id_said: str, visit: VisitRequest | None, asking: AuthenticatedRequest, context: AppContext
) -> None:
    """Record the card reading that a question is about.

    Raises HTTPException with `no-visit` when the reading is of another person or terminal, or is
    not named after `visits.unread_until`; with 429 when there are too many readings.

    `id_said` is the ID number that the question names.
    """
    if visit is None:
        return
    if visit.read is None and _logged_in(id_said, visit, asking, context):
        return
    if visit.read is None:
        context.store.card_reads.note_missing(asking)
        if civil_day(asking.at) > context.policy.visits.unread_until:
            raise refusal(NO_VISIT)
        return
    reading = _noted(visit.read, context.vault.person(id_said), context)
    _refuse(context.store.card_reads.note(asking, reading))


def _logged_in(
    id_said: str, visit: VisitRequest, asking: AuthenticatedRequest, context: AppContext
) -> bool:
    """Tell whether the person logged in at the platform, so that there is no card to be read."""
    proof = visit.proof or {}
    if proof.get("method") != ProofMethod.PLATFORM:
        return False
    number = id_number.normalise(id_said)
    return check_beside(asking, context).knows_token(token_of(proof), number)


def note_look_up(person: Person, asking: AuthenticatedRequest, context: AppContext) -> str:
    """Record which person a terminal asked about, and by which reading; return the number.

    Raises HTTPException as `note_reading` does.
    """
    return look_up(person, asking, context).number


def look_up(person: Person, asking: AuthenticatedRequest, context: AppContext) -> AskedPerson:
    """Do what `note_look_up` does; return the person, too."""
    number = id_number.normalise(person.id_number)
    found = AskedPerson(number, context.vault.person(number))
    visit = person.visit
    if visit is None or visit.read is None:
        note_reading(person.id_number, visit, asking, context)
        noted = False
    else:
        reading = _noted(visit.read, found.person, context)
        _refuse(context.store.questions.note(asking, reading))
        noted = True
    other = not is_named_right(person, context)
    # Nobody can tell by the work that is done whether a wrong name belongs to a known number.
    if other or not noted or number not in context.people.facts:
        context.store.look_ups.note(asking, found.person, other_name=other)
    return found


def _noted(read: Read, person: str, context: AppContext) -> NotedReading:
    return NotedReading(read.id, person, context.vault.chip(read.chip), read.reader)


def _refuse(ruling: ReadRuling) -> None:
    match ruling:
        case ReadRuling.FOREIGN:
            raise refusal(NO_VISIT)
        case ReadRuling.TOO_MANY:
            raise refusal(SLOW_DOWN, LIMIT_SECONDS)
