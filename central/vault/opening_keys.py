"""The private keys of the vault: those that open what terminals seal, and the key of all hashes.

They are files of the vault's own folder, for its account alone: `sealing.key`, `sealing-N.key` for
each later generation, `person.key`. A module of PKCS#11, or one for SM2 with a key of its own,
stands behind the same `OpeningKeyStore`.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from central.keys.service_keys import (
    FIRST_SEALING_FILE,
    OPENING_KEYS,
    KeyTrouble,
    kept,
    write_for_owner,
)
from kiosk.atomic_file import flush, lock_folder, make_folder
from kiosk.crypto.envelope import (
    KEY_BYTES,
    OpeningKey,
    Refusal,
    SealingKey,
    canonical,
    open_sealed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.crypto.suites import Suite

PERSON_FILE = "person.key"


class FileKeyStore:
    """Opening keys in files, the reference of `OpeningKeyStore`; safe from any thread."""

    def __init__(self, folder: Path, random: Callable[[int], bytes]) -> None:
        self._folder, self._random = folder, random
        self._lock = Lock()
        self._keys = {key.sealing.id: key for key in _read(folder)}

    def open(
        self, key_id: str, suite: Suite, sealed: bytes, item_id: str, digest: str
    ) -> bytes | Refusal | None:
        """Return what was sealed to the key `key_id`, why it does not open, None without it.

        `item_id` and `digest` are those that it was sealed with.
        """
        key = self._keys.get(key_id)
        if key is None or key.suite is not suite:
            return None
        return open_sealed(sealed, key, item_id, digest)

    def open_by_any(self, sealed: bytes, item_id: str, digest: str) -> bytes | None:
        """Return what was sealed to one of the keys, None when none of them opens it.

        `item_id` and `digest` are those that it was sealed with.
        """
        opened = (open_sealed(sealed, one, item_id, digest) for one in list(self._keys.values()))
        return next((one for one in opened if isinstance(one, bytes)), None)

    def make(self, number: int) -> SealingKey:
        """Return the public half of the key of a generation; make it when it is not there."""
        with self._lock, lock_folder(self._folder):
            path = _path(self._folder, number)
            key = OpeningKey(kept(path, lambda: self._random(KEY_BYTES)))
            self._keys[key.sealing.id] = key
        return key.sealing

    def sealing_key(self, key_id: str) -> SealingKey | None:
        """Return the public half of a key, None when there is none with this id."""
        found = self._keys.get(key_id)
        return found.sealing if found else None

    def forget(self, key_id: str) -> bool:
        """Destroy a key; False when there is none with this id."""
        with self._lock, lock_folder(self._folder):
            for path in self._folder.glob(OPENING_KEYS):
                if OpeningKey(path.read_bytes()).sealing.id == key_id:
                    path.unlink()
                    flush(self._folder)
                    self._keys.pop(key_id, None)
                    return True
        return False


def look_at_opening_keys(folder: Path) -> KeyTrouble | None:
    """Return why the keys in `folder` are not used, None if they are whole."""
    person, opening = (folder / PERSON_FILE).exists(), any(folder.glob(OPENING_KEYS))
    if not person and not opening:
        return KeyTrouble.ABSENT
    return None if person and opening else KeyTrouble.INCOMPLETE


def person_key(folder: Path, random: Callable[[int], bytes]) -> bytes:
    """Return the key of all hashes of persons and numbers; make it when it is not there."""
    with lock_folder(folder):
        return kept(folder / PERSON_FILE, lambda: random(KEY_BYTES))


def move_opening_keys(data: Path, folder: Path) -> tuple[str, ...]:
    """Move the keys that versions before the vault kept in the data folder; return their names.

    Each is written and flushed in `folder` before the old file goes, so a power cut loses none. A
    file of the same name and content may be there already. What the data folder keeps is the public
    half of the first of them.

    Raises FileExistsError for one with another content: two services would be mixed.
    """
    moved = sorted([*data.glob(OPENING_KEYS), *data.glob(PERSON_FILE)])
    if not moved:
        return ()
    make_folder(folder)
    with lock_folder(data), lock_folder(folder):
        if (first := _path(data, 0)).exists():
            public = OpeningKey(first.read_bytes()).sealing.document()
            write_for_owner(data / FIRST_SEALING_FILE, canonical(public))
        for old in moved:
            new, content = folder / old.name, old.read_bytes()
            if new.exists() and new.read_bytes() != content:
                raise FileExistsError(str(new))
            write_for_owner(new, content)
            old.unlink()
        flush(data)
    return tuple(path.name for path in moved)


def _read(folder: Path) -> Iterator[OpeningKey]:
    return (OpeningKey(path.read_bytes()) for path in sorted(folder.glob(OPENING_KEYS)))


def _path(folder: Path, number: int) -> Path:
    return folder / (f"sealing-{number}.key" if number else "sealing.key")
