"""The composed service: everything that a request handler uses, and the receipts that it signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from central.problems import REPLAYED, HttpProblem
from central.radar.run import Radar
from central.signatures import SignatureUse, named_key
from central.staff import PointStaff
from central.store import CentralStore
from central.store.cases.promise import Promise
from central.store.terminals.terminals import AskedKey
from kiosk.civil_time import to_civil
from kiosk.crypto.receipt import (
    Acknowledgement,
    Receipt,
    SignedRefusal,
    sign_acknowledgement,
    sign_document,
    sign_receipt,
    sign_refusal,
)
from kiosk.fleet.terminal_requests import RequestKind, TerminalRequest, sign_request
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from central.authenticated_request import AuthenticatedRequest
    from central.fleet.configuration import ConfigurationFolder
    from central.fleet.enrolments import WrongCodes
    from central.fleet.logs import LogFolder
    from central.fleet.point_register import PointRegister
    from central.fleet.releases import Releases
    from central.intake.examiner import Intake
    from central.intake.proof_check import ProofCheck
    from central.keys.card_keys import KeyModule
    from central.keys.service_keys import ServiceKeys
    from central.load import CrowdedTime, RateLimit
    from central.messages.wording import Wording
    from central.people import People
    from central.phone_proof.http_platform import PhoneProver
    from central.policy import Policy
    from central.radar.rules import RadarRules
    from central.results.reading import ResultRules
    from central.signatures import KnownTerminal, SignatureCheck, SignedMessage
    from central.store.terminals.beat_look import BeatLook
    from central.store.terminals.terminal_requests import PendingRequest
    from central.vault_port import VaultPort
    from kiosk.application.forms.definitions import FormDefinitions
    from kiosk.retirement.calendar import Holidays


@dataclass(frozen=True)
class AppContext:
    """Everything the service works with. `now` returns an aware time in Asia/Shanghai.

    `staff` maps the code of a service point to those who work there; `wrong_codes` limits attempts
    at enrolment codes by address, `pace` limits requests by terminal. `random` is os.urandom.
    `results`: what offices' results have to be. `radar`: whom the radar finds. `crowded`: whether
    work that can wait is to wait.
    """

    store: CentralStore
    keys: ServiceKeys
    vault: VaultPort
    people: People
    forms: FormDefinitions
    policy: Policy
    proofs: ProofCheck
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
    wording: Wording
    holidays: Holidays
    results: ResultRules
    radar: RadarRules
    crowded: CrowdedTime
    key_module: KeyModule | None = None
    phone: PhoneProver | None = None

    def close(self) -> None:
        """Close the database and the way to the vault."""
        self.store.close()
        self.vault.close()

    def verify_request(self, message: SignedMessage, body: bytes) -> KnownTerminal | HttpProblem:
        """Return the terminal that signed the request, revoked or not, or the problem to answer.

        The first request that is signed with a terminal's next key ends its old key.
        """
        found = self.signatures.verify_once(message, body, self._by_key)
        return found if isinstance(found, HttpProblem) else self._accepted(found.known)

    def look_at_heartbeat(
        self, message: SignedMessage, body: bytes
    ) -> tuple[SignatureUse, BeatLook] | None:
        """Return who signed a heartbeat, and what is known of the terminal, in one round trip.

        Nothing is recorded. None where something is wrong, or a new key is used for the first time:
        `verify_request` says what.
        """
        name = named_key(message)
        asked = AskedKey(name, *self.keys.terminals.get(name, ("", b"")))
        known, look = self.store.fleet.look(asked, self.now().isoformat(timespec="seconds"))
        if known is None or known.revoked or known.by_next:
            return None
        found = self.signatures.verify(message, body, {name: known}.get)
        return None if isinstance(found, HttpProblem) else (found, look)

    def verify_requests(
        self, requests: Sequence[tuple[SignedMessage, bytes]]
    ) -> list[KnownTerminal | HttpProblem | Exception]:
        """Do what `verify_request` does for each message with its body, in few round trips.

        A message with which something is wrong here has its exception in place of the problem.
        """
        names = filter(None, (named_key(message) for message, _ in requests))
        asked = {name: self.keys.terminals.get(name, ("", b"")) for name in names}
        known = self.store.terminals.known_all(asked) if asked else {}

        def find(key_id: str) -> KnownTerminal | None:
            return known[key_id] if key_id in known else self._by_key(key_id)

        found = [self._verified(message, body, find) for message, body in requests]
        uses = [one for one in found if isinstance(one, SignatureUse)]
        is_new = iter(self.signatures.note_all(uses) if uses else ())
        return [
            (self._accepted(one.signed.known) if next(is_new) else REPLAYED)
            if isinstance(one, SignatureUse)
            else one
            for one in found
        ]

    def _verified(
        self, message: SignedMessage, body: bytes, find: Callable[[str], KnownTerminal | None]
    ) -> SignatureUse | HttpProblem | Exception:
        try:
            return self.signatures.verify(message, body, find)
        except Exception as error:  # noqa: BLE001 - the others are not to suffer from it
            return error

    def _accepted(self, known: KnownTerminal) -> KnownTerminal:
        if known.by_next:
            self.store.terminals.end_old_key(known.id)
        return known

    def _by_key(self, key_id: str) -> KnownTerminal | None:
        named, public = self.keys.terminals.get(key_id, ("", b""))
        return self.store.terminals.known(key_id, named, public)

    def acknowledge(self, asking: AuthenticatedRequest, received_at: str) -> bytes:
        """Return a signed acknowledgement of the request's body; `received_at` is in ISO 8601."""
        said = Acknowledgement(
            path=asking.path,
            digest=asking.digest,
            terminal=asking.terminal,
            received_at=datetime.fromisoformat(received_at),
            key_id=self.keys.signing.receipt_key.id,
        )
        return sign_acknowledgement(said, self.keys.signing)

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
            key_id=self.keys.signing.receipt_key.id,
            application_id=problem.get("application_id", ""),
        )
        return sign_refusal(said, problem, self.keys.signing)

    def staff_beside(self, terminal: str) -> PointStaff:
        """Return the staff of the service point where this terminal stands.

        Nobody if it has no point.
        """
        return self.staff.get(self.store.terminals.point_of(terminal), PointStaff())

    def sign_points(self) -> bytes:
        """Return the list of service points, signed; b"" before the operator imported one."""
        return self.points.signed(self.keys.signing)

    def sign_request(self, terminal: str, pending: PendingRequest) -> str:
        """Return a technician's request to a terminal, signed."""
        until = datetime.fromisoformat(pending.valid_until)
        request = TerminalRequest(pending.number, terminal, RequestKind(pending.kind), until)
        return sign_request(request, self.keys.signing)

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
            "key_id": self.keys.signing.receipt_key.id,
        }
        return sign_document(said, self.keys.signing)

    def open_radar(self) -> Radar:
        """Return the radar over this service."""
        store = self.store
        return Radar(
            store.preparations, store.cases, self.vault, self.people, self.random, self.radar
        )

    def promise(self, intake: Intake, at: datetime) -> Callable[[int], Promise]:
        """Return a function that makes number, due day and signed receipt from a case's serial.

        `at` is the time of receipt, on whose day the application was examined.

        The serial is only known inside the store's transaction, so the store calls the function
        there.
        """

        def made(serial: int) -> Promise:
            received, due = to_civil(at).replace(microsecond=0), intake.due_on
            asked = intake.envelope
            receipt = Receipt(
                id=asked.id,
                digest=asked.digest,
                terminal=asked.terminal,
                sequence=asked.sequence,
                case_number=case_number(serial),
                received_at=received,
                due_on=due,
                key_id=self.keys.signing.receipt_key.id,
            )
            signed = sign_receipt(receipt, self.keys.signing)
            return Promise(receipt.case_number, received.isoformat(), due.isoformat(), signed)

        return made


def case_number(serial: int) -> str:
    """Return the case number that people see: 亳退 0042 7138 for the serial 427138."""
    digits = f"{serial:08d}"
    first, last = digits[:-4], digits[-4:]
    return text_of("central.case_number", first=first, last=last)
