"""The vault as a child of `serve`, on one machine and of one account: for demo and training."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from central.service_data import DataSources

MAIN = Path(__file__).resolve().parents[2] / "main.py"
FOLDER = "vault"
"""Folder of the vault's keys below the data folder, where they have no account of their own."""
SOCKET = "socket"


class ChildVault:
    """A vault process that ends with this one, with a socket in a temporary folder.

    Its keys lie below the folder `data`; with `create` they are made where there are none.
    """

    def __init__(self, data: Path, sources: DataSources, *, create: bool) -> None:
        self._folder = TemporaryDirectory(prefix="kiosk-vault-")
        self.socket = Path(self._folder.name) / SOCKET
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            _command(data, sources, self.socket, create=create),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop the process, and wait for its end."""
        # Its input closes, which is how it learns that it is to end.
        self._process.communicate()
        self._folder.cleanup()

    def wait_ready(self) -> bool:
        """Return True once the vault answers, False when it ended: it said why."""
        assert self._process.stdout is not None
        return bool(self._process.stdout.readline())


def _command(data: Path, sources: DataSources, socket: Path, *, create: bool) -> list[str]:
    said = [sys.executable, str(MAIN), "central", "vault", "--data", str(data / FOLDER)]
    said += ["--config", str(sources.config), "--socket", str(socket), "--with-parent"]
    said += ["--move-from", str(data)] if data.is_dir() else []
    for name in ("people", "portrait", "staff"):
        if (path := getattr(sources, name)) is not None:
            said += [f"--{name}", str(path)]
    said += ["--demo"] if sources.demo else []
    return [*said, "--create"] if create else said
