"""The terminals whose requests the vault believes, by their public keys.

The list is the vault's own: an operator writes it from the service's database once
(`central vault-terminals`), admits and dismisses terminals, and a terminal names its next key
itself, signed with the one before. As long as there is no list, the vault believes the service.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from central.problems import UNAUTHORISED, HttpProblem
from central.signatures import verify_message
from central.vault_port import SealedRequest
from kiosk.atomic_file import ONLY_OWNER, lock_folder, write_atomically
from kiosk.crypto.envelope import base64_of, bytes_of, canonical, key_id, object_of
from kiosk.crypto.terminal_key import RENEWAL_PATH, proves, renewal_of

LOG = logging.getLogger(__name__)
FILE = "terminals.json"
_KEPT = 2  # the key in force, and the one that follows it


@dataclass(frozen=True)
class _KnownList:
    """A list as it was read, and the file's number, time of change and size."""

    version: tuple[int, int, int]
    keys: Mapping[str, tuple[bytes, ...]]


@dataclass(frozen=True)
class TerminalRegister:
    """The list in the vault's folder; it is read again when the file is another one."""

    folder: Path
    _known: list[_KnownList] = field(default_factory=list, repr=False)

    def read(self) -> Mapping[str, tuple[bytes, ...]] | None:
        """Return the public keys of each terminal, None as long as there is no list."""
        path = self.folder / FILE
        try:
            found = path.stat()
        except FileNotFoundError:
            return None
        version = (found.st_ino, found.st_mtime_ns, found.st_size)
        for known in self._known:  # one at most
            if known.version == version:
                return known.keys
        said: dict[str, list[str]] = json.loads(path.read_bytes())
        keys = {
            terminal: tuple(key for one in keys if (key := bytes_of(one)) is not None)
            for terminal, keys in said.items()
        }
        self._known[:] = [_KnownList(version, keys)]
        return keys

    def begin(self, terminals: Mapping[str, tuple[bytes, ...]]) -> None:
        """Replace the list."""
        with lock_folder(self.folder):
            self._write(terminals)

    def admit(self, terminal: str, public_key: bytes) -> None:
        """Add a terminal, or replace its keys; without effect as long as there is no list."""
        self._change(lambda known: {**known, terminal: (public_key,)})

    def dismiss(self, terminal: str) -> None:
        """Remove a terminal."""
        self._change(lambda known: {name: one for name, one in known.items() if name != terminal})

    def renew(self, terminal: str, public_key: bytes) -> None:
        """Add the next key of a terminal; the oldest goes."""

        def changed(known: Mapping[str, tuple[bytes, ...]]) -> Mapping[str, tuple[bytes, ...]]:
            before = tuple(one for one in known.get(terminal, ()) if one != public_key)
            return {**known, terminal: (*before, public_key)[-_KEPT:]}

        self._change(changed)

    def _change(
        self,
        change: Callable[[Mapping[str, tuple[bytes, ...]]], Mapping[str, tuple[bytes, ...]]],
    ) -> None:
        with lock_folder(self.folder):
            if (known := self.read()) is not None:
                self._write(change(known))

    def _write(self, terminals: Mapping[str, tuple[bytes, ...]]) -> None:
        said = {name: [base64_of(one) for one in keys] for name, keys in terminals.items()}
        write_atomically(self.folder / FILE, canonical(said), ONLY_OWNER)


@dataclass(frozen=True)
class TerminalCheck:
    """Verifies that a terminal of the register signed a request, within `window` of `now`."""

    register: TerminalRegister
    window: timedelta
    now: Callable[[], datetime]

    def wrong(self, said: SealedRequest) -> HttpProblem | None:
        """Return the problem with the signature of a request, None when it is good.

        What was signed is the address with the id, and the body.
        """
        known = self.register.read()
        if known is None:
            return None
        keys = {key_id(one): one for one in known.get(said.terminal, ())}
        now = self.now().astimezone(UTC)
        found = verify_message(said.message, said.body, keys.get, now, self.window)
        if isinstance(found, HttpProblem):
            LOG.warning("%s: its signature is not good by the vault's list", said.terminal)
            return found
        path = urlsplit(said.message.url).path
        return None if path.rpartition("/")[2].lower() == said.item_id else UNAUTHORISED

    def renew(self, said: SealedRequest) -> HttpProblem | None:
        """Take over the next key of a terminal, which it signs with the one before.

        The body is that of the request that announces it to the service.
        """
        if urlsplit(said.message.url).path != RENEWAL_PATH:
            return UNAUTHORISED
        item = RENEWAL_PATH.rpartition("/")[2]
        if problem := self.wrong(SealedRequest(**{**vars(said), "item_id": item})):
            return problem
        document = object_of(said.body) or {}
        text, proof = document.get("public_key"), document.get("proof")
        public = bytes_of(text)
        if public is None or not proves(public, str(proof), renewal_of(said.terminal, str(text))):
            return UNAUTHORISED
        self.register.renew(said.terminal, public)
        return None


@dataclass(frozen=True)
class TerminalOperations:
    """The operations of the vault on its list of terminals, whose requests `terminals` verifies."""

    terminals: TerminalCheck

    def renew_terminal_key(self, said: SealedRequest) -> HttpProblem | None:
        """Take over the next key of a terminal, signed with the one before; `item_id` is ""."""
        return self.terminals.renew(said)

    def list_terminals(self, terminals: Mapping[str, tuple[bytes, ...]]) -> int:
        """Replace the vault's list of terminals and their public keys; return their number."""
        self.terminals.register.begin(terminals)
        return len(terminals)

    def admit_terminal(self, terminal: str, public_key: bytes) -> bool:
        """Add a terminal to the list, or replace its key; False as long as there is no list."""
        self.terminals.register.admit(terminal, public_key)
        return self.terminals.register.read() is not None

    def dismiss_terminal(self, terminal: str) -> bool:
        """Remove a terminal from the list; False as long as there is no list."""
        self.terminals.register.dismiss(terminal)
        return self.terminals.register.read() is not None
