"""The terminal's own key: its sealed file, and its renewal.

It is sealed under the device key, so the disk alone does not reveal it. A renewed key is written
beside the old one, and takes its place when the central service has signed that it knows it:
whatever is cut short is done again, with the same key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.atomic_file import ONLY_OWNER, replace_durably, write_atomically
from kiosk.crypto.envelope import KEY_BYTES, base64_of, bytes_of, canonical
from kiosk.crypto.sealing import seal, unseal
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.ports import DeviceKey

_PURPOSE = "terminal identity"


class IdentityError(Exception):
    """There is no key in this file, or it is another machine's."""


@dataclass
class TerminalIdentity:
    """The key in use; the file at `path` is sealed when there is a `seal`, else 32 plain bytes."""

    path: Path
    seal: DeviceKey | None
    key: TerminalKey

    def next(self, random: Callable[[int], bytes], at: datetime) -> TerminalKey:
        """Return the key that follows this one: that of an earlier try, else a new one."""
        assert self.seal is not None
        try:
            return read_key(self._after, self.seal)
        except IdentityError:
            made = TerminalKey(random(KEY_BYTES), at)
            write_key(self._after, self.seal, made, random)
            return made

    def advance(self, key: TerminalKey) -> None:
        """Replace this key by the next one, durably before anything is signed with it.

        The first request that the next key signs ends the old one at the central service: a power
        cut that brought the old file back would lock this terminal out.
        """
        replace_durably(self._after, self.path)
        self.key = key

    @property
    def _after(self) -> Path:
        return self.path.with_name(self.path.name + ".next")


def open_identity(url: str, device_key: Callable[[], DeviceKey]) -> TerminalIdentity:
    """Return the identity at `url`: file:PATH (demo and tests) or sealed:PATH.

    `device_key` is called only for a sealed one. Raises IdentityError, also from the seal.
    """
    kind, _, place = url.partition(":")
    path = Path(place)
    if kind == "sealed":
        seal = device_key()
        return TerminalIdentity(path, seal, read_key(path, seal))
    try:
        private = path.read_bytes()
    except OSError as error:
        raise IdentityError(str(path)) from error
    if len(private) != KEY_BYTES or path.stat().st_mode & ~ONLY_OWNER & 0o777:
        raise IdentityError(str(path))
    return TerminalIdentity(path, None, TerminalKey(private))


def read_key(path: Path, device_key: DeviceKey) -> TerminalKey:
    """Return the key that `write_key` sealed with the same `device_key`. Raises IdentityError."""
    try:
        plain = unseal(device_key.derive(_PURPOSE), path.read_bytes(), None)
    except OSError as error:
        raise IdentityError(str(path)) from error
    if plain is None:
        raise IdentityError(str(path))
    document = json.loads(plain)
    return TerminalKey(
        bytes_of(document["private"]) or b"", datetime.fromisoformat(document["made_at"])
    )


def write_key(
    path: Path, device_key: DeviceKey, key: TerminalKey, random: Callable[[int], bytes]
) -> None:
    """Write a key with its day, sealed under `device_key` and readable by its owner alone.

    It is durable when this returns. `random` returns as many bytes as it is asked for. Raises
    OSError.
    """
    assert key.made_at is not None
    document = {"private": base64_of(key.private), "made_at": key.made_at.isoformat()}
    sealed = seal(device_key.derive(_PURPOSE), canonical(document), None, random)
    write_atomically(path, sealed, ONLY_OWNER)
