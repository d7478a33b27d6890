"""libpcsclite's answers of a reader whose cable is pulled: the real library, a plug before it.

vpcd's reader can't be unplugged while its pcscd runs. So the codes that winscard.h names for a
reader that is gone are said here, and everything else by the library; plugged again it has another
number in its name, as behind another USB port.
"""

from __future__ import annotations

import threading

from drivers.transports.pcsc_library import PcscReturnCode, Winscard


class CabledWinscard:
    """`Winscard` with one cable for all readers."""

    def __init__(self, library: Winscard) -> None:
        self._library = library
        self._pulled = threading.Event()
        self.port = 0

    def pull(self) -> None:
        self._pulled.set()

    def plug(self) -> None:
        self.port += 1
        self._pulled.clear()

    def named(self, reader: str) -> str:
        """The name of a reader behind the port that the cable is in now."""
        return f"{reader} at {self.port}"

    def establish(self) -> tuple[int, int]:
        return self._library.establish()

    def release(self, context: int) -> int:
        return self._library.release(context)

    def readers(self, context: int) -> tuple[int, list[str]]:
        if self._pulled.is_set():
            return PcscReturnCode.NO_READERS_AVAILABLE, []
        code, names = self._library.readers(context)
        return code, [self.named(name) for name in names]

    def status_change(
        self, context: int, reader: str, known: int, milliseconds: int
    ) -> tuple[int, int]:
        if self._is_gone(reader):
            return PcscReturnCode.UNKNOWN_READER, 0
        return self._library.status_change(context, self._own(reader), known, milliseconds)

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        if self._is_gone(reader):
            return PcscReturnCode.UNKNOWN_READER, 0, 0
        return self._library.connect(context, self._own(reader))

    def transmit(self, card: int, protocol: int, apdu: bytes | bytearray) -> tuple[int, bytes]:
        code, answer = self._library.transmit(card, protocol, apdu)
        return (PcscReturnCode.READER_UNAVAILABLE, b"") if self._pulled.is_set() else (code, answer)

    def disconnect(self, card: int, *, reset: bool) -> int:
        return self._library.disconnect(card, reset=reset)

    def _is_gone(self, reader: str) -> bool:
        return self._pulled.is_set() or reader != self.named(self._own(reader))

    @staticmethod
    def _own(reader: str) -> str:
        return reader.rpartition(" at ")[0]
