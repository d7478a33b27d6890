"""What does a scanner of codes say? The text of what is held before it, and a carriage return."""

from __future__ import annotations

import os
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class CodeGun:
    """A serial scanner on a pty under a link; what nobody reads is lost with the next flush."""

    def __init__(self, link: Path) -> None:
        link.unlink(missing_ok=True)
        # The host's end stays open here too, or the pty would hang up whenever the host closes it.
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        os.set_blocking(self._far, False)
        link.symlink_to(os.ttyname(self._near))
        self._link = link

    @property
    def url(self) -> str:
        return str(self._link)

    def scan(self, text: str) -> None:
        """Hold a code before it."""
        os.write(self._far, f"{text}\r".encode())

    def close(self) -> None:
        """Pull the cable."""
        self._link.unlink(missing_ok=True)
        os.close(self._far)
        os.close(self._near)
