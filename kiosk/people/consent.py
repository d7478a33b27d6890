"""The person's consent, and the proof that it is this person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Consent:
    """Consent to the notice; the face check has its own (PIPL 29, 个人信息保护法)."""

    text_version: str
    at: datetime
    face: bool

    def record(self) -> dict[str, str | bool]:
        """Return the record that is handed in."""
        at = self.at.isoformat(timespec="seconds")
        return {"text_version": self.text_version, "at": at, "face": self.face}


class ProofMethod(StrEnum):
    """How it was shown that this is the person of the card."""

    FACE = "face"
    CARD_PIN = "card_pin"  # 社保卡加密码
    PHONE = "phone"  # 手机扫码: the platform's code on the person's telephone
    PLATFORM = "platform"  # 统一用户登录: the platform named who logs in, and checked the face
    VOUCHED = "vouched"  # 人工核验: somebody of the staff looked at card and person
    AUTHORITY = "authority"  # 委托: the person is not here, and the authorisation says so


@dataclass(frozen=True)
class PersonPicture:
    """The sealed picture of a person whom one of the staff vouched for, and the consent to it.

    `digest` names the picture, `blob` and `bytes` what was sealed, `sealed_for` the id that it is
    bound to. The consent is apart from that to the notice and to the face check (PIPL 29).
    """

    digest: str
    blob: str
    bytes: int
    sealed_for: str
    text_version: str
    agreed_at: datetime

    def record(self) -> dict[str, Any]:
        """Return the record that is handed in."""
        at = self.agreed_at.isoformat(timespec="seconds")
        return {
            "digest": self.digest,
            "blob": self.blob,
            "bytes": self.bytes,
            "sealed_for": self.sealed_for,
            "consent": {"text_version": self.text_version, "at": at},
        }


@dataclass(frozen=True)
class Proof:
    """A proof of identity in figures, without any image or template.

    Where one of the staff vouched there is a `second` of the staff, or a `picture`. `score` and
    `threshold` are those of the face engine `engine`, `steps` the movements that were asked and
    done. `card_number` is that of the social security card whose PIN was right, `token` the id of
    the token in which the city's platform named its user. `completed_by` is what was shown besides,
    where the face alone does not prove (config/proofs.toml).
    """

    method: ProofMethod
    at: datetime
    score: float = 0.0
    threshold: float = 0.0
    engine: str = ""
    steps: tuple[str, ...] = ()
    voucher: str = ""  # who vouched, a pseudonym
    reason: str = ""  # why the card or the face was not enough
    second: str = ""  # who else vouched, a pseudonym
    picture: PersonPicture | None = None
    card_number: str = field(default="", repr=False)
    token: str = ""
    completed_by: Proof | None = None

    @property
    def vouchers(self) -> tuple[str, ...]:
        """Return the pseudonyms of all of the staff who vouched."""
        more = self.completed_by.vouchers if self.completed_by else ()
        return (*(one for one in (self.voucher, self.second) if one), *more)

    def record(self) -> dict[str, Any]:
        """Return the record that leaves the terminal."""
        document: dict[str, Any] = {
            "method": self.method.value,
            "at": self.at.isoformat(timespec="seconds"),
        }
        match self.method:
            case ProofMethod.FACE:
                return {**document, **self._face()}
            case ProofMethod.VOUCHED:
                return {**document, **self._vouched()}
            case ProofMethod.CARD_PIN:
                return {**document, "card_number": self.card_number}
            case ProofMethod.PHONE | ProofMethod.PLATFORM:
                return {**document, "token": self.token}
        return document

    def _face(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "score": round(self.score, 4),
            "threshold": self.threshold,
            "engine": self.engine,
            "steps": list(self.steps),
        }
        if self.completed_by is not None:
            document["completed_by"] = self.completed_by.record()
        return document

    def _vouched(self) -> dict[str, Any]:
        document: dict[str, Any] = {"voucher": self.voucher, "reason": self.reason}
        if self.second:
            document["second"] = self.second
        if self.picture is not None:
            document["picture"] = self.picture.record()
        return document
