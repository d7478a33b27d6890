"""The keys of the central service that this terminal pins, in a file made at enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.crypto.envelope import Refusal, SealingKey, object_of, parse_sealing_key
from kiosk.crypto.receipt import ReceiptKey, parse_receipt_key

GM_WORDS = "中心用国密算法（SM2、SM4），本机没装 gmalg 这个包，请换带国密的安装包，再启动"


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
        raise ConfigError(
            (Problem(str(path), 0, "文件", "没有中心的公钥文件，请重新登记"),)
        ) from None
    sealing = parse_sealing_key(_part(document, "sealing"))
    receipt = parse_receipt_key(_part(document, "receipt"))
    if sealing is Refusal.SUITE_UNAVAILABLE:
        raise ConfigError((Problem(str(path), 0, "公钥", GM_WORDS),))
    if isinstance(sealing, Refusal) or receipt is None:
        raise ConfigError((Problem(str(path), 0, "公钥", "不是中心的公钥，请重新登记"),))
    return CentralKeys(sealing, receipt)


def _part(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}
