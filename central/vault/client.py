"""The client of the vault's socket: the port for every process that holds no opening key."""

from __future__ import annotations

import logging
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from central.traces.spans import vault_span
from central.vault.codec import decode, encode
from central.vault.protocol import (
    AnswerOutcome,
    Deadline,
    MessageWrong,
    VaultOperation,
    receive_message,
    send_message,
    signature_of,
    socket_address,
)
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from central.intake.examiner import CorrectionIntake, Intake
    from central.policy import VaultPolicy
    from central.problems import HttpProblem
    from central.results.sealing import OpenedResult, SealedResult
    from central.rule_changes.question import FilingRuleChanges, RuleChangeLook
    from kiosk.application.service_result import ResultContent
    from kiosk.crypto.envelope import Envelope, SealingKey

LOG = logging.getLogger(__name__)
_BROKEN = (MessageWrong, KeyError, TypeError, ValueError, IndexError, StopIteration)


class VaultSilent(VaultUnavailable):
    """Something listens at the vault's socket and did not answer in time: the vault may start."""


@dataclass(frozen=True)
class VaultLink:
    """Connections to the vault at `path`, kept open between questions; used from any thread."""

    path: Path
    policy: VaultPolicy
    _idle: LifoQueue[socket.socket] = field(default_factory=LifoQueue, repr=False)
    _places: BoundedSemaphore = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", BoundedSemaphore(self.policy.kept))

    def ask(self, operation: VaultOperation, **arguments: Any) -> Any:
        """Return the vault's answer to one question.

        A connection that the vault closed since the last question (it was started anew) is replaced
        once. Raises VaultSilent when there is no answer within the deadline, VaultUnavailable
        when nothing is there to answer.
        """
        deadline = Deadline(self.policy.deadline_seconds)
        with vault_span(operation.value), self._place(deadline):
            try:
                return self._ask_once(operation, arguments, deadline)
            except (OSError, *_BROKEN) as error:
                # Of what was asked nothing may be said: it may be a person's.
                LOG.warning("the vault does not answer: %s", type(error).__name__)
                silent = isinstance(error, TimeoutError)
                raise (VaultSilent if silent else VaultUnavailable)(operation.value) from None

    def close(self) -> None:
        """Close the connections that are kept."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().close()

    @contextmanager
    def _place(self, deadline: Deadline) -> Iterator[None]:
        if not self._places.acquire(timeout=deadline.left()):
            raise VaultUnavailable("too many questions at once")
        try:
            yield
        finally:
            self._places.release()

    def _ask_once(
        self, operation: VaultOperation, arguments: Mapping[str, Any], deadline: Deadline
    ) -> Any:
        with suppress(Empty):
            kept = self._idle.get_nowait()
            with suppress(ConnectionError):
                return self._exchange(kept, operation, arguments, deadline)
        return self._exchange(self._connected(deadline), operation, arguments, deadline)

    def _connected(self, deadline: Deadline) -> socket.socket:
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            found.settimeout(deadline.left())
            with socket_address(self.path) as address:
                found.connect(address)
        except BaseException:
            found.close()
            raise
        return found

    def _exchange(
        self,
        connection: socket.socket,
        operation: VaultOperation,
        arguments: Mapping[str, Any],
        deadline: Deadline,
    ) -> Any:
        signature = signature_of(operation)
        attachments: list[bytes] = []
        try:
            said = {
                name: encode(hint, arguments[name], attachments)
                for name, hint in signature.parameters.items()
            }
            header = {"operation": operation.value, "arguments": said}
            send_message(connection, header, attachments, deadline)
            answer, brought = _answered(receive_message(connection, deadline))
            found = decode(signature.returns, answer["result"], brought)
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        return found


def _answered(
    message: tuple[dict[str, Any], list[bytes]] | None,
) -> tuple[dict[str, Any], list[bytes]]:
    """Return a message that answers; raises ConnectionError at the end, MessageWrong otherwise."""
    if message is None:
        raise ConnectionError("the vault closed the connection")
    if message[0]["outcome"] != AnswerOutcome.ANSWERED:
        raise MessageWrong(str(message[0]["outcome"]))
    return message


@dataclass(frozen=True)
class VaultClient:
    """`central.vault_port.VaultPort` over the vault's socket."""

    link: VaultLink

    def close(self) -> None:
        """Close the connections that are kept."""
        self.link.close()

    def examine_application(self, said: SealedRequest) -> Intake | HttpProblem:
        """Return what to store of an application, or a problem that no repetition cures."""
        found: Intake | HttpProblem = self.link.ask(VaultOperation.EXAMINE_APPLICATION, said=said)
        return found

    def examine_applications(
        self, said: tuple[SealedRequest, ...]
    ) -> tuple[Intake | HttpProblem | None, ...]:
        """Return what to store of each application, a problem, or None for a fault with it."""
        found: tuple[Intake | HttpProblem | None, ...] = self.link.ask(
            VaultOperation.EXAMINE_APPLICATIONS, said=said
        )
        return found

    def examine_correction(self, said: SealedRequest) -> CorrectionIntake | HttpProblem:
        """Return what to store of a correction, or a problem that no repetition cures."""
        found: CorrectionIntake | HttpProblem = self.link.ask(
            VaultOperation.EXAMINE_CORRECTION, said=said
        )
        return found

    def examine_talent(self, said: SealedRequest) -> Envelope | HttpProblem:
        """Return the envelope of a talent record, or a problem that no repetition cures."""
        found: Envelope | HttpProblem = self.link.ask(VaultOperation.EXAMINE_TALENT, said=said)
        return found

    def person(self, id_number: str) -> str:
        """Return the keyed hash that finds a person's open case without keeping the number."""
        return str(self.link.ask(VaultOperation.PERSON, id_number=id_number))

    def chip(self, digest: str) -> str:
        """Return the keyed hash that tells two chips apart without keeping what they say."""
        return str(self.link.ask(VaultOperation.CHIP, digest=digest))

    def mobile_mark(self, mobile: str) -> str:
        """Return the keyed hash that matches replies from a number without storing it."""
        return str(self.link.ask(VaultOperation.MOBILE_MARK, mobile=mobile))

    def handed_key(self, id_number: str) -> bytes:
        """Return the 32-byte key to what an employer began for this person."""
        return bytes(self.link.ask(VaultOperation.HANDED_KEY, id_number=id_number))

    def later_days(self, envelope: bytes, received_at: str) -> Mapping[str, date]:
        """Return the first day of each service of an application that may not begin yet."""
        found: Mapping[str, date] = self.link.ask(
            VaultOperation.LATER_DAYS, envelope=envelope, received_at=received_at
        )
        return found

    def promised_days(
        self, envelope: bytes, services: tuple[str, ...], received_at: str
    ) -> Mapping[str, str]:
        """Return the last day (ISO, "" for none) that was promised for each service.

        `envelope` is the sealed application with its `services`; `received_at` the moment of its
        receipt, in ISO 8601.
        """
        found: Mapping[str, str] = self.link.ask(
            VaultOperation.PROMISED_DAYS,
            envelope=envelope,
            services=services,
            received_at=received_at,
        )
        return found

    def notice_mobile(self, envelope: bytes) -> str:
        """Return the masked number for offices' news of a case, "" for none."""
        return str(self.link.ask(VaultOperation.NOTICE_MOBILE, envelope=envelope))

    def wish_mobile(self, envelope: bytes) -> str:
        """Return the mobile number of a wish, for a message; "" where it does not open."""
        return str(self.link.ask(VaultOperation.WISH_MOBILE, envelope=envelope))

    def message_contact(self, envelope: bytes, *, to_filer: bool) -> MessageContact:
        """Return where the principal, or the one who filed for them, gets messages."""
        found: MessageContact = self.link.ask(
            VaultOperation.MESSAGE_CONTACT, envelope=envelope, to_filer=to_filer
        )
        return found

    def added_facts(self, envelope: bytes) -> AddedFacts:
        """Return what the offices add to a filing, for the eyes of its principal alone."""
        found: AddedFacts = self.link.ask(VaultOperation.ADDED_FACTS, envelope=envelope)
        return found

    def office_share(self, asked: OfficeAsk) -> OfficeShare | VaultRefusal:
        """Return an office's part of a case for the engine; the question is recorded first."""
        found: OfficeShare | VaultRefusal = self.link.ask(VaultOperation.OFFICE_SHARE, asked=asked)
        return found

    def case_view(self, asked: OfficeAsk) -> OfficeShare | VaultRefusal:
        """Return what the account's office gets of one of its cases."""
        found: OfficeShare | VaultRefusal = self.link.ask(VaultOperation.CASE_VIEW, asked=asked)
        return found

    def case_form(self, asked: OfficeAsk, form: OfficeForm) -> bytes | VaultRefusal:
        """Return a form of an office's case as PDF, with the office's view attached."""
        found: bytes | VaultRefusal = self.link.ask(
            VaultOperation.CASE_FORM, asked=asked, form=form
        )
        return found

    def paper_page(self, asked: PaperAsk) -> bytes | VaultRefusal:
        """Return one page of a paper of an office's case."""
        found: bytes | VaultRefusal = self.link.ask(VaultOperation.PAPER_PAGE, asked=asked)
        return found

    def person_results(
        self, said: SealedRequest, kept: tuple[SealedResult, ...]
    ) -> tuple[OpenedResult, ...] | HttpProblem:
        """Return the results of the person who stands at a terminal, without their files."""
        found: tuple[OpenedResult, ...] | HttpProblem = self.link.ask(
            VaultOperation.PERSON_RESULTS, said=said, kept=kept
        )
        return found

    def person_certificate(self, said: SealedRequest, kept: SealedResult) -> bytes | HttpProblem:
        """Return a certificate's file for the person who stands at a terminal."""
        found: bytes | HttpProblem = self.link.ask(
            VaultOperation.PERSON_CERTIFICATE, said=said, kept=kept
        )
        return found

    def case_result(self, asked: OfficeAsk, kept: SealedResult) -> OpenedResult | VaultRefusal:
        """Return the result of an office's case with its file."""
        found: OpenedResult | VaultRefusal = self.link.ask(
            VaultOperation.CASE_RESULT, asked=asked, kept=kept
        )
        return found

    def sealed_result(self, asked: OfficeAsk, said: ResultContent) -> SealedResult | VaultRefusal:
        """Return what an account decides about its case, sealed."""
        found: SealedResult | VaultRefusal = self.link.ask(
            VaultOperation.SEALED_RESULT, asked=asked, said=said
        )
        return found

    def vouching_picture(self, asked: PictureAsk) -> bytes | VaultRefusal:
        """Return the picture of a person who was vouched for; the question is recorded first."""
        found: bytes | VaultRefusal = self.link.ask(VaultOperation.VOUCHING_PICTURE, asked=asked)
        return found

    def named_pages(self, asked: PageLook) -> tuple[NamedPage, ...] | VaultRefusal:
        """Return the pages of an application and its corrections; the question is recorded."""
        found: tuple[NamedPage, ...] | VaultRefusal = self.link.ask(
            VaultOperation.NAMED_PAGES, asked=asked
        )
        return found

    def operator_page(self, asked: PageLook) -> bytes | VaultRefusal:
        """Return one page of an application for an operator; the question is recorded first."""
        found: bytes | VaultRefusal = self.link.ask(VaultOperation.OPERATOR_PAGE, asked=asked)
        return found

    def operator_document(self, asked: DocumentLook) -> OpenedDocument | VaultRefusal:
        """Return a whole application with facts for an operator; the question is recorded."""
        found: OpenedDocument | VaultRefusal = self.link.ask(
            VaultOperation.OPERATOR_DOCUMENT, asked=asked
        )
        return found

    def rating_words(self, asked: WordsLook) -> str | VaultRefusal:
        """Return a person's own words of a rating for an operator; the question is recorded."""
        found: str | VaultRefusal = self.link.ask(VaultOperation.RATING_WORDS, asked=asked)
        return found

    def remade_forms(self, envelope: bytes) -> Mapping[str, Mapping[str, str]] | None:
        """Return template and data digests of an application's forms as they are made now."""
        found: Mapping[str, Mapping[str, str]] | None = self.link.ask(
            VaultOperation.REMADE_FORMS, envelope=envelope
        )
        return found

    def check_key(self) -> bytes:
        """Return the key of the hashes by which forms are found by their check codes."""
        return bytes(self.link.ask(VaultOperation.CHECK_KEY))

    def delivered_fields(self, asked: FieldAsk) -> tuple[DeliveredField, ...] | VaultRefusal:
        """Return each chosen service and field that it lists, as its office gets it."""
        found: tuple[DeliveredField, ...] | VaultRefusal = self.link.ask(
            VaultOperation.DELIVERED_FIELDS, asked=asked
        )
        return found

    def rule_changes(self, asked: RuleChangeLook) -> tuple[FilingRuleChanges, ...] | VaultRefusal:
        """Return what a change of the rules changes of each case; each look is recorded first."""
        found: tuple[FilingRuleChanges, ...] | VaultRefusal = self.link.ask(
            VaultOperation.RULE_CHANGES, asked=asked
        )
        return found

    def renew_terminal_key(self, said: SealedRequest) -> HttpProblem | None:
        """Take over the next key of a terminal, signed with the one before; `item_id` is ""."""
        found: HttpProblem | None = self.link.ask(VaultOperation.RENEW_TERMINAL_KEY, said=said)
        return found

    def list_terminals(self, terminals: Mapping[str, tuple[bytes, ...]]) -> int:
        """Replace the vault's list of terminals and their public keys; return their number."""
        return int(self.link.ask(VaultOperation.LIST_TERMINALS, terminals=terminals))

    def admit_terminal(self, terminal: str, public_key: bytes) -> bool:
        """Add a terminal to the list, or replace its key; False as long as there is no list."""
        said = {"terminal": terminal, "public_key": public_key}
        return bool(self.link.ask(VaultOperation.ADMIT_TERMINAL, **said))

    def dismiss_terminal(self, terminal: str) -> bool:
        """Remove a terminal from the list; False as long as there is no list."""
        return bool(self.link.ask(VaultOperation.DISMISS_TERMINAL, terminal=terminal))

    def make_opening_key(self, number: int) -> SealingKey:
        """Return the public half of a generation's key; make it when it is not there."""
        found: SealingKey = self.link.ask(VaultOperation.MAKE_OPENING_KEY, number=number)
        return found

    def forget_opening_key(self, key_id: str) -> bool:
        """Destroy an opening key; False when there is none with this id."""
        return bool(self.link.ask(VaultOperation.FORGET_OPENING_KEY, key_id=key_id))
