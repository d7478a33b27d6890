"""A simulated serial code scanner, which sends a code and a carriage return."""

from __future__ import annotations

import os
import tty
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class CodeGun:
    """A serial scanner on a pty; `link` is made as the name of the pty.

    Codes that the terminal has not read are lost at its next flush of the input.
    """

    def __init__(self, link: Path) -> None:
        link.unlink(missing_ok=True)
        # The terminal's end stays open here, too: else the pty would hang up whenever it is closed.
        self._scanner_end, self._terminal_end = os.openpty()
        tty.setraw(self._terminal_end)
        os.set_blocking(self._scanner_end, False)
        link.symlink_to(os.ttyname(self._terminal_end))
        self._link = link

    @property
    def url(self) -> str:
        """Return the device path that the terminal opens."""
        return str(self._link)

    def scan(self, text: str) -> None:
        """Send the text of a code, as when somebody holds it before the scanner."""
        os.write(self._scanner_end, f"{text}\r".encode())

    def close(self) -> None:
        """Remove the link and close the pty, as if the cable were pulled."""
        self._link.unlink(missing_ok=True)
        os.close(self._scanner_end)
        os.close(self._terminal_end)
