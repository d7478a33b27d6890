"""The keys with which the service signs, and the public halves of those it is sealed to.

They are files in the data folder, made on the first start. Keys come in generations. The first is
`receipt.key` with `first_sealing.json`; each later one was announced by the one before, and counts
as soon as its `rotation-N.json` is there. The private halves of what is sealed to are not here:
only the vault has them (`central.vault.opening_keys`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from kiosk.atomic_file import ONLY_OWNER, lock_folder, make_folder, write_atomically
from kiosk.crypto.envelope import KEY_BYTES, SealingKey, canonical, parse_sealing_key
from kiosk.crypto.receipt import SigningKey
from kiosk.crypto.rotation import Rotation, sign_rotation
from kiosk.crypto.terminal_key import TerminalKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from kiosk.config.known_credentials import KnownCredentials

PUBLIC_FILE = "keys.json"
AUTHORITY_FILE = "authority.crt"
FIRST_SEALING_FILE = "first_sealing.json"
TERMINALS = "terminals"  # private keys that --terminal made, for demo and tests
OPENING_KEYS = "sealing*.key"
"""Files of opening keys; only the vault has them."""
_LEGACY_SEALING = "sealing.key"
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class KeyTrouble(Enum):
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
    NO_VAULT = "its vault did not start; what it said stands above"
    UNMOVED = (
        "the keys that open applications still lie in the data folder: move them to the vault with "
        "`central vault-keys` (docs/central.md, The vault)"
    )


@dataclass(frozen=True)
class Generation:
    """One pair of keys, in force from `starts_at` on.

    `sealing` is None for a first key that was destroyed before its public half was kept apart;
    `statement`: the signed announcement; None for the first generation.
    """

    sealing: SealingKey | None
    signing: SigningKey
    starts_at: datetime = _ALWAYS
    statement: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ServiceKeys:
    """The service's keys.

    `terminals`: terminal and public key by key id, for those whose keys were made here.
    """

    generations: tuple[Generation, ...]
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
    def sealing(self) -> SealingKey:
        """Return the public key that terminals seal to now."""
        found = self.in_force.sealing
        assert found is not None
        return found

    def is_old(self, key_id: str) -> bool:
        """Tell whether this is the id of a sealing key that was in force, and is no more."""
        return any(
            one is not self.in_force and one.starts_at <= self.now()
            for one in self.generations
            if one.sealing is not None and one.sealing.id == key_id
        )

    def public(self) -> dict[str, Any]:
        """Return the Keys of openapi.yaml; a terminal keeps them as config/central_keys.json."""
        return {
            "version": 1,
            "sealing": self.sealing.document(),
            "receipt": self.signing.receipt_key.document(),
            "rotations": [one.statement for one in self.generations if one.statement],
        }

    def authority(self) -> str:
        """Return the certificate that terminals pin (PEM), "" where TLS ends elsewhere."""
        path = self.folder / AUTHORITY_FILE
        return path.read_text("ascii") if path.exists() else ""


def look_at_keys(folder: Path) -> KeyTrouble | None:
    """Return why `open_service_keys` would not find every key of a first start, None if it would.

    A data folder of a version before the vault holds the opening keys, too: it is whole with them.
    """
    there = _receipt_path(folder, 0).exists()
    sealing = (folder / FIRST_SEALING_FILE).exists() or (folder / _LEGACY_SEALING).exists()
    if not there:
        return KeyTrouble.INCOMPLETE if sealing else KeyTrouble.ABSENT
    rotated = _statement_path(folder, 1).exists()  # the first sealing key may be forgotten then
    return None if rotated or sealing else KeyTrouble.INCOMPLETE


def has_opening_keys(folder: Path) -> bool:
    """Tell whether a data folder still has the keys that versions before the vault kept there."""
    return any(folder.glob(OPENING_KEYS))


def has_known_key(folder: Path, known: KnownCredentials) -> bool:
    """Tell whether one of the secret files is a credential of the repository."""
    files = [*folder.glob("*.key"), *(folder / TERMINALS).glob("*")]
    return any(known.has(path.read_bytes()) for path in files)


def open_service_keys(
    folder: Path,
    terminals: Iterable[str],
    random: Callable[[int], bytes],
    now: Callable[[], datetime],
    new_sealing: Callable[[int], SealingKey],
) -> ServiceKeys:
    """Return the keys in `folder`; make what is missing, with mode 0600.

    - `terminals`: terminals for which a key is made here.
    - `random`: os.urandom.
    - `new_sealing`: returns the public half of the vault's opening key of a generation.

    Of several processes that start at once one makes the keys, the others wait and read them.
    """
    made = folder / TERMINALS
    with lock_folder(folder):
        make_folder(made)
        for terminal in terminals:
            kept(made / terminal, lambda: random(KEY_BYTES))
        keys = ServiceKeys(
            tuple(_generations(folder, random, new_sealing)),
            dict(_made_here(made)),
            folder,
            now,
        )
        _publish(keys)
    return keys


def _publish(keys: ServiceKeys) -> None:
    """Write the file of public keys if they changed."""
    path, said = keys.folder / PUBLIC_FILE, canonical(keys.public())
    if not path.exists() or path.read_bytes() != said:
        write_atomically(path, said)


def _made_here(folder: Path) -> Iterator[tuple[str, tuple[str, bytes]]]:
    for path in folder.iterdir():
        # A file that is still being written has a suffix.
        if not path.suffix:
            key = TerminalKey(path.read_bytes())
            yield key.id, (path.name, key.public)


def rotate(
    keys: ServiceKeys,
    starts_at: datetime,
    random: Callable[[int], bytes],
    new_sealing: Callable[[int], SealingKey],
) -> Rotation | None:
    """Announce new keys from `starts_at` on; None while others are announced already.

    They count once the statement is there: a rotation that was cut short is repeated. `new_sealing`
    is as above.
    """
    before = keys.generations[-1]
    if before is not keys.in_force:
        return None
    number = len(keys.generations)
    receipt = _receipt_path(keys.folder, number)
    rotation = Rotation(
        number=number,
        starts_at=starts_at,
        sealing=new_sealing(number),
        receipt=SigningKey(kept(receipt, lambda: random(KEY_BYTES))).receipt_key,
        key_id=before.signing.receipt_key.id,
    )
    write_for_owner(_statement_path(keys.folder, number), sign_rotation(rotation, before.signing))
    return rotation


def _generations(
    folder: Path, random: Callable[[int], bytes], new_sealing: Callable[[int], SealingKey]
) -> Iterator[Generation]:
    number = 0
    first = SigningKey(kept(_receipt_path(folder, 0), lambda: random(KEY_BYTES)))
    yield Generation(_first_sealing(folder, new_sealing), first)
    while (statement := _statement_path(folder, number := number + 1)).exists():
        said = json.loads(statement.read_bytes())
        starts_at = datetime.fromisoformat(said["starts_at"])
        signing = SigningKey(_receipt_path(folder, number).read_bytes())
        yield Generation(_sealing_of(said["sealing"]), signing, starts_at, said)


def _first_sealing(folder: Path, new_sealing: Callable[[int], SealingKey]) -> SealingKey | None:
    path = folder / FIRST_SEALING_FILE
    # After a rotation the first key may have been destroyed; it is not made anew.
    if not path.exists() and _statement_path(folder, 1).exists():
        return None
    return _sealing_of(json.loads(kept(path, lambda: canonical(new_sealing(0).document()))))


def _sealing_of(document: Mapping[str, object]) -> SealingKey:
    found = parse_sealing_key(document)
    assert isinstance(found, SealingKey), found
    return found


def _receipt_path(folder: Path, number: int) -> Path:
    return folder / f"receipt{_suffix(number)}.key"


def _suffix(number: int) -> str:
    return f"-{number}" if number else ""


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
