"""A simulated serial code scanner, which sends a code and a carriage return."""

from __future__ import annotations

import os
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class CodeGun:
    """A serial scanner on a pty; `link` is made as the name of the pty.

    What nobody reads is lost with the next flush.
    """

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
        """Return the device path that the terminal opens."""
        return str(self._link)

    def scan(self, text: str) -> None:
        """Send the text of a code that is held before the scanner."""
        os.write(self._far, f"{text}\r".encode())

    def close(self) -> None:
        """Remove the link and close the pty, as if the cable were pulled."""
        self._link.unlink(missing_ok=True)
        os.close(self._far)
        os.close(self._near)
