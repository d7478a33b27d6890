"""The port to the vault, the process that alone can open what terminals sealed.

Its operations are what callers need, never "decrypt": each returns what its caller may keep or hand
on. `central.vault.operations` answers them, in the same process for tests and operators, or in a
process of its own behind a socket (`central.vault.client`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from central.confirmation import SeenFacts
from central.intake.examiner import CorrectionIntake, Intake
from central.problems import HttpProblem
from central.results.sealing import OpenedResult, SealedResult
from central.rule_changes.question import FilingRuleChanges, RuleChangeLook
from central.seal.form_records import FormRecord
from central.signatures import SignedMessage
from kiosk.application.service_result import ResultContent
from kiosk.crypto.envelope import Envelope, SealingKey

NOT_SEEN = SeenFacts()
VAULT_VARIABLE = "KIOSK_CENTRAL_VAULT"
"""Environment variable of the vault's socket: the package's own stands in service.env."""
ENGINE = "engine"
"""The account at the vault of the engine that hands tasks to the offices."""


class VaultUnavailable(Exception):  # noqa: N818 - it is a state of the service, not a bug
    """The vault did not answer in time, or is not there; nothing was changed, ask again."""


class VaultRefusal(StrEnum):
    """Reasons why the vault answers nothing; a caller can't cure them by asking again."""

    UNKNOWN_ACCOUNT = "unknown-account"
    NOT_THEIRS = "not-theirs"  # the account's office has no part in this case
    NO_FORM = "no-form"  # of its case there is no such form for this office
    NOT_MADE = "not-made"  # the form can't be made here: the vault's log says why
    TOO_OFTEN = "too-often"  # the account asked too often within an hour
    NOT_YET = "not-yet"  # the office may not begin before its first day
    UNREADABLE = "unreadable"  # it does not open, or does not say what it should


@dataclass(frozen=True)
class SealedRequest:
    """A request of a terminal with sealed content, as it was signed.

    `item_id` is the id in its address, `point` the service point where the terminal stands, `at`
    the time of receipt.
    """

    message: SignedMessage
    body: bytes = field(repr=False)
    item_id: str
    terminal: str
    point: str
    at: datetime


@dataclass(frozen=True)
class OfficeAsk:
    """The question of an office's account for its part of one case.

    `envelope` and `corrections` are sealed as they came, `received_at` is the time of receipt in
    ISO 8601. `seen` is what a principal was shown on confirming.
    """

    account: str
    application_id: str
    service: str
    received_at: str
    envelope: bytes = field(repr=False)
    corrections: tuple[bytes, ...] = field(default=(), repr=False)
    seen: SeenFacts = NOT_SEEN


@dataclass(frozen=True)
class OfficeShare:
    """What an office gets of one case: its view, not before the moment `opens`."""

    opens: datetime
    view: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class PaperAsk:
    """The question of an office's account for one page of a paper of its case.

    `sealed` is the page as it was handed in, whose SHA-256 the application or one of the
    `corrections` names.
    """

    account: str
    application_id: str
    service: str
    received_at: str
    envelope: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    corrections: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class PictureAsk:
    """The question of a reviewer for the picture of a person who was vouched for.

    `sealed` is the picture, sealed for the id `sealed_for` with the digest `digest`.
    """

    reviewer: str
    application_id: str
    sealed_for: str
    digest: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class DeliveredField:
    """A field that a service lists, with its member of the view: a value, or a reason."""

    service: str
    name: str
    said: Mapping[str, Any] = field(repr=False)

    @property
    def has_value(self) -> bool:
        """Return whether the office gets a value."""
        return "value" in self.said


@dataclass(frozen=True)
class FieldAsk:
    """The question of an operator for what reaches the offices of one application.

    Without `shown` values are masked. `operator` and `reason` are recorded. `seen` is what a
    principal was shown on confirming.
    """

    operator: str
    reason: str
    shown: bool
    envelope: bytes = field(repr=False)
    seen: SeenFacts = NOT_SEEN


class OfficeForm(StrEnum):
    """The forms of an application that the office of one of its services gets."""

    SERVICE = "service"
    COMMITMENT = "commitment"  # where a paper that the service asks for was promised
    AUTHORITY = "authority"  # where somebody files by a power of attorney


class ContactReach(StrEnum):
    """Whether a person can be reached by message, or why not; only the operator sees it."""

    REACHED = "reached"
    NAME_DIFFERS = "name-differs"  # the registry has another name for this number
    NO_NUMBER = "no-number"  # or an unknown person
    FILERS_NUMBER = "filers-number"


@dataclass(frozen=True)
class Contact:
    """A mobile number; "" when it can't be used, and `reach` says why."""

    reach: ContactReach
    mobile: str = field(default="", repr=False)


@dataclass(frozen=True)
class NamedPage:
    """A page that an application or a correction names: its paper's code, and its blob."""

    paper: str
    blob: str
    bytes: int


@dataclass(frozen=True)
class PageLook:
    """The question of an operator for the pages of one application, or for one of them.

    `operator` and `reason` are recorded. `sealed` is the page as it was handed in, b"" to list all.
    """

    operator: str
    reason: str
    envelope: bytes = field(repr=False)
    corrections: tuple[bytes, ...] = field(default=(), repr=False)
    sealed: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class DocumentLook:
    """The question of an operator for a whole application, to make its forms again.

    `operator` and `reason` are recorded. `seen` is what a principal was shown on confirming.
    """

    operator: str
    reason: str
    envelope: bytes = field(repr=False)
    seen: SeenFacts = NOT_SEEN


@dataclass(frozen=True)
class WordsLook:
    """An operator's question about the words of a rating, and why; `envelope` as it came."""

    operator: str
    reason: str
    stage: str
    envelope: bytes = field(repr=False)


@dataclass(frozen=True)
class OpenedDocument:
    """A whole application, what the office of each of its services gets of it, and its forms."""

    document: Mapping[str, Any] = field(repr=False)
    views: Mapping[str, Mapping[str, Any]] = field(repr=False)
    records: tuple[FormRecord, ...] = field(repr=False)


@dataclass(frozen=True)
class AddedFacts:
    """What the offices add to a filing for an absent principal, by the members of SharedFacts.

    `mark` is the keyed hash that names exactly these facts; both are empty where nothing is added.
    """

    facts: Mapping[str, Any] = field(repr=False)
    mark: str


@dataclass(frozen=True)
class MessageContact:
    """Whether and where a message reaches a person.

    `mark` is the keyed hash of the number; `in_filing` tells that the filing names this number.
    """

    contact: Contact
    mark: str
    in_filing: bool


class CaseVaultPort(Protocol):
    """What the pages for the offices' staff ask; each question is recorded before it is answered.

    Each account sees what the vault's own list of accounts gives it. Each operation raises
    VaultUnavailable when the vault is not there.
    """

    def case_view(self, asked: OfficeAsk) -> OfficeShare | VaultRefusal:
        """Return what the account's office gets of one of its cases."""

    def case_form(self, asked: OfficeAsk, form: OfficeForm) -> bytes | VaultRefusal:
        """Return a form of an office's case as PDF, with the office's view attached."""

    def case_result(self, asked: OfficeAsk, kept: SealedResult) -> OpenedResult | VaultRefusal:
        """Return the result of an office's case with its file."""

    def sealed_result(self, asked: OfficeAsk, said: ResultContent) -> SealedResult | VaultRefusal:
        """Return what was `said` with the end of an office's case, sealed to the vault."""

    def paper_page(self, asked: PaperAsk) -> bytes | VaultRefusal:
        """Return one page of a paper of an office's case."""


class VaultPort(CaseVaultPort, Protocol):
    """All operations of the vault. Each raises VaultUnavailable when the vault is not there."""

    def close(self) -> None:
        """Close what reaches the vault; it is no operation."""

    def examine_application(self, said: SealedRequest) -> Intake | HttpProblem:
        """Return what to store of an application, or a problem that no repetition cures."""

    def examine_applications(
        self, said: tuple[SealedRequest, ...]
    ) -> tuple[Intake | HttpProblem | None, ...]:
        """Do what `examine_application` does for each of several; None for a fault with it."""

    def examine_correction(self, said: SealedRequest) -> CorrectionIntake | HttpProblem:
        """Return what to store of a correction, or a problem that no repetition cures."""

    def examine_talent(self, said: SealedRequest) -> Envelope | HttpProblem:
        """Return the envelope of a talent record, or a problem that no repetition cures."""

    def person(self, id_number: str) -> str:
        """Return the keyed hash that finds a person's open case without keeping the number."""

    def chip(self, digest: str) -> str:
        """Return the keyed hash that tells two chips apart without keeping what they say."""

    def mobile_mark(self, mobile: str) -> str:
        """Return the keyed hash that matches replies from a number without storing it."""

    def handed_key(self, id_number: str) -> bytes:
        """Return the 32-byte key to what an employer began for this person."""

    def later_days(self, envelope: bytes, received_at: str) -> Mapping[str, date]:
        """Return the first day of each service that may not begin yet; `received_at`: ISO 8601."""

    def promised_days(
        self, envelope: bytes, services: tuple[str, ...], received_at: str
    ) -> Mapping[str, str]:
        """Return the last day (ISO, "" for none) that was promised for each service.

        `envelope` has the `services`; `received_at`: its receipt, ISO 8601. A service that is not
        known is left out; all are when the application can't be opened.
        """

    def notice_mobile(self, envelope: bytes) -> str:
        """Return the masked number for offices' news of a case, "" for none."""

    def wish_mobile(self, envelope: bytes) -> str:
        """Return the mobile number of a wish, for a message; "" where it does not open."""

    def message_contact(self, envelope: bytes, *, to_filer: bool) -> MessageContact:
        """Return where the principal, or the one who filed for them, gets messages."""

    def added_facts(self, envelope: bytes) -> AddedFacts:
        """Return what the offices add to a filing, for the eyes of its principal alone."""

    def office_share(self, asked: OfficeAsk) -> OfficeShare | VaultRefusal:
        """Return an office's part of a case for the engine; the question is recorded first."""

    def person_results(
        self, said: SealedRequest, kept: tuple[SealedResult, ...]
    ) -> tuple[OpenedResult, ...] | HttpProblem:
        """Return the results of the person who stands at a terminal, without their files.

        `said` is the terminal's request about its visitor, `kept` the person's results.
        """

    def person_certificate(self, said: SealedRequest, kept: SealedResult) -> bytes | HttpProblem:
        """Return the file of the certificate that a terminal's visitor asks for.

        `said` names case and service, `kept` is that result with its file.
        """

    def vouching_picture(self, asked: PictureAsk) -> bytes | VaultRefusal:
        """Return the picture of a person who was vouched for; the question is recorded first."""

    def named_pages(self, asked: PageLook) -> tuple[NamedPage, ...] | VaultRefusal:
        """Return the pages of an application and its corrections; the question is recorded."""

    def operator_page(self, asked: PageLook) -> bytes | VaultRefusal:
        """Return one page of an application for an operator; the question is recorded first."""

    def operator_document(self, asked: DocumentLook) -> OpenedDocument | VaultRefusal:
        """Return a whole application with facts for an operator; the question is recorded."""

    def rating_words(self, asked: WordsLook) -> str | VaultRefusal:
        """Return a person's own words of a rating for an operator; the question is recorded."""

    def remade_forms(self, envelope: bytes) -> Mapping[str, Mapping[str, str]] | None:
        """Return template and data digests of an application's forms as they are made now.

        None where it was signed with forms of another version.
        """

    def check_key(self) -> bytes:
        """Return the key of the hashes by which forms are found by their check codes.

        It finds a form from its code, and opens nothing.
        """

    def delivered_fields(self, asked: FieldAsk) -> tuple[DeliveredField, ...] | VaultRefusal:
        """Return each chosen service and field that it lists, as its office gets it."""

    def rule_changes(self, asked: RuleChangeLook) -> tuple[FilingRuleChanges, ...] | VaultRefusal:
        """Return what a change of the rules changes of each case; each look is recorded first."""

    def renew_terminal_key(self, said: SealedRequest) -> HttpProblem | None:
        """Take over the next key of a terminal, signed with the one before; `item_id` is ""."""

    def list_terminals(self, terminals: Mapping[str, tuple[bytes, ...]]) -> int:
        """Replace the vault's list of terminals and their public keys; return their number."""

    def admit_terminal(self, terminal: str, public_key: bytes) -> bool:
        """Add a terminal to the list, or replace its key; False as long as there is no list."""

    def dismiss_terminal(self, terminal: str) -> bool:
        """Remove a terminal from the list; False as long as there is no list."""

    def make_opening_key(self, number: int) -> SealingKey:
        """Return the public half of a generation's key; make it when it is not there."""

    def forget_opening_key(self, key_id: str) -> bool:
        """Destroy an opening key; False when there is none with this id."""
