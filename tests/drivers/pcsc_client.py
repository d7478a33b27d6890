"""A plain client of libpcsclite, apart from the drivers: a reader as an application sees it."""

from __future__ import annotations

import ctypes
from ctypes import byref
from types import TracebackType
from typing import Final, Self

EMPTY: Final = 0x10
PRESENT: Final = 0x20
CHANGED: Final = 0x02
T0_OR_T1: Final = 3
SHARED: Final = 2
LEAVE: Final = 0
SYSTEM: Final = 2
SLICE_MS: Final = 200


class PcscError(Exception):
    """A call returned something else than SCARD_S_SUCCESS; `code` is what."""

    def __init__(self, code: int) -> None:
        super().__init__(f"0x{code:08X}")
        self.code = code


class _ClientReaderState(ctypes.Structure):
    _fields_ = (
        ("reader", ctypes.c_char_p),
        ("user", ctypes.c_void_p),
        ("current", ctypes.c_ulong),
        ("event", ctypes.c_ulong),
        ("atr_length", ctypes.c_ulong),
        ("atr", ctypes.c_ubyte * 33),
    )


class _Protocol(ctypes.Structure):
    _fields_ = (("protocol", ctypes.c_ulong), ("length", ctypes.c_ulong))


class PcscClient:
    """One context, and at most one card."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libpcsclite.so.1")
        self._context, self._card = ctypes.c_long(), ctypes.c_long()
        self._protocol = ctypes.c_ulong()
        self._call("SCardEstablishContext", SYSTEM, None, None, byref(self._context))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        self._library.SCardReleaseContext(self._context)

    def readers(self) -> list[str]:
        """Return the names of all readers."""
        length = ctypes.c_ulong(4096)
        names = ctypes.create_string_buffer(length.value)
        self._call("SCardListReaders", self._context, None, names, byref(length))
        return [name.decode() for name in names.raw[: length.value].split(b"\0") if name]

    def state(self, reader: str) -> tuple[int, int, bytes]:
        """Return flags, event counter and ATR as they are now."""
        return self._state(reader, 0, 0)

    def wait_for(self, reader: str, flag: int, tries: int = 50) -> tuple[int, int, bytes]:
        """Wait until a reader shows `flag`, at most `tries` times 0.2 s."""
        known = 0
        for _ in range(tries):
            flags, counter, atr = self._state(reader, known, SLICE_MS)
            if flags & flag:
                return flags, counter, atr
            known = (counter << 16) | (flags & ~CHANGED)
        raise AssertionError(f"{reader} shows {flags:#x} and not {flag:#x}")

    def connect(self, reader: str) -> int:
        """Connect to the card; returns its protocol, 1 for T=0."""
        self._call(
            "SCardConnect",
            self._context,
            reader.encode(),
            ctypes.c_ulong(SHARED),
            ctypes.c_ulong(T0_OR_T1),
            byref(self._card),
            byref(self._protocol),
        )
        return self._protocol.value

    def transmit(self, apdu: bytes) -> bytes:
        """Send one APDU."""
        length = ctypes.c_ulong(300)
        answer = ctypes.create_string_buffer(length.value)
        head = _Protocol(self._protocol.value, ctypes.sizeof(_Protocol))
        self._call(
            "SCardTransmit",
            self._card,
            byref(head),
            apdu,
            ctypes.c_ulong(len(apdu)),
            None,
            answer,
            byref(length),
        )
        return answer.raw[: length.value]

    def disconnect(self) -> None:
        """Let the card go."""
        self._call("SCardDisconnect", self._card, ctypes.c_ulong(LEAVE))

    def _state(self, reader: str, known: int, milliseconds: int) -> tuple[int, int, bytes]:
        state = _ClientReaderState(reader=reader.encode(), current=known)
        code = self._library.SCardGetStatusChange(
            self._context, ctypes.c_ulong(milliseconds), byref(state), ctypes.c_ulong(1)
        )
        if code & 0xFFFFFFFF not in {0, 0x8010000A}:  # time-out: nothing has changed
            raise PcscError(code & 0xFFFFFFFF)
        flags, counter = state.event & 0xFFFF, state.event >> 16
        return flags, counter, bytes(state.atr[: state.atr_length])

    def _call(self, name: str, *arguments: object) -> None:
        code = getattr(self._library, name)(*arguments) & 0xFFFFFFFF
        if code:
            raise PcscError(code)
