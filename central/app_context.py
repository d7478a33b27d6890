"""The composed service: everything that a request handler uses, and the receipts that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from central.intake.delivered_views import JoinedFacts
from central.problems import HttpProblem
from central.staff import PointStaff
from central.store import CentralStore
from central.store.cases.promise import Promise
from kiosk.civil_time import civil_day, to_civil
from kiosk.crypto.receipt import (
    Acknowledgement,
    Receipt,
    SignedRefusal,
    sign_acknowledgement,
    sign_document,
    sign_receipt,
    sign_refusal,
)
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from central.authenticated_request import AuthenticatedRequest
    from central.card_keys import KeyModule
    from central.fleet.configuration import ConfigurationFolder
    from central.fleet.enrolments import WrongCodes
    from central.fleet.logs import LogFolder
    from central.fleet.point_register import PointRegister
    from central.fleet.releases import Releases
    from central.intake.case_dates import CaseDates
    from central.intake.examiner import Examiner, Intake
    from central.load import RateLimit
    from central.messages.contacts import Contacts
    from central.messages.wording import Wording
    from central.people import People
    from central.policy import Policy
    from central.signatures import SignatureCheck, SignedMessage
    from central.store.terminals.terminals import KnownTerminal
    from central.vault.service_keys import Vault


@dataclass(frozen=True)
class AppContext:
    """Everything the service works with. `now` returns an aware time in Asia/Shanghai.

    `staff` maps the code of a service point to those who work there; `wrong_codes` limits attempts
    at enrolment codes by address, `pace` limits requests by terminal. `random` is os.urandom.
    """

    store: CentralStore
    vault: Vault
    examiner: Examiner
    people: People
    dates: CaseDates
    policy: Policy
    staff: Mapping[str, PointStaff]
    configuration: ConfigurationFolder
    logs: LogFolder
    points: PointRegister
    releases: Releases
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    wrong_codes: WrongCodes
    pace: RateLimit
    signatures: SignatureCheck
    contacts: Contacts
    wording: Wording
    key_module: KeyModule | None = None

    @property
    def joined_facts(self) -> JoinedFacts:
        """Return what the offices know of principals who were absent when somebody filed."""
        return JoinedFacts(self.people.facts, self.dates.catalogue.fields, self.examiner.facts_mark)

    def verify_request(self, message: SignedMessage, body: bytes) -> KnownTerminal | HttpProblem:
        """Return the terminal that signed the request, revoked or not, or the problem to answer.

        The first request that is signed with a terminal's next key ends its old key.
        """
        found = self.signatures.verify_once(message, body, self._by_key)
        if isinstance(found, HttpProblem):
            return found
        if found.known.by_next:
            self.store.terminals.end_old_key(found.known.id)
        return found.known

    def _by_key(self, key_id: str) -> KnownTerminal | None:
        named, public = self.vault.terminals.get(key_id, ("", b""))
        return self.store.terminals.known(key_id, named, public)

    def acknowledge(self, asking: AuthenticatedRequest, received_at: str) -> bytes:
        """Return a signed acknowledgement of the request's body; `received_at` is in ISO 8601."""
        said = Acknowledgement(
            path=asking.path,
            digest=asking.digest,
            terminal=asking.terminal,
            received_at=datetime.fromisoformat(received_at),
            key_id=self.vault.signing.receipt_key.id,
        )
        return sign_acknowledgement(said, self.vault.signing)

    def refuse(self, asking: AuthenticatedRequest, problem: Mapping[str, Any]) -> bytes:
        """Return `problem` as a signed refusal.

        The terminal sets the record aside and sends it no more.
        """
        said = SignedRefusal(
            path=asking.path,
            digest=asking.digest,
            terminal=asking.terminal,
            type=problem["type"],
            refused_at=asking.at.replace(microsecond=0),
            key_id=self.vault.signing.receipt_key.id,
            application_id=problem.get("application_id", ""),
        )
        return sign_refusal(said, problem, self.vault.signing)

    def staff_beside(self, terminal: str) -> PointStaff:
        """Return the staff of the service point where this terminal stands.

        Nobody if it has no point.
        """
        return self.staff.get(self.store.terminals.point_of(terminal), PointStaff())

    def sign_points(self) -> bytes:
        """Return the list of service points, signed; b"" before the operator imported one."""
        return self.points.signed(self.vault.signing)

    def sign_staff(self, point: str, at: datetime) -> bytes:
        """Return the signed list of the point's staff.

        It is valid for `policy.staff.valid_days` days from `at`.
        """
        accounts = self.staff.get(point, PointStaff()).accounts
        until = at + timedelta(days=self.policy.staff.valid_days)
        said = {
            "version": 1,
            "point": point,
            "issued_at": at.isoformat(timespec="seconds"),
            "valid_until": until.isoformat(timespec="seconds"),
            "accounts": [account.document() for account in accounts],
            "key_id": self.vault.signing.receipt_key.id,
        }
        return sign_document(said, self.vault.signing)

    def promise(self, intake: Intake) -> Callable[[int], Promise]:
        """Return a function that makes number, due day and signed receipt from a case's serial.

        The serial is only known inside the store's transaction, so the store calls the function
        there.
        """

        def made(serial: int) -> Promise:
            received = to_civil(self.now()).replace(microsecond=0)
            due = self.dates.last_day(intake.retirement, intake.services, civil_day(received))
            asked = intake.envelope
            receipt = Receipt(
                id=asked.id,
                digest=asked.digest,
                terminal=asked.terminal,
                sequence=asked.sequence,
                case_number=case_number(serial),
                received_at=received,
                due_on=due,
                key_id=self.vault.signing.receipt_key.id,
            )
            signed = sign_receipt(receipt, self.vault.signing)
            return Promise(receipt.case_number, received.isoformat(), due.isoformat(), signed)

        return made


def case_number(serial: int) -> str:
    """Return the case number that people see: 亳退 0042 7138 for the serial 427138."""
    digits = f"{serial:08d}"
    first, last = digits[:-4], digits[-4:]
    return text_of("central.case_number", first=first, last=last)
