"""Checks of proofs of identity by config/proofs.toml, as far as they can be checked here.

A terminal's word is checked against what it can't choose: the city's own figures of the card, the
profile of this service, and which terminals have a second sensor. docs/threats.md says what a
terminal that lies can still gain.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from central.intake.vouching import find_vouchers, read_vouching
from central.problems import not_processable
from kiosk.application.proof_rules import Sensor
from kiosk.people.consent import ProofMethod
from kiosk.people.id_number import normalise

if TYPE_CHECKING:
    from datetime import date

    from central.problems import HttpProblem
    from central.staff import PointStaff
    from kiosk.application.proof_rules import ProofPolicy, ProofRules
    from kiosk.config.settings import Profile

FACE_ALONE = not_processable("face-alone", "The face alone does not prove at this terminal.")
NOT_TAKEN = not_processable("proof-not-taken", "A service does not take this proof.")

Record = Mapping[str, Any]


def token_of(proof: object) -> str:
    """Return the id of the platform's token in a proof, or in what completes it; "" for none.

    Whether that token was taken for this person at this terminal only the service's table says.
    """
    match proof:
        case {"method": ProofMethod.PHONE | ProofMethod.PLATFORM, "token": str(token)}:
            return token
        case {"completed_by": completed}:
            return token_of(completed)
    return ""


@dataclass(frozen=True)
class ProofSubject:
    """Whose proof is checked: the ID number, and the terminal that says so.

    `staff` works at its point. The proof is judged as of `day`; `received` is the day on which it
    came, until which a face alone of an older terminal may count.
    """

    number: str
    terminal: str
    staff: PointStaff
    day: date
    received: date


@dataclass(frozen=True)
class ProofCheck:
    """The check by the rules of proofs.

    `profile` is that of all terminals of this service. `card_number_of` returns the number of the
    person's social security card, "" where no office knows one.
    """

    rules: ProofRules
    profile: Profile
    policy: ProofPolicy
    card_number_of: Callable[[str], str]

    def face_problem(self, proof: Record, subject: ProofSubject) -> HttpProblem | None:
        """Return the problem with a match of the face that may not prove alone; None for none."""
        completed = proof.get("completed_by")
        if completed is None:
            counts = self._face_counts_alone(subject)
            return None if counts else FACE_ALONE
        return None if self._completes(completed, subject) else FACE_ALONE

    def is_card_of(self, proof: Record, number: str) -> bool:
        """Tell whether the social security card of a proof is that of the person.

        Where no office knows the person's card, the terminal's word counts.
        """
        match proof:
            case {"method": ProofMethod.CARD_PIN, "card_number": str(said)} if said:
                return self.card_number_of(normalise(number)) in ("", said)
        return False

    def untaken(self, proof: Record, services: Collection[str]) -> HttpProblem | None:
        """Return the problem with a proof that one of the services does not take, else None."""
        completed = proof.get("completed_by")
        shown = {
            proof.get("method"),
            completed.get("method") if isinstance(completed, dict) else "",
        }
        shown.discard(None)
        if ProofMethod.AUTHORITY in shown:  # who files for another has shown the own proof before
            return None
        taken = all(any(self.rules.accepts(code, str(one)) for one in shown) for code in services)
        return None if taken else NOT_TAKEN

    def _face_counts_alone(self, subject: ProofSubject) -> bool:
        sensors = {
            sensor
            for sensor in Sensor
            if subject.terminal in self.policy.sensors.get(sensor.value, ())
        }
        alone = self.rules.face_proves_alone(self.profile, sensors)
        return alone or subject.received <= self.policy.face_alone_until

    def _completes(self, completed: object, subject: ProofSubject) -> bool:
        """Tell whether a record is a second factor, and right; one of the staff is enough."""
        if not isinstance(completed, dict):
            return False
        if completed.get("method") not in self.rules.face.second_factors:
            return False
        vouching = read_vouching(completed)
        if vouching is not None:
            return bool(find_vouchers(vouching, subject.staff, (subject.number,), subject.day))
        return bool(token_of(completed)) or self.is_card_of(completed, subject.number)
