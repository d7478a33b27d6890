"""What did the person agree to, and how was it shown that it is this person?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Consent:
    """Consent to the notice; the face check has its own (PIPL 29, 个人信息保护法)."""

    text_version: str
    at: datetime
    face: bool

    def record(self) -> dict[str, str | bool]:
        """Return what is kept of it."""
        at = self.at.isoformat(timespec="seconds")
        return {"text_version": self.text_version, "at": at, "face": self.face}


class ProofMethod(StrEnum):
    """How it was shown that this is the person of the card."""

    FACE = "face"
    VOUCHED = "vouched"  # 人工核验: somebody of the staff looked at card and person
    AUTHORITY = "authority"  # 委托: the person is not here, and the authorisation says so


@dataclass(frozen=True)
class Proof:
    """A proof's figures. Never an image, never a vector."""

    method: ProofMethod
    at: datetime
    score: float = 0.0
    threshold: float = 0.0
    engine: str = ""
    steps: tuple[str, ...] = ()
    voucher: str = ""  # who vouched, a pseudonym
    reason: str = ""  # why the card or the face was not enough

    def record(self) -> dict[str, str | float | list[str]]:
        """Return what leaves the terminal; `steps` are the movements that were asked and done."""
        said: dict[str, str | float | list[str]] = {
            "method": self.method.value,
            "at": self.at.isoformat(timespec="seconds"),
        }
        if self.method is ProofMethod.AUTHORITY:
            return said
        if self.method is ProofMethod.VOUCHED:
            return {**said, "voucher": self.voucher, "reason": self.reason}
        return {
            **said,
            "score": round(self.score, 4),
            "threshold": self.threshold,
            "engine": self.engine,
            "steps": list(self.steps),
        }
