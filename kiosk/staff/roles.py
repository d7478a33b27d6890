"""Roles and rights of the staff; a person's rights can be narrower than the role's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """The role of somebody at a service point."""

    HELPER = "helper"  # 帮办员
    WINDOW = "window"  # 窗口人员
    TECHNICIAN = "technician"  # 维护人员


class Right(StrEnum):
    """Something that a member of the staff may be allowed to do."""

    FILE_FOR = "file_for"  # 帮办: the applicant stands beside
    FILE_ABSENT = "file_absent"  # 代办: with an authorisation of who is not here
    BACK_ENTRY = "back_entry"  # 补录: papers that the window accepted earlier, and looking at them
    VOUCH = "vouch"  # 人工核验, where the face check fails or is not wanted
    FIND = "find"  # how far a case is
    REPORT = "report"  # what was done at the own point, and the own ratings
    UNSENT = "unsent"  # what of this terminal has not arrived
    CORRECTIONS = "corrections"  # 补正 at the own point
    MAINTENANCE = "maintenance"


_WITH_PEOPLE = frozenset(
    {
        Right.FILE_FOR,
        Right.FILE_ABSENT,
        Right.VOUCH,
        Right.FIND,
        Right.REPORT,
        Right.UNSENT,
        Right.CORRECTIONS,
    }
)

ROLE_RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.HELPER: _WITH_PEOPLE,
    Role.WINDOW: _WITH_PEOPLE | {Right.BACK_ENTRY},
    Role.TECHNICIAN: frozenset({Right.MAINTENANCE}),  # never a case
}


@dataclass(frozen=True)
class Session:
    """Somebody of the staff who is logged in; `id` is a pseudonym, no name goes into a visit.

    `card_hash` tells the own card from others: nobody files or vouches for themselves.
    `others_vouch`: somebody else of the point may vouch today, so that two can. `vouched_today`:
    for how many applications that were signed here today this one vouched.
    """

    id: str
    role: Role
    rights: frozenset[Right]
    card_hash: str = field(default="", repr=False)
    others_vouch: bool = False
    vouched_today: int = 0

    @property
    def needs_code(self) -> bool:
        """Return whether a one-time code must follow card and PIN."""
        return Right.MAINTENANCE in self.rights

    def may(self, right: Right) -> bool:
        """Return whether this right is granted."""
        return right in self.rights


def rights_of(role: Role, granted: Iterable[str]) -> frozenset[Right]:
    """Return the rights that the central service granted, limited to those of the role."""
    return ROLE_RIGHTS[role] & {Right(one) for one in granted if one in set(Right)}
