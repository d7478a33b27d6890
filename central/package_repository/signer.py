"""The key that signs the repository, kept by GnuPG in a folder of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROGRAM, ENDING_PROGRAM = "gpg", "gpgconf"
OWNER = "Retirement kiosk package repository"
PRIVATE = 0o700


class SigningError(Exception):
    """GnuPG did not do it; its words say why."""


@dataclass(frozen=True)
class RepositorySigner:
    """Signs with the one key in the folder `home`: who has it decides what terminals run."""

    home: Path

    def make_key(self) -> None:
        """Make the key, unless there is one. Raises SigningError."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.home.chmod(PRIVATE)
        if not self.public_key():
            kind = ("ed25519", "sign", "never")
            self._call("--passphrase", "", "--quick-generate-key", OWNER, *kind)

    def public_key(self) -> bytes:
        """Return the public half as apt reads it, b"" without a key. Raises SigningError."""
        return self._call("--export")

    def clear_sign(self, text: str) -> bytes:
        """Return the text with its signature around it. Raises SigningError."""
        return self._call("--digest-algo", "SHA512", "--clear-sign", said=text.encode())

    def _call(self, *words: str, said: bytes = b"") -> bytes:
        asked = [PROGRAM, "--homedir", str(self.home), "--batch", "--no-tty", "--quiet", *words]
        try:
            done = subprocess.run(asked, input=said, capture_output=True, check=False)  # noqa: S603 - gpg
        except FileNotFoundError:
            raise SigningError("gpg is not installed: apt-get install -y gpg") from None
        if done.returncode:
            raise SigningError(done.stderr.decode(errors="replace").strip())
        return done.stdout


@contextmanager
def opened(home: Path) -> Iterator[RepositorySigner]:
    """Yield the signer of a folder; the agent that GnuPG starts for it ends with it."""
    try:
        yield RepositorySigner(home)
    finally:
        ended = [ENDING_PROGRAM, "--homedir", str(home), "--kill", "all"]
        with suppress(FileNotFoundError):  # without GnuPG no agent runs, and who asked was told so
            subprocess.run(ended, capture_output=True, check=False)  # noqa: S603 - of GnuPG
