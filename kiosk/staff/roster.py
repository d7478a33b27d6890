"""The staff list of a point, signed by the central service and valid for some days offline."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from kiosk.config.known_credentials import KnownCredentials
from kiosk.crypto.receipt import Trust, understood, verify_document
from kiosk.staff.roles import Right, Role, rights_of

VERSION = 1
_MEMBERS = ("version", "point", "issued_at", "valid_until", "accounts", "key_id")


@dataclass(frozen=True)
class RosterEntry:
    """One person of the staff; `card_hash` is the SHA-256 of the card's number, in hex.

    `code_key`: of a technician's second factor at this point, base32; "" for whoever has none.
    """

    id: str
    role: Role
    card_hash: str = field(repr=False)
    pin_hash: str = field(repr=False)
    rights: tuple[str, ...]
    valid_until: date
    code_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Roster:
    """The staff of one point; both times are aware."""

    point: str
    issued_at: datetime
    valid_until: datetime
    accounts: tuple[RosterEntry, ...]

    def without(self, known: KnownCredentials) -> Roster:
        """Return the list without those whose PIN, card or code key stands in the repository."""
        fresh = tuple(
            one
            for one in self.accounts
            if not any(map(known.has, (one.pin_hash, one.card_hash, one.code_key)))
        )
        return replace(self, accounts=fresh)

    def holder(self, number: str) -> RosterEntry | None:
        """Return the entry whose identity card has this number."""
        mine = hash_card(number)
        return next((one for one in self.accounts if _same(one.card_hash, mine)), None)

    def has_another_voucher(self, account: RosterEntry, day: date) -> bool:
        """Return whether somebody else, with another card, may vouch on that day."""
        return any(
            day <= one.valid_until
            and one.card_hash != account.card_hash
            and Right.VOUCH in rights_of(one.role, one.rights)
            for one in self.accounts
        )


def hash_card(number: str) -> str:
    """Return the hash of an identity number that an account keeps."""
    return hashlib.sha256(number.encode()).hexdigest()


def read_roster(body: bytes, trust: Trust, point: str) -> Roster | None:
    """Return the list when a trusted key signed it for this point, otherwise None.

    `body` is the list as it was received; `point` the code of this service point.
    """
    document = verify_document(body, trust)
    if document is None or (document.get("version"), document.get("point")) != (VERSION, point):
        return None
    if not understood(document, _MEMBERS):
        return None
    try:
        return Roster(
            point=point,
            issued_at=_moment(document["issued_at"]),
            valid_until=_moment(document["valid_until"]),
            accounts=tuple(_account(one) for one in document["accounts"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _account(document: Mapping[str, Any]) -> RosterEntry:
    return RosterEntry(
        id=str(document["id"]),
        role=Role(document["role"]),
        card_hash=str(document["card_hash"]),
        pin_hash=str(document["pin_hash"]),
        rights=tuple(map(str, document["rights"])),
        valid_until=date.fromisoformat(document["valid_until"]),
        code_key=str(document.get("code_key", "")),
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without its zone")
    return found


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
