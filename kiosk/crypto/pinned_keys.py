"""The keys of the central service that this terminal pins, in a file made at enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.crypto.envelope import Refusal, SealingKey, object_of, parse_sealing_key
from kiosk.crypto.receipt import ReceiptKey, parse_receipt_key
from kiosk.operator_texts import text_of


@dataclass(frozen=True)
class CentralKeys:
    """The key that applications are sealed for, and the key that signs receipts."""

    sealing: SealingKey
    receipt: ReceiptKey


def read_central_keys(path: Path) -> CentralKeys:
    """Return the keys that `GET /v1/keys` answered at enrolment. Raises ConfigError."""
    try:
        document = object_of(path.read_bytes()) or {}
    except OSError:
        problem = Problem(str(path), 0, text_of("config.file"), text_of("crypto.no_file"))
        raise ConfigError((problem,)) from None
    sealing = parse_sealing_key(_part(document, "sealing"))
    receipt = parse_receipt_key(_part(document, "receipt"))
    if sealing is Refusal.SUITE_UNAVAILABLE:
        raise _wrong_key(path, text_of("crypto.no_suite"))
    if isinstance(sealing, Refusal) or receipt is None:
        raise _wrong_key(path, text_of("crypto.no_key"))
    return CentralKeys(sealing, receipt)


def _wrong_key(path: Path, expected: str) -> ConfigError:
    return ConfigError((Problem(str(path), 0, text_of("crypto.key"), expected),))


def _part(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}
