"""The service's secrets: files in its data folder, made on the first start.

Keys come in generations. The first is `sealing.key` and `receipt.key`; each later one was announced
by the one before, and counts as soon as its `rotation-N.json` is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from kiosk.atomic_file import ONLY_OWNER, lock_folder, make_folder, write_atomically
from kiosk.crypto.envelope import KEY_BYTES, OpeningKey, canonical
from kiosk.crypto.receipt import SigningKey
from kiosk.crypto.rotation import Rotation, sign_rotation
from kiosk.crypto.terminal_key import TerminalKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from kiosk.config.known_credentials import KnownCredentials

PUBLIC_FILE = "keys.json"
AUTHORITY_FILE = "authority.crt"
PERSON_FILE = "person.key"
TERMINALS = "terminals"  # private keys that --terminal made, for demo and tests
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class VaultTrouble(Enum):
    """Reason why a data folder is not used; the value says what to do. Nothing was changed."""

    ABSENT = (
        "there is no central service in this folder: mend --data, or make one with "
        "`central init` (docs/central.md)"
    )
    INCOMPLETE = (
        "a key of this service is gone: restore the newest backup into a new folder; if it never "
        "served anybody, `central init` makes what is missing"
    )
    KNOWN = (
        "a key of this service stands in the project's repository: anybody could sign and open "
        "what it does; make one with keys of its own (`central init`) and enrol the terminals anew"
    )


@dataclass(frozen=True)
class Generation:
    """One pair of keys, in force from `starts_at` on; `opening` is None after it was destroyed.

    `statement`: the signed announcement; None for the first generation.
    """

    opening: OpeningKey | None
    signing: SigningKey
    starts_at: datetime = _ALWAYS
    statement: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Vault:
    """The service's private keys.

    `terminals`: terminal and public key by key id, for those whose keys were made here. `person` is
    the key of all hashes of persons and numbers.
    """

    generations: tuple[Generation, ...]
    person: bytes = field(repr=False)
    terminals: Mapping[str, tuple[str, bytes]]
    folder: Path
    now: Callable[[], datetime] = field(repr=False)

    @property
    def id(self) -> str:
        """Return the permanent id of this service: that of its first receipt key."""
        return self.generations[0].signing.receipt_key.id

    @property
    def in_force(self) -> Generation:
        """Return the newest generation whose time has begun."""
        return [one for one in self.generations if one.starts_at <= self.now()][-1]

    @property
    def signing(self) -> SigningKey:
        """Return the key that signs receipts now."""
        return self.in_force.signing

    @property
    def opening(self) -> OpeningKey:
        """Return the private half of the key that terminals seal to now."""
        found = self.in_force.opening
        assert found is not None
        return found

    @property
    def opening_keys(self) -> Mapping[str, OpeningKey]:
        """Return all opening keys by key id."""
        found = [one.opening for one in self.generations if one.opening is not None]
        return {key.sealing.id: key for key in found}

    def public(self) -> dict[str, Any]:
        """Return the Keys of openapi.yaml; a terminal keeps them as config/central_keys.json."""
        return {
            "version": 1,
            "sealing": self.opening.sealing.document(),
            "receipt": self.signing.receipt_key.document(),
            "rotations": [one.statement for one in self.generations if one.statement],
        }

    def authority(self) -> str:
        """Return the certificate that terminals pin (PEM), "" where TLS ends elsewhere."""
        path = self.folder / AUTHORITY_FILE
        return path.read_text("ascii") if path.exists() else ""


def look_at_vault(folder: Path) -> VaultTrouble | None:
    """Return why `open_vault` would not find every key of a first start, None if it would."""
    there = [_paths(folder, 0)[1].exists(), (folder / PERSON_FILE).exists()]
    if not any(there):
        return VaultTrouble.ABSENT
    rotated = _statement_path(folder, 1).exists()  # the first sealing key may be forgotten then
    whole = all(there) and (rotated or _paths(folder, 0)[0].exists())
    return None if whole else VaultTrouble.INCOMPLETE


def has_known_key(folder: Path, known: KnownCredentials) -> bool:
    """Tell whether one of the secret files is a credential of the repository."""
    files = [*folder.glob("*.key"), *(folder / TERMINALS).glob("*")]
    return any(known.has(path.read_bytes()) for path in files)


def open_vault(
    folder: Path,
    terminals: Iterable[str],
    random: Callable[[int], bytes],
    now: Callable[[], datetime],
) -> Vault:
    """Return the vault in `folder`; make what is missing, with mode 0600.

    - `terminals`: terminals for which a key is made here.
    - `random`: os.urandom.

    Of several processes that start at once one makes the keys, the others wait and read them.
    """
    made = folder / TERMINALS
    with lock_folder(folder):
        make_folder(made)
        for terminal in terminals:
            kept(made / terminal, lambda: random(KEY_BYTES))
        vault = Vault(
            tuple(_generations(folder, random)),
            kept(folder / PERSON_FILE, lambda: random(KEY_BYTES)),
            dict(_made_here(made)),
            folder,
            now,
        )
        _publish(vault)
    return vault


def _publish(vault: Vault) -> None:
    """Write the file of public keys if they changed."""
    path, said = vault.folder / PUBLIC_FILE, canonical(vault.public())
    if not path.exists() or path.read_bytes() != said:
        write_atomically(path, said)


def _made_here(folder: Path) -> Iterator[tuple[str, tuple[str, bytes]]]:
    for path in folder.iterdir():
        # A file that is still being written has a suffix.
        if not path.suffix:
            key = TerminalKey(path.read_bytes())
            yield key.id, (path.name, key.public)


def rotate(vault: Vault, starts_at: datetime, random: Callable[[int], bytes]) -> Rotation | None:
    """Announce new keys from `starts_at` on; None while others are announced already.

    They count once the statement is there: a rotation that was cut short is repeated.
    """
    before = vault.generations[-1]
    if before is not vault.in_force:
        return None
    number = len(vault.generations)
    sealing, receipt = _paths(vault.folder, number)
    rotation = Rotation(
        number=number,
        starts_at=starts_at,
        sealing=OpeningKey(kept(sealing, lambda: random(KEY_BYTES))).sealing,
        receipt=SigningKey(kept(receipt, lambda: random(KEY_BYTES))).receipt_key,
        key_id=before.signing.receipt_key.id,
    )
    write_for_owner(_statement_path(vault.folder, number), sign_rotation(rotation, before.signing))
    return rotation


def forget(vault: Vault, key_id: str) -> bool:
    """Destroy an old opening key; False when `key_id` is not that of an old one.

    What was sealed to it can't be opened any more.
    """
    for number, one in enumerate(vault.generations):
        old = one is not vault.in_force and one.starts_at <= vault.now()
        if old and one.opening is not None and one.opening.sealing.id == key_id:
            _paths(vault.folder, number)[0].unlink()
            return True
    return False


def _generations(folder: Path, random: Callable[[int], bytes]) -> Iterator[Generation]:
    number, statement = 0, _statement_path(folder, 1)
    sealing, receipt = _paths(folder, 0)
    # After a rotation the first sealing key may have been destroyed; it is not made anew.
    if not statement.exists():
        kept(sealing, lambda: random(KEY_BYTES))
    first = SigningKey(kept(receipt, lambda: random(KEY_BYTES)))
    yield Generation(_opening(sealing), first)
    while (statement := _statement_path(folder, number := number + 1)).exists():
        sealing, receipt = _paths(folder, number)
        said = json.loads(statement.read_bytes())
        starts_at = datetime.fromisoformat(said["starts_at"])
        signing = SigningKey(receipt.read_bytes())
        yield Generation(_opening(sealing), signing, starts_at, said)


def _opening(path: Path) -> OpeningKey | None:
    return OpeningKey(path.read_bytes()) if path.exists() else None


def _paths(folder: Path, number: int) -> tuple[Path, Path]:
    more = f"-{number}" if number else ""
    return folder / f"sealing{more}.key", folder / f"receipt{more}.key"


def _statement_path(folder: Path, number: int) -> Path:
    return folder / f"rotation-{number}.json"


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the file's bytes; if it does not exist, make them first."""
    if not path.exists():
        write_for_owner(path, make())
    return path.read_bytes()


def write_for_owner(path: Path, content: bytes) -> None:
    """Write a file for its owner alone; whole and durable when this returns."""
    write_atomically(path, content, ONLY_OWNER)
