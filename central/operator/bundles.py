"""The signed configuration: a TUF repository, a folder that is served or carried on a stick.

Every terminal pins the first root. Layers are targets: city.toml, district/CODE.toml,
point/CODE.toml. Only the timestamp keeps its name, so it is written last: whoever fetches meanwhile
gets the whole old state or the whole new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from central.keys.service_keys import write_for_owner
from kiosk.atomic_file import make_folder, write_atomically

if TYPE_CHECKING:
    from central.policy import BundlePolicy

M = TypeVar("M", Root, Targets, Snapshot, Timestamp)
ROLES = (Root.type, Targets.type, Snapshot.type, Timestamp.type)
TIMESTAMP_FILE = "timestamp.json"
TARGETS = "targets"
FOR_ALL = 0o644
"""File mode of signed files, which are public and copied to sticks."""


class BundleTrouble(Enum):
    """Why nothing was signed."""

    BEGUN = "there is a configuration already"
    NOT_BEGUN = "there is no configuration here yet: central bundle begin"
    KEY_MISSING = "a key is not in the folder of keys, or can't be read"
    UNKNOWN_LAYER = "no such layer was published"


@dataclass(frozen=True)
class Repository:
    """A TUF repository in `folder`; `keys` holds a private key ROLE.pem for each role.

    `folder` is what terminals get, `keys` stays with the operator; `days` says for how long the
    metadata of each role is valid.
    """

    folder: Path
    keys: Path
    days: BundlePolicy
    now: Callable[[], datetime]

    def begin(self) -> BundleTrouble | None:
        """Make a key for each role, and the first root, which terminals pin; return why not."""
        if (self.folder / TIMESTAMP_FILE).exists():
            return BundleTrouble.BEGUN
        make_folder(self.keys)
        root = Root(expires=self._end(Root.type), consistent_snapshot=True)
        for role in ROLES:
            root.add_key(self._make_key(role).public_key, role)
        self._write_root(root, (self._signer(Root.type),))
        self._sign_layers(Targets(expires=self._end(Targets.type)), 0, 0)
        return None

    def publish(self, layers: Mapping[str, bytes]) -> BundleTrouble | None:
        """Add or replace layers by name and sign; the other layers stay. Return why not."""

        def change(targets: Targets) -> None:
            for name, content in layers.items():
                found = TargetFile.from_data(name, content, ["sha256"])
                path, at = name.rpartition("/")[::2]
                # With consistent snapshots a target's file carries its digest in the name.
                place = self.folder / TARGETS / path / f"{found.hashes['sha256']}.{at}"
                write_atomically(place, content, FOR_ALL)
                targets.targets[name] = found

        return self._change(change)

    def withdraw(self, name: str) -> BundleTrouble | None:
        """Remove a layer and sign; return why not."""
        if name not in self.layers():
            return BundleTrouble.UNKNOWN_LAYER

        def change(targets: Targets) -> None:
            del targets.targets[name]

        return self._change(change)

    def refresh(self, days: float | None = None) -> BundleTrouble | None:
        """Sign the same layers again so that they stay valid.

        0 `days` from now ends them at once.
        """
        return self._change(lambda _: None, days)

    def replace_key(self, role: str) -> BundleTrouble | None:
        """Make another key for a role and revoke the old one; return why not.

        A new root is signed by the old and the new root key, so that terminals follow.
        """
        if self.version(Root.type) == 0:
            return BundleTrouble.NOT_BEGUN
        try:
            # Read before the root's own key is replaced.
            before = self._signer(Root.type)
            name = f"{self.version(Root.type)}.{Root.type}.json"
            root = Metadata[Root].from_file(str(self.folder / name)).signed
            for old in tuple(root.roles[role].keyids):
                root.revoke_key(old, role)
            root.add_key(self._make_key(role).public_key, role)
            root.version, root.expires = root.version + 1, self._end(Root.type)
            self._write_root(root, (before, self._signer(Root.type)))
        except (OSError, ValueError):
            return BundleTrouble.KEY_MISSING
        return self.refresh()

    def layers(self) -> tuple[str, ...]:
        """Return the names of the published layers."""
        there = self.version(Targets.type) > 0
        return tuple(sorted(self._targets().targets)) if there else ()

    def file_of(self, name: str) -> Path | None:
        """Return the path of a published layer's content, None when there is no such layer."""
        if name not in self.layers():
            return None
        place, at = name.rpartition("/")[::2]
        found = self._targets().targets[name]
        return self.folder / TARGETS / place / f"{found.hashes['sha256']}.{at}"

    def ends(self) -> datetime | None:
        """Return when terminals stop taking this configuration; None before there is any."""
        path = self.folder / TIMESTAMP_FILE
        return Metadata[Timestamp].from_file(str(path)).signed.expires if path.exists() else None

    def version(self, role: str) -> int:
        """Return the newest version of a role's metadata, 0 when there is none."""
        names = self.folder.glob(f"*.{role}.json")
        return max((int(one.name.split(".")[0]) for one in names), default=0)

    def _change(
        self, change: Callable[[Targets], None], days: float | None = None
    ) -> BundleTrouble | None:
        if self.version(Targets.type) == 0:
            return BundleTrouble.NOT_BEGUN
        try:
            # All keys are tried before anything is written, so that no change stays half signed.
            for role in ROLES[1:]:
                self._signer(role)
        except (OSError, ValueError):
            return BundleTrouble.KEY_MISSING
        targets = self._targets()
        change(targets)
        targets.version, targets.expires = targets.version + 1, self._end(Targets.type)
        stamp = Metadata[Timestamp].from_file(str(self.folder / TIMESTAMP_FILE)).signed
        self._sign_layers(targets, self.version(Snapshot.type), stamp.version, days)
        return None

    def _sign_layers(
        self, targets: Targets, snapshots: int, stamps: int, days: float | None = None
    ) -> None:
        """Write targets, snapshot and timestamp in this order, each naming the one before."""
        end = self._end(Timestamp.type, days)
        snapshot = Snapshot(snapshots + 1, expires=self._end(Snapshot.type))
        snapshot.meta["targets.json"] = MetaFile(targets.version)
        said = self._signed(snapshot, Snapshot.type)
        stamp = Timestamp(stamps + 1, expires=end)
        stamp.snapshot_meta = MetaFile.from_data(snapshot.version, said, ["sha256"])
        write_atomically(
            self.folder / f"{targets.version}.targets.json",
            self._signed(targets, Targets.type),
            FOR_ALL,
        )
        write_atomically(self.folder / f"{snapshot.version}.snapshot.json", said, FOR_ALL)
        write_atomically(self.folder / TIMESTAMP_FILE, self._signed(stamp, Timestamp.type), FOR_ALL)

    def _signed(self, signed: M, role: str) -> bytes:
        found = Metadata(signed)
        found.sign(self._signer(role))
        return found.to_bytes(JSONSerializer())

    def _write_root(self, root: Root, signers: tuple[CryptoSigner, ...]) -> None:
        found = Metadata(root)
        for signer in signers:
            found.sign(signer, append=True)
        write_atomically(
            self.folder / f"{root.version}.root.json", found.to_bytes(JSONSerializer()), FOR_ALL
        )

    def _targets(self) -> Targets:
        name = f"{self.version(Targets.type)}.{Targets.type}.json"
        return Metadata[Targets].from_file(str(self.folder / name)).signed

    def _end(self, role: str, days: float | None = None) -> datetime:
        most: float = getattr(self.days, f"{role}_days")
        end = self.now().astimezone(UTC) + timedelta(days=most if days is None else days)
        return end.replace(microsecond=0)

    def _make_key(self, role: str) -> CryptoSigner:
        key = Ed25519PrivateKey.generate()
        words = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = self.keys / f"{role}.pem"
        write_for_owner(path, words)
        return CryptoSigner(key)

    def _signer(self, role: str) -> CryptoSigner:
        """Return the signer of a role. Raises OSError or ValueError when its key can't be read."""
        key = load_pem_private_key((self.keys / f"{role}.pem").read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError(role)  # noqa: TRY004 - as of a file that is no key
        return CryptoSigner(key)
