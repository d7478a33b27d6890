"""Checks of a proof by vouching (人工核验): two members of the staff, or one and a picture.

One of the staff who has borrowed a card could prove anybody alone. Two different people must have
looked at the person; where only one is there, a picture of the person, to which the person agreed
apart, lets a named reviewer look later (`central.operator.vouching_commands`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from central.intake.moments import moment_of
from central.intake.papers import NamedPaper, named_papers
from kiosk.people.consent import ProofMethod
from kiosk.people.id_number import normalise
from kiosk.staff.roles import Right, rights_of
from kiosk.staff.roster import hash_card

if TYPE_CHECKING:
    from datetime import date

    from central.staff import PointStaff, StaffAccount


@dataclass(frozen=True)
class SealedPicture:
    """The sealed picture of a person who was vouched for; `sealed_for`: the id it is bound to."""

    page: NamedPaper
    sealed_for: str


@dataclass(frozen=True)
class Vouching:
    """The pseudonyms of who vouched (`second` may be ""), and the picture."""

    first: str
    second: str
    picture: SealedPicture | None

    @property
    def staff(self) -> tuple[str, ...]:
        """Return the pseudonyms of all who vouched."""
        return (self.first, self.second) if self.second else (self.first,)

    @property
    def is_alone(self) -> bool:
        """Tell whether one person vouched and there is no picture that another could review."""
        return not self.second and self.picture is None


def read_vouching(proof: Mapping[str, Any]) -> Vouching | None:
    """Return the vouching in a proof record; None when it is none or malformed."""
    match proof:
        case {"method": ProofMethod.VOUCHED, "voucher": str(first), "reason": str(reason)} if (
            first and reason
        ):
            second, picture = proof.get("second", ""), _picture(proof.get("picture"))
            if isinstance(second, str) and (picture is not None or "picture" not in proof):
                return Vouching(first, second, picture)
    return None


def find_vouchers(
    vouching: Vouching, staff: PointStaff, parties: Collection[str], day: date
) -> tuple[StaffAccount, ...]:
    """Return the accounts of all who vouched, () when one of them was not allowed to.

    `parties`: ID numbers of those whose matter it is, who can't vouch. Two must be two people: of
    two accounts with one card neither counts.

    The accounts are judged as they were on `day`.
    """
    own = {hash_card(normalise(number)) for number in parties}
    found = tuple(one for one in staff.accounts if one.id in vouching.staff and _may(one, day))
    cards = {one.card_hash for one in found}
    whole = len(found) == len(vouching.staff) == len(cards) and not cards & own
    return found if whole else ()


def _may(account: StaffAccount, day: date) -> bool:
    return day <= account.valid_until and Right.VOUCH in rights_of(account.role, account.rights)


def _picture(said: object) -> SealedPicture | None:
    """Return a picture to which the person agreed apart (PIPL 29), None for anything else."""
    match said:
        case {
            "sealed_for": str(sealed_for),
            "consent": {"text_version": str(version), "at": at},
        } if version and moment_of(at) is not None:
            pages = named_papers(said) or ()
            return SealedPicture(pages[0], sealed_for) if len(pages) == 1 else None
    return None
