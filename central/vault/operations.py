"""The operations of the vault: what each caller gets of what terminals sealed, and nothing more."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from central.intake.delivered_views import DeliveredViews
from central.intake.examiner import CorrectionIntake, Intake
from central.intake.opener import Sealed
from central.intake.papers import pages_by_paper
from central.load import RateLimit
from central.messages.contacts import Contacts
from central.problems import HttpProblem
from central.results.sealing import OpenedResult, SealedResult
from central.seal.form_records import form_records
from central.staff import PointStaff
from central.vault.accounts import VaultAccounts
from central.vault.listed_fields import listed_fields, masked_field
from central.vault.office_forms import OfficeForms
from central.vault.opened_content import UNREADABLE_ERRORS, open_page, read_rating_words
from central.vault.opening_keys import FileKeyStore
from central.vault.rate_limits import HourlyLimit
from central.vault.rule_operations import RuleOperations
from central.vault.visitor_operations import VisitorOperations
from central.vault_port import (
    AddedFacts,
    DeliveredField,
    DocumentLook,
    FieldAsk,
    MessageContact,
    NamedPage,
    OfficeAsk,
    OfficeForm,
    OfficeShare,
    OpenedDocument,
    PageLook,
    PaperAsk,
    PictureAsk,
    SealedRequest,
    VaultRefusal,
    VaultUnavailable,
    WordsLook,
)
from kiosk.application.document import mask_mobile
from kiosk.application.office_views import WITH_FACTS
from kiosk.application.service_result import ResultContent
from kiosk.civil_time import civil_day, start_of_day
from kiosk.crypto.envelope import Envelope, EnvelopeKind, SealingKey, parse_envelope

LOG = logging.getLogger(__name__)
HASHES = "hashes"
CORRECTIONS = "corrections"
"""Member of a share with what was brought later."""
REQUESTS = "requests"
"""Member of a share with the papers that the office has to ask for, each with its last day."""
_NOT_SIGNED = frozenset({CORRECTIONS, REQUESTS})
_CORRECTED = ("answers", "papers", "confirmed_at")


@dataclass(frozen=True)
class VaultOperations(VisitorOperations, RuleOperations):
    """Answers `central.vault_port.VaultPort`.

    `staff` are the people of each point. `engine` holds the account that hands tasks to the
    offices, `accounts` are their people.
    """

    keys: FileKeyStore
    contacts: Contacts
    views: DeliveredViews
    staff: Mapping[str, PointStaff]
    engine: VaultAccounts
    accounts: VaultAccounts
    forms: OfficeForms
    limit: HourlyLimit
    hashes: RateLimit

    def close(self) -> None:
        """Do nothing: it is in this process."""

    def examine_application(self, said: SealedRequest) -> Intake | HttpProblem:
        """Return what to store of an application, or a problem that no repetition cures."""
        staff = self.staff.get(said.point, PointStaff())
        return self.terminals.wrong(said) or self.examiner.application(
            said.body, said.item_id, said.terminal, staff, civil_day(said.at)
        )

    def examine_applications(
        self, said: tuple[SealedRequest, ...]
    ) -> tuple[Intake | HttpProblem | None, ...]:
        """Return what to store of each application, a problem, or None for a fault with it."""
        return tuple(map(self._examined, said))

    def _examined(self, said: SealedRequest) -> Intake | HttpProblem | None:
        try:
            return self.examine_application(said)
        except Exception as error:  # noqa: BLE001 - the others are not to suffer from it
            # Not the message: it may hold what an application says.
            LOG.error("examine_applications: %s", type(error).__name__)  # noqa: TRY400
            return None

    def examine_correction(self, said: SealedRequest) -> CorrectionIntake | HttpProblem:
        """Return what to store of a correction, or a problem that no repetition cures."""
        return self.terminals.wrong(said) or self.examiner.correction(
            said.body, said.item_id, said.terminal
        )

    def examine_talent(self, said: SealedRequest) -> Envelope | HttpProblem:
        """Return the envelope of a talent record, or a problem that no repetition cures."""
        found = self.terminals.wrong(said) or self.examiner.talent(
            said.body, said.item_id, said.terminal
        )
        return found.envelope if isinstance(found, Sealed) else found

    def person(self, id_number: str) -> str:
        """Return the keyed hash that finds a person's open case without keeping the number."""
        self._count_hash()
        return self.examiner.person(id_number)

    def chip(self, digest: str) -> str:
        """Return the keyed hash that tells two chips apart without keeping what they say."""
        self._count_hash()
        return self.examiner.chip(digest)

    def mobile_mark(self, mobile: str) -> str:
        """Return the keyed hash that matches replies from a number without storing it."""
        self._count_hash()
        return self.examiner.mobile_mark(mobile)

    def handed_key(self, id_number: str) -> bytes:
        """Return the 32-byte key to what an employer began for this person."""
        self._count_hash()
        return self.examiner.handed_key(id_number)

    def _count_hash(self) -> None:
        """Count a hash that is asked for; raises VaultUnavailable for one that is too many."""
        if self.hashes.wait(HASHES, self.now()):
            raise VaultUnavailable("too many keyed hashes are asked for")

    def later_days(self, envelope: bytes, received_at: str) -> Mapping[str, date]:
        """Return the first day of each service of an application that may not begin yet."""
        return self.examiner.later_days(envelope, received_at, civil_day(self.now()))

    def promised_days(
        self, envelope: bytes, services: tuple[str, ...], received_at: str
    ) -> Mapping[str, str]:
        """Return the last day of each of the `services` of an `envelope` of `received_at`."""
        return self.examiner.promised_days(envelope, services, received_at)

    def notice_mobile(self, envelope: bytes) -> str:
        """Return the masked number for offices' news of a case, "" for none."""
        found = self.contacts.applicant(self._opener.document(envelope))
        return mask_mobile(found) if found else ""

    def wish_mobile(self, envelope: bytes) -> str:
        """Return the mobile number of a wish, for a message; "" where it does not open."""
        found = self._opener.find_document(envelope, EnvelopeKind.TALENT)
        return str(found.get("mobile", "")) if found is not None else ""

    def message_contact(self, envelope: bytes, *, to_filer: bool) -> MessageContact:
        """Return where the principal, or the one who filed for them, gets messages."""
        document = self._opener.document(envelope)
        contact = self.contacts.filer(document) if to_filer else self.contacts.principal(document)
        in_filing = contact.mobile == self.contacts.applicant(document)
        mark = self.examiner.mobile_mark(contact.mobile) if contact.mobile else ""
        return MessageContact(contact, mark, in_filing)

    def added_facts(self, envelope: bytes) -> AddedFacts:
        """Return what the offices add to a filing, for the eyes of its principal alone."""
        facts = self.views.joined.shown(self._opener.document(envelope))
        return AddedFacts(facts, self.examiner.facts_mark(facts))

    def office_share(self, asked: OfficeAsk) -> OfficeShare | VaultRefusal:
        """Return an office's part of a case for the engine; the question is recorded first."""
        return self._shared("office_share", asked, self.engine)

    def case_view(self, asked: OfficeAsk) -> OfficeShare | VaultRefusal:
        """Return what the account's office gets of one of its cases."""
        return self._shared("case_view", asked, self.accounts)

    def _shared(
        self, operation: str, asked: OfficeAsk, accounts: VaultAccounts
    ) -> OfficeShare | VaultRefusal:
        document = self._allowed(operation, asked, accounts)
        if isinstance(document, VaultRefusal):
            return document
        try:
            return self._share(asked, document)
        except UNREADABLE_ERRORS:
            return VaultRefusal.UNREADABLE

    def _share(self, asked: OfficeAsk, document: dict[str, Any]) -> OfficeShare:
        begins = self._begins(asked, document)
        if self.now() < begins:
            return OfficeShare(begins, {})  # an office sees nothing before its day
        view = self.views.of(document, asked.service, self.now(), asked.seen)
        added = {
            CORRECTIONS: self._corrections(asked.corrections),
            REQUESTS: self.dates.requested_papers(document, asked.service, asked.received_at),
        }
        return OfficeShare(begins, {**view, **added})

    def _begins(self, asked: OfficeAsk | PaperAsk, document: dict[str, Any]) -> datetime:
        """Return the moment from which the office of a service may see the application."""
        opens = self.dates.opening_days(document, (asked.service,), asked.received_at)
        day = opens.get(asked.service)
        return start_of_day(day) if day else datetime.fromisoformat(asked.received_at)

    def _corrections(self, envelopes: Sequence[bytes]) -> list[dict[str, Any]]:
        """Return what the person handed in later for the service."""
        brought = (self._opener.document(body, EnvelopeKind.CORRECTION) for body in envelopes)
        return [{name: one.get(name) for name in _CORRECTED} for one in brought]

    def case_form(self, asked: OfficeAsk, form: OfficeForm) -> bytes | VaultRefusal:
        """Return a form of an office's case as PDF, with the office's view attached."""
        document = self._allowed("case_form", asked, self.accounts, form.value)
        if isinstance(document, VaultRefusal):
            return document
        try:
            share = self._share(asked, document)
            if not share.view:
                return VaultRefusal.NOT_YET
            signed = {name: one for name, one in share.view.items() if name not in _NOT_SIGNED}
            return self.forms.make(document, signed, asked.service, form)
        except UNREADABLE_ERRORS:
            return VaultRefusal.UNREADABLE

    def paper_page(self, asked: PaperAsk) -> bytes | VaultRefusal:
        """Return one page of a paper of an office's case."""
        document = self._allowed("paper_page", asked, self.accounts)
        if isinstance(document, VaultRefusal):
            return document
        try:
            if self.now() < self._begins(asked, document):
                return VaultRefusal.NOT_YET
            view = self.views.of(document, asked.service, self.now())
            brought = self._corrections(asked.corrections)
        except UNREADABLE_ERRORS:
            return VaultRefusal.UNREADABLE
        return open_page(self._opener, asked.sealed, [view, *brought], str(document["id"]))

    def vouching_picture(self, asked: PictureAsk) -> bytes | VaultRefusal:
        """Return the picture of a person who was vouched for; the question is recorded first."""
        self._record("vouching_picture", asked.reviewer, asked.application_id, "", "")
        found = self._opener.open_blob(asked.sealed, asked.sealed_for, asked.digest)
        return VaultRefusal.UNREADABLE if found is None else found

    def case_result(self, asked: OfficeAsk, kept: SealedResult) -> OpenedResult | VaultRefusal:
        """Return the result of an office's case with its file; the question is recorded first."""
        document = self._allowed("case_result", asked, self.accounts)
        if isinstance(document, VaultRefusal):
            return document
        return self.results.of_office(asked.application_id, asked.service, kept)

    def sealed_result(self, asked: OfficeAsk, said: ResultContent) -> SealedResult | VaultRefusal:
        """Return what an account decides about its case, sealed; the question is recorded."""
        document = self._allowed("sealed_result", asked, self.accounts)
        if isinstance(document, VaultRefusal):
            return document
        return self.results.seal(asked, said, self.now())

    def named_pages(self, asked: PageLook) -> tuple[NamedPage, ...] | VaultRefusal:
        """Return the pages of an application and its corrections; the question is recorded."""
        documents = self._looked_at("named_pages", asked)
        if isinstance(documents, VaultRefusal):
            return documents
        return tuple(
            NamedPage(code, str(page["blob"]), int(page["bytes"]))
            for document in documents
            for code, page in pages_by_paper(document)
        )

    def operator_page(self, asked: PageLook) -> bytes | VaultRefusal:
        """Return one page of an application for an operator; the question is recorded first."""
        documents = self._looked_at("operator_page", asked)
        if isinstance(documents, VaultRefusal):
            return documents
        return open_page(self._opener, asked.sealed, documents, str(documents[0]["id"]))

    def _looked_at(
        self, operation: str, asked: PageLook
    ) -> tuple[Mapping[str, Any], ...] | VaultRefusal:
        """Return application and corrections; the operator's question is recorded first."""
        try:
            document = self._opener.document(asked.envelope)
            later = [
                self._opener.document(body, EnvelopeKind.CORRECTION) for body in asked.corrections
            ]
            foreign = any(one["application_id"].lower() != document["id"] for one in later)
        except UNREADABLE_ERRORS:
            return VaultRefusal.UNREADABLE
        detail = VaultRefusal.NOT_THEIRS.value if foreign else asked.reason
        self._record(operation, asked.operator, document["id"], "", detail)
        return VaultRefusal.NOT_THEIRS if foreign else (document, *later)

    def operator_document(self, asked: DocumentLook) -> OpenedDocument | VaultRefusal:
        """Return a whole application with facts for an operator; the question is recorded."""
        document = self._with_facts("operator_document", asked)
        if isinstance(document, VaultRefusal):
            return document
        services = document["services"]
        views = {code: self.views.of(document, code, self.now(), asked.seen) for code in services}
        return OpenedDocument(document, views, form_records(document, self.examiner.check_key))

    def rating_words(self, asked: WordsLook) -> str | VaultRefusal:
        """Return a person's own words of a rating for an operator; the question is recorded."""
        case, words = read_rating_words(self._opener, asked)
        detail = words.value if isinstance(words, VaultRefusal) else asked.reason
        self._record("rating_words", asked.operator, case, asked.stage, detail)
        return words

    def remade_forms(self, envelope: bytes) -> Mapping[str, Mapping[str, str]] | None:
        """Return template and data digests of an application's forms as they are made now."""
        definitions = self.examiner.forms.definitions
        document = self._opener.document(envelope)
        if document["forms"]["version"] != definitions.version:
            return None
        return definitions.packet(document).digests(definitions.templates)

    def _with_facts(
        self, operation: str, asked: DocumentLook | FieldAsk
    ) -> dict[str, Any] | VaultRefusal:
        document = dict(self._opener.document(asked.envelope))
        if document["version"] < WITH_FACTS:
            return VaultRefusal.UNREADABLE
        self._record(operation, asked.operator, document["id"], "", asked.reason)
        return document

    def check_key(self) -> bytes:
        """Return the key of the hashes by which forms are found by their check codes."""
        return self.examiner.check_key

    def delivered_fields(self, asked: FieldAsk) -> tuple[DeliveredField, ...] | VaultRefusal:
        """Return each chosen service and field that it lists, as its office gets it."""
        document = self._with_facts("delivered_fields", asked)
        if isinstance(document, VaultRefusal):
            return document
        catalogue = self.dates.catalogue
        found = listed_fields(catalogue, self.views, document, self.now(), asked.seen)
        return tuple(one if asked.shown else masked_field(one) for one in found)

    def make_opening_key(self, number: int) -> SealingKey:
        """Return the public half of a generation's key; make it when it is not there."""
        return self.keys.make(number)

    def forget_opening_key(self, key_id: str) -> bool:
        """Destroy an opening key; False when there is none with this id."""
        return self.keys.forget(key_id)

    def _allowed(
        self, operation: str, asked: OfficeAsk | PaperAsk, accounts: VaultAccounts, what: str = ""
    ) -> dict[str, Any] | VaultRefusal:
        """Return the application when the account's office has it; record question and outcome.

        `what` is recorded for a question that was not refused.
        """
        document = self._of_office(asked, accounts)
        outcome = document.value if isinstance(document, VaultRefusal) else what
        self._record(operation, asked.account, asked.application_id, asked.service, outcome)
        return document

    def _of_office(
        self, asked: OfficeAsk | PaperAsk, accounts: VaultAccounts
    ) -> dict[str, Any] | VaultRefusal:
        account = accounts.find(asked.account, civil_day(self.now()))
        if account is None:
            return VaultRefusal.UNKNOWN_ACCOUNT
        if not account.may(asked.service):
            return VaultRefusal.NOT_THEIRS
        if not self.limit.take(account.id, account.an_hour, self.now()):
            return VaultRefusal.TOO_OFTEN
        envelope = parse_envelope(asked.envelope)
        if not isinstance(envelope, Envelope):
            return VaultRefusal.UNREADABLE
        try:
            document = dict(self._opener.document(asked.envelope))
            chosen = asked.service in document["services"]
            brought = all(map(partial(self._belongs, asked), asked.corrections))
        except UNREADABLE_ERRORS:
            return VaultRefusal.UNREADABLE
        is_theirs = chosen and envelope.id == asked.application_id
        return document if is_theirs and brought else VaultRefusal.NOT_THEIRS

    def _belongs(self, asked: OfficeAsk | PaperAsk, correction: bytes) -> bool:
        """Return whether a correction is one of the service and case that was asked about."""
        said = self._opener.document(correction, EnvelopeKind.CORRECTION)
        mine = asked.application_id, asked.service
        return (said["application_id"].lower(), said["service"]) == mine
