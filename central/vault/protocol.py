"""The protocol of the vault's socket: one question, one answer, again and again on a connection.

A message is a length of four bytes (big-endian), JSON of that length in UTF-8, and the attachments
that its member `attachments` announces with their lengths, one behind the other. The operations are
a closed list. Nothing else is understood: whoever says another thing is cut off.
"""

from __future__ import annotations

import json
import os
import struct
import time
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from central.vault_port import VaultPort
from kiosk.json_decoder import JsonLimits, decode
from kiosk.units import MIB

VERSION = 1
LONGEST_ADDRESS = 107
LONGEST_HEADER = 2 * MIB
LONGEST_ATTACHMENTS = 16 * MIB
MOST_ATTACHMENTS = 64
_LENGTH = struct.Struct("!I")
_LIMITS = JsonLimits(LONGEST_HEADER)


class CallerRole(StrEnum):
    """Roles of the accounts of the machine that may connect; the kernel says who connects."""

    SERVICE = "service"  # answers terminals and hands tasks to offices
    PAGES = "pages"  # shows cases to the offices' staff in a browser
    OPERATOR = "operator"


class VaultOperation(StrEnum):
    """The closed list of operations: methods of `central.vault_port.VaultPort`."""

    EXAMINE_APPLICATION = "examine_application"
    EXAMINE_APPLICATIONS = "examine_applications"
    EXAMINE_CORRECTION = "examine_correction"
    EXAMINE_TALENT = "examine_talent"
    PERSON = "person"
    CHIP = "chip"
    MOBILE_MARK = "mobile_mark"
    HANDED_KEY = "handed_key"
    LATER_DAYS = "later_days"
    PROMISED_DAYS = "promised_days"
    NOTICE_MOBILE = "notice_mobile"
    WISH_MOBILE = "wish_mobile"
    MESSAGE_CONTACT = "message_contact"
    ADDED_FACTS = "added_facts"
    OFFICE_SHARE = "office_share"
    CASE_VIEW = "case_view"
    CASE_FORM = "case_form"
    PAPER_PAGE = "paper_page"
    PERSON_RESULTS = "person_results"
    PERSON_CERTIFICATE = "person_certificate"
    CASE_RESULT = "case_result"
    SEALED_RESULT = "sealed_result"
    VOUCHING_PICTURE = "vouching_picture"
    NAMED_PAGES = "named_pages"
    OPERATOR_PAGE = "operator_page"
    OPERATOR_DOCUMENT = "operator_document"
    RATING_WORDS = "rating_words"
    REMADE_FORMS = "remade_forms"
    CHECK_KEY = "check_key"
    DELIVERED_FIELDS = "delivered_fields"
    RULE_CHANGES = "rule_changes"
    RENEW_TERMINAL_KEY = "renew_terminal_key"
    LIST_TERMINALS = "list_terminals"
    ADMIT_TERMINAL = "admit_terminal"
    DISMISS_TERMINAL = "dismiss_terminal"
    MAKE_OPENING_KEY = "make_opening_key"
    FORGET_OPENING_KEY = "forget_opening_key"

    def is_allowed(self, roles: frozenset[CallerRole]) -> bool:
        """Tell whether somebody with these roles may ask for the operation."""
        if self in FOR_PAGES:
            return CallerRole.PAGES in roles
        only_operator = self in FOR_OPERATORS
        return CallerRole.OPERATOR in roles or (not only_operator and CallerRole.SERVICE in roles)


FOR_PAGES = frozenset(
    {
        VaultOperation.CASE_VIEW,
        VaultOperation.CASE_FORM,
        VaultOperation.CASE_RESULT,
        VaultOperation.SEALED_RESULT,
        VaultOperation.PAPER_PAGE,
    }
)
"""Operations for the offices' staff, which only the process of their pages may ask for."""
FOR_OPERATORS = frozenset(
    {
        VaultOperation.VOUCHING_PICTURE,
        VaultOperation.NAMED_PAGES,
        VaultOperation.OPERATOR_PAGE,
        VaultOperation.OPERATOR_DOCUMENT,
        VaultOperation.RATING_WORDS,
        VaultOperation.REMADE_FORMS,
        VaultOperation.CHECK_KEY,
        VaultOperation.DELIVERED_FIELDS,
        VaultOperation.RULE_CHANGES,
        VaultOperation.LIST_TERMINALS,
        VaultOperation.ADMIT_TERMINAL,
        VaultOperation.DISMISS_TERMINAL,
        VaultOperation.MAKE_OPENING_KEY,
        VaultOperation.FORGET_OPENING_KEY,
    }
)
"""Operations that no process which talks to terminals or browsers may ask for."""


@contextmanager
def socket_address(path: Path) -> Iterator[str]:
    """Yield an address for bind(2) and connect(2) that means `path`, however long it is.

    The kernel takes no longer ones than 107 bytes (unix(7)); the folder of a longer path is named
    by a descriptor. Raises OSError where there is no such folder.
    """
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


class AnswerOutcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    FORBIDDEN = "forbidden"  # not for this account of the machine
    FAILED = "failed"  # a fault inside the vault; its log says more


@dataclass(frozen=True)
class OperationSignature:
    """The annotations of an operation: its parameters in their order, and what it returns."""

    parameters: Mapping[str, Any]
    returns: Any


class ByteStream(Protocol):
    """A connected socket."""

    def settimeout(self, seconds: float) -> None:
        """Let the next call give up after so many seconds."""

    def sendall(self, content: bytes) -> None:
        """Send all of the content."""

    def recv(self, most: int) -> bytes:
        """Return at most `most` bytes, b"" at the end."""


class MessageWrong(ValueError):  # noqa: N818 - the message is
    """What came is no message of this protocol, or a too long one."""


class Deadline:
    """The end of one exchange, on a clock that never goes back."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._end = monotonic, monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raises TimeoutError when none are."""
        left = self._end - self._monotonic()
        if left <= 0:
            raise TimeoutError("the deadline is over")
        return left


@cache
def signature_of(operation: VaultOperation) -> OperationSignature:
    """Return the annotations of an operation."""
    hints = typing.get_type_hints(getattr(VaultPort, operation.value))
    returns = hints.pop("return")
    return OperationSignature(hints, returns)


def send_message(
    stream: ByteStream, header: Mapping[str, Any], attachments: list[bytes], deadline: Deadline
) -> None:
    """Send a message: the members of `header`, and the `attachments` behind it.

    Raises OSError, TimeoutError, or MessageWrong for a too long one.
    """
    lengths = [len(one) for one in attachments]
    whole = {"version": VERSION, **header, "attachments": lengths}
    said = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    if len(said) > LONGEST_HEADER or sum(lengths) > LONGEST_ATTACHMENTS:
        raise MessageWrong("too long to be sent")
    stream.settimeout(deadline.left())
    stream.sendall(b"".join((_LENGTH.pack(len(said)), said, *attachments)))


def receive_message(
    stream: ByteStream, deadline: Deadline
) -> tuple[dict[str, Any], list[bytes]] | None:
    """Return header and attachments of the next message, None at the end of the connection.

    Raises OSError, TimeoutError, or MessageWrong for what is no message.
    """
    first = _receive(stream, _LENGTH.size, deadline, or_end=True)
    if first is None:
        return None
    (length,) = _LENGTH.unpack(first)
    if length > LONGEST_HEADER:
        raise MessageWrong("the header is too long")
    said = _receive(stream, length, deadline)
    assert said is not None
    try:
        header = decode(said, _LIMITS)
        lengths = header["attachments"]
        version = header["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise MessageWrong("the header is none") from error
    if version != VERSION or not _are_lengths(lengths):
        raise MessageWrong("another version, or wrong attachments")
    attachments = [_receive(stream, one, deadline) or b"" for one in lengths]
    return header, attachments


def _are_lengths(lengths: object) -> bool:
    if not isinstance(lengths, list) or len(lengths) > MOST_ATTACHMENTS:
        return False
    if not all(type(one) is int and one >= 0 for one in lengths):
        return False
    return sum(lengths) <= LONGEST_ATTACHMENTS


def _receive(
    stream: ByteStream, length: int, deadline: Deadline, *, or_end: bool = False
) -> bytes | None:
    """Return exactly so many bytes; None when the connection ended before the first of them.

    Raises ConnectionError when it ends later, or when `or_end` is not allowed.
    """
    found = bytearray()
    while len(found) < length:
        stream.settimeout(deadline.left())
        piece = stream.recv(length - len(found))
        if not piece:
            if or_end and not found:
                return None
            raise ConnectionError("the connection ended within a message")
        found += piece
    return bytes(found)
