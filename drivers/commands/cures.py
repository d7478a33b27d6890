"""The cures of device failures for technicians: one or two Chinese sentences each."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from kiosk.failures import Failure, read_cures

TEXTS = Path(__file__).resolve().parents[2] / "config" / "texts" / "failures.toml"
_OF_A_CARD = {
    Failure.CARD_MOVED: "没读完：证拿开早了。请放平别动，再试一次。",
    Failure.CARD_NOT_IDENTITY: "不是身份证（是银行卡或旧卡）。请放二代身份证。",
    Failure.CARD_REFUSED: "没读出来。请擦一擦，拿开后翻个面再放；再不行可能是假证。",
    Failure.CARD_REFUSED_AGAIN: "安全模块两次不认这张证，请到窗口核验。",
    Failure.CARD_LEFT: "请先把卡拿开再放。",
    Failure.CARD_DAMAGED: "芯片里的资料不对，证坏了。请到窗口办理。",
    Failure.CARD_UNKNOWN_KIND: "不认识这种证件，请到窗口办理。",
}
CURES = MappingProxyType(_OF_A_CARD | dict(read_cures(TEXTS)))


def cure(failure: Failure) -> str:
    """Return the cure of a failure, or its name where there is none."""
    return CURES.get(failure, failure.value)
