"""Two people of the city who approve telephone numbers, and a third whom no terminal knows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.config.phone_list import PhoneList

ONE, TWO, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([at]) * 32) for at in (1, 2, 3))
LAST_DAY = date(2027, 12, 31)
NEW_PHONE = "0558-5550100"


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def write_approvers(path: Path, *keys: Ed25519PrivateKey) -> Path:
    path.write_text(f"keys = {[public(key) for key in keys]}\n".replace("'", '"'), "utf-8")
    return path


def phone_list_text(
    *signers: Ed25519PrivateKey,
    phones: tuple[str, ...] = (NEW_PHONE, "0558-12333"),
    until: date = LAST_DAY,
    signed: tuple[str, ...] | None = None,
) -> str:
    """Return a list; `signed`: the numbers that the signers believe to sign."""
    message = PhoneList(until, signed or phones).message()
    lines = [f"valid_until = {until}", f"phones = {list(phones)}".replace("'", '"')]
    for key in signers:
        said = f'key = "{public(key)}"\nsignature = "{key.sign(message).hex()}"'
        lines += ["[[signatures]]", said]
    return "\n".join(lines) + "\n"
