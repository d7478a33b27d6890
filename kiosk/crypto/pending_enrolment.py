"""An enrolment under way: the card's code and the key for which it is spent, sealed on the disk.

They are durable before the code is sent. A terminal that loses its power until it is let in goes on
with the same key, for which the central service gives the same enrolment.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.atomic_file import ONLY_OWNER, write_atomically
from kiosk.crypto.envelope import base64_of, bytes_of, canonical
from kiosk.crypto.sealing import seal, unseal
from kiosk.crypto.terminal_key import TerminalKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.ports import DeviceKey

_PURPOSE = "pending enrolment"


@dataclass(frozen=True)
class PendingEnrolment:
    """The code of a card, and the key that this terminal made for it."""

    code: str = field(repr=False)
    key: TerminalKey


def pending_path(identity: Path) -> Path:
    """Return where an enrolment under way is kept: beside the key that comes of it."""
    return identity.with_name(f"{identity.name}.pending")


def read_pending(path: Path, device_key: DeviceKey) -> PendingEnrolment | None:
    """Return the enrolment under way; None without one, or where it is another machine's."""
    try:
        plain = unseal(device_key.derive(_PURPOSE), path.read_bytes(), None)
    except OSError:
        return None
    if plain is None:
        return None
    said = json.loads(plain)
    made_at = datetime.fromisoformat(said["made_at"])
    return PendingEnrolment(said["code"], TerminalKey(bytes_of(said["private"]) or b"", made_at))


def write_pending(
    path: Path,
    device_key: DeviceKey,
    pending: PendingEnrolment,
    random: Callable[[int], bytes],
) -> None:
    """Write `pending`, durably, for its owner alone. Raises OSError; `random` is os.urandom."""
    assert pending.key.made_at is not None
    said = {
        "code": pending.code,
        "private": base64_of(pending.key.private),
        "made_at": pending.key.made_at.isoformat(),
    }
    sealed = seal(device_key.derive(_PURPOSE), canonical(said), None, random)
    write_atomically(path, sealed, ONLY_OWNER)
