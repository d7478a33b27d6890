"""The port to the platform's user service, and its values; failures are values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class PhoneTrouble(StrEnum):
    """Why a scanned code proves nobody."""

    AWAY = "platform-away"  # no whole answer in time, or not connected here
    STRANGE = "platform-strange"  # an answer of another form, or a token that it did not sign
    UNKNOWN = "code-unknown"  # the platform did not issue it
    EXPIRED = "code-expired"  # code or token are too old
    USED = "code-used"  # code or token were taken before
    OTHER_TERMINAL = "other-terminal"  # the token is for another terminal or another visit
    OTHER_PERSON = "other-person"  # the telephone is somebody else's


@dataclass(frozen=True)
class PlatformUser:
    """Whose telephone it is, as a token says; `token_id` names the token.

    Who logged in in a browser is named with `name` and, where the platform knows it, the `address`
    of the identity card; `face`: it compared the person's face for this log-in (claim `acr`);
    `company`: it is a company, `number` its unified code (GB 32100).
    """

    token_id: str
    number: str = field(repr=False)
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    face: bool = False
    company: bool = False


class UnifiedUser(Protocol):
    """The platform's user service."""

    def redeem(self, code: str, terminal: str, nonce: str) -> str | PhoneTrouble:
        """Return the token that the platform gives for a scanned code.

        It is to be for this terminal and this `nonce` of a visit alone.
        """
