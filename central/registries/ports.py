"""Ports to the registries of the city's platform; failures are values.

Each answers about one person who is at a terminal, and nothing of it is kept. What a platform's own
interface needs is in docs/central.md, "Registries".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class RegistryTrouble(StrEnum):
    """Why a registry's answer can't be used."""

    UNREACHABLE = "unreachable"  # no whole answer in time, or it is resting after one
    STRANGE = "strange"  # an answer of another form, such as a page for people
    OTHER_PERSON = "other-person"  # an answer about somebody else
    REFUSED = "refused"  # our credentials don't count there


@dataclass(frozen=True)
class RegistryPerson:
    """The person asked about, as the card has them."""

    number: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True)
class HouseholdRecord:
    """电子户口: whether the household register has this person under this name.

    `cancelled`: the entry ended, as it does with a death (户口注销).
    """

    matches: bool
    cancelled: bool = False


@dataclass(frozen=True)
class ChildCertificate:
    """电子证照: the certificate of an only child (光荣证); `child_birth` is "YYYYMMDD"."""

    number: str = field(repr=False)
    child_name: str = field(repr=False)
    child_birth: str = field(repr=False)


@dataclass(frozen=True)
class Portrait:
    """电子头像: a JPEG."""

    jpeg: bytes = field(repr=False)


@dataclass(frozen=True)
class RegisteredUser:
    """统一用户: the account of the city's platform; "" for what it does not hold."""

    name: str = field(repr=False)
    mobile: str = field(repr=False)


class HouseholdRegistry(Protocol):
    """The household register."""

    def household_of(self, person: RegistryPerson) -> HouseholdRecord | RegistryTrouble | None:
        """Return what it has of the person; None when it does not know them."""


class CertificateRegistry(Protocol):
    """The registry of electronic certificates."""

    def child_certificate_of(
        self, person: RegistryPerson
    ) -> ChildCertificate | RegistryTrouble | None:
        """Return the person's certificate of an only child; None when there is none."""


class PortraitRegistry(Protocol):
    """The registry of electronic portraits."""

    def portrait_of(self, person: RegistryPerson) -> Portrait | RegistryTrouble | None:
        """Return the person's portrait; None when there is none."""


class UserRegistry(Protocol):
    """The platform's accounts of people."""

    def user_of(self, person: RegistryPerson) -> RegisteredUser | RegistryTrouble | None:
        """Return the person's account; None when there is none."""
