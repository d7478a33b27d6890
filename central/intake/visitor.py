"""Evidence that the person whom a terminal asks about stands at the terminal.

What offices know is handed out only for a person whose card was read in this visit and who proved
to be its holder by face, or by a voucher of the staff. The evidence is only what the terminal says:
docs/threats.md tells what a terminal that lies can gain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from central.intake.moments import moment_of
from central.intake.proof_check import ProofSubject, token_of
from central.intake.vouching import find_vouchers, read_vouching
from central.problems import not_processable
from kiosk.civil_time import civil_day
from kiosk.people.consent import ProofMethod

if TYPE_CHECKING:
    from collections.abc import Callable

    from central.intake.proof_check import ProofCheck
    from central.policy import VisitPolicy, VouchingPolicy
    from central.staff import PointStaff, StaffAccount

NO_VISIT = not_processable("no-visit", "Nothing shows that this person is at the terminal.")


@dataclass(frozen=True)
class Visitor:
    """A person at a terminal, as the terminal says.

    `number`: of the identity card. `card_at`: when the card was read, ISO 8601. `proof`: the record
    of kiosk.people.consent.Proof, None when nothing was proved yet.
    """

    number: str = field(repr=False)
    name: str = field(repr=False)
    card_at: str
    proof: Mapping[str, Any] | None = field(repr=False)


@dataclass(frozen=True)
class VisitorCheck:
    """Checks evidence by the policy and the staff of the terminal's point at the time `at`.

    `proofs` says what each proof is worth; `knows_token` whether a token of the platform was taken
    at this terminal for the person with an ID number.
    """

    policy: VisitPolicy
    vouching: VouchingPolicy
    proofs: ProofCheck
    terminal: str
    staff: PointStaff
    at: datetime
    knows_token: Callable[[str, str], bool]

    def has_card(self, visitor: Visitor) -> bool:
        """Tell whether the visitor's card was read in this visit."""
        return bool(visitor.name) and self.is_recent(visitor.card_at)

    def is_proved(self, visitor: Visitor) -> bool:
        """Tell whether the card's holder was proved to be there in this visit."""
        proof = visitor.proof
        if proof is None or not self.has_card(visitor) or not self.is_recent(proof.get("at")):
            return False
        token = token_of(proof)
        if token and not self.knows_token(token, visitor.number):
            return False
        match proof.get("method"):
            case ProofMethod.PHONE | ProofMethod.PLATFORM:
                return bool(token)
            case ProofMethod.VOUCHED:
                return bool(self.vouchers(visitor))
            case ProofMethod.CARD_PIN:
                return self.proofs.is_card_of(proof, visitor.number)
        today = civil_day(self.at)
        subject = ProofSubject(visitor.number, self.terminal, self.staff, today, today)
        alike = is_face_match(proof, self.policy.loosest_face)
        return alike and self.proofs.face_problem(proof, subject) is None

    def vouchers(self, visitor: Visitor) -> tuple[StaffAccount, ...]:
        """Return the accounts that vouched; () when one of them may not vouch.

        One account alone counts only until the day `alone_until` of the policy.
        """
        vouching, today = read_vouching(visitor.proof or {}), civil_day(self.at)
        if vouching is None or (vouching.is_alone and today > self.vouching.alone_until):
            return ()
        return find_vouchers(vouching, self.staff, (visitor.number,), today)

    def is_recent(self, said: object) -> bool:
        """Tell whether an ISO 8601 time lies within the longest visit before `at`.

        A clock of the terminal that is ahead by `ahead_minutes` at most is tolerated.
        """
        moment = moment_of(said)
        longest = timedelta(minutes=self.policy.minutes)
        ahead = timedelta(minutes=self.policy.ahead_minutes)
        return moment is not None and -ahead <= self.at - moment <= longest


def is_face_match(proof: Mapping[str, Any], loosest: Mapping[str, float]) -> bool:
    """Tell whether a face record passes its own threshold, and that one is not too loose.

    `loosest` is the largest threshold of each engine; an engine that is not named has none. All are
    distances: smaller is more alike, but each engine has a scale of its own.
    """
    match proof:
        case {
            "method": ProofMethod.FACE,
            "score": int(score) | float(score),
            "threshold": int(threshold) | float(threshold),
            "engine": str(engine),
        }:
            name = engine.partition("-")[0]  # what follows names the model
            return 0 <= score <= threshold <= loosest.get(name, -1.0)
    return False
