"""Records of who stands here: consent, card, and the face check."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kiosk.people.consent import Consent, Proof
from kiosk.people.identity import IdCard
from kiosk.ports import Coach


class InspectionStep(StrEnum):
    """How far the inspection of a card that was read with doubts has come."""

    CALLED = "called"
    LOGIN = "login"  # card and PIN of the staff
    COMPARING = "comparing"
    REFUSED = "refused"  # the card says something else: a window has to see it


@dataclass(frozen=True)
class DoubtedCard:
    """A card read with doubts, at the moment `at`; `inspector` is the pseudonym of the staff."""

    card: IdCard = field(repr=False)
    at: datetime
    step: InspectionStep = InspectionStep.CALLED
    inspector: str = ""


@dataclass(frozen=True)
class PersonIdentity:
    """The person's consent and the card that was read."""

    consent: Consent | None = None
    card: IdCard | None = field(default=None, repr=False)
    card_at: datetime | None = None  # when that card was read; None for a typed number
    doubted: DoubtedCard | None = field(default=None, repr=False)  # until it is confirmed


@dataclass(frozen=True)
class CardPinState:
    """The social security card whose PIN is asked for; `holder_fits`: it is the person's own.

    `tries_left` is what the card said after a wrong PIN, None before; `checking`: the PIN is being
    shown to the card.
    """

    card_number: str = field(default="", repr=False)
    holder_fits: bool = False
    checking: bool = False
    tries_left: int | None = None


@dataclass(frozen=True)
class ProofState:
    """The face check: its tries, and the proof of identity that was accepted.

    `face` is a match that does not prove alone and waits for a second factor. `ss_card_in`: the
    social security card proved, and stays in its reader until the visit ends.
    """

    accepted: Proof | None = None
    face: Proof | None = None
    ss_card: CardPinState = CardPinState()
    ss_card_in: bool = False
    code_checking: bool = False  # the platform is asked about a scanned code
    tries: int = 0
    began_at: datetime | None = None  # the first try
    turns_only: bool = False  # no closing of the eyes was seen: it is not asked for again
    hint: Coach | None = None
