"""libpcsclite by ctypes, loaded when it is first needed.

pyscard has no wheel for Linux: it would need swig, a compiler and headers on every terminal, and
its monitor thread ends silently when pcscd restarts. These seven calls are all a kiosk needs.
"""

from __future__ import annotations

import ctypes
from enum import IntEnum
from typing import Any, Final, Protocol

from drivers.transports.pcsc import SlotLostError, SlotTrouble

LIBRARY: Final = "libpcsclite.so.1"
STATE_IGNORE_CHANGED: Final = 0xFFFFFFFD
STATE_UNKNOWN: Final = 0x0004
STATE_UNAVAILABLE: Final = 0x0008
STATE_PRESENT: Final = 0x0020
STATE_MUTE: Final = 0x0200
PROTOCOL_T0: Final = 1
_SCOPE_SYSTEM = 2
_SHARE_EXCLUSIVE = 1
_PROTOCOL_ANY = 3
_LEAVE_CARD = 0
_RESET_CARD = 1
_MASK = 0xFFFFFFFF
_ANSWER_BYTES = 264
_NAMES_BYTES = 16 * 129  # pcsc-lite: 16 readers, names of up to 128 bytes
_LONG = ctypes.c_long
_DWORD = ctypes.c_ulong  # pcsc-lite on Linux: DWORD and LONG are as wide as a pointer
_HANDLE = ctypes.c_long


class PcscReturnCode(IntEnum):
    """The return codes of PC/SC that the driver tells apart (winscard.h)."""

    SUCCESS = 0
    INVALID_HANDLE = 0x80100003
    UNKNOWN_READER = 0x80100009
    TIMEOUT = 0x8010000A
    SHARING_VIOLATION = 0x8010000B
    NO_SMARTCARD = 0x8010000C
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    NO_SERVICE = 0x8010001D
    SERVICE_STOPPED = 0x8010001E
    NO_READERS_AVAILABLE = 0x8010002E
    UNSUPPORTED_CARD = 0x80100065
    UNRESPONSIVE_CARD = 0x80100066
    UNPOWERED_CARD = 0x80100067
    RESET_CARD = 0x80100068
    REMOVED_CARD = 0x80100069
    SECURITY_VIOLATION = 0x8010006A


class Winscard(Protocol):
    """The calls of PC/SC, as a port; each returns its return code first, and raises nothing."""

    def establish(self) -> tuple[int, int]:
        """Return a new context."""

    def release(self, context: int) -> int:
        """Release a context, and with it all that was opened in it."""

    def readers(self, context: int) -> tuple[int, list[str]]:
        """Return the names of the readers, in the service's order; none when the call failed."""

    def status_change(
        self, context: int, reader: str, known: int, milliseconds: int
    ) -> tuple[int, int]:
        """Wait until the state of `reader` is not `known`, at most `milliseconds`.

        `context` is one of `establish`. Return the event state: STATE_ bits, with the counter of
        insertions in its upper 16 bits.
        """

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        """Connect to the card for this program alone; return its handle and its protocol."""

    def transmit(self, card: int, protocol: int, apdu: bytes | bytearray) -> tuple[int, bytes]:
        """Send an APDU to the card handle `card`; return the answer with its status bytes.

        `protocol` is the one that `connect` returned.
        """

    def disconnect(self, card: int, *, reset: bool) -> int:
        """Release the card handle; `reset` makes the card forget what was proved to it."""


class _ReaderState(ctypes.Structure):
    _fields_ = (
        ("reader", ctypes.c_char_p),
        ("user_data", ctypes.c_void_p),
        ("current_state", _DWORD),
        ("event_state", _DWORD),
        ("atr_length", _DWORD),
        ("atr", ctypes.c_ubyte * 33),
    )


class _IoRequest(ctypes.Structure):
    _fields_ = (("protocol", _DWORD), ("length", _DWORD))


class PcscLite:
    """`Winscard` by libpcsclite.

    PCSCLITE_CSOCK_NAME in the environment names another socket of pcscd. Raises SlotLostError with
    LIBRARY_MISSING when the library is not installed.
    """

    def __init__(self) -> None:
        """Load the library and declare its functions."""
        try:
            self._library: Any = ctypes.CDLL(LIBRARY)
        except OSError as error:
            raise SlotLostError(SlotTrouble.LIBRARY_MISSING) from error
        for name in _SIGNATURES:
            function = getattr(self._library, name)
            function.restype, function.argtypes = _LONG, _SIGNATURES[name]

    def establish(self) -> tuple[int, int]:
        """Return the code of SCardEstablishContext, and a new context."""
        context = _HANDLE()
        code = self._library.SCardEstablishContext(_SCOPE_SYSTEM, None, None, ctypes.byref(context))
        return code & _MASK, context.value

    def release(self, context: int) -> int:
        """Return the code of SCardReleaseContext."""
        return int(self._library.SCardReleaseContext(context)) & _MASK

    def readers(self, context: int) -> tuple[int, list[str]]:
        """Return the code of SCardListReaders, and the names of the readers."""
        room = _DWORD(_NAMES_BYTES)
        names = ctypes.create_string_buffer(_NAMES_BYTES)
        code = self._library.SCardListReaders(context, None, names, ctypes.byref(room)) & _MASK
        found = (
            names.raw[: room.value if code == PcscReturnCode.SUCCESS else 0]
            .decode("utf-8", "surrogateescape")
            .split("\0")
        )
        return code, [name for name in found if name]

    def status_change(
        self, context: int, reader: str, known: int, milliseconds: int
    ) -> tuple[int, int]:
        """Return the code of SCardGetStatusChange, and the event state of `reader`.

        It waits until the state is not `known`, at most `milliseconds`; `context` is of
        `establish`.
        """
        state = _ReaderState(reader=_encoded(reader), current_state=known)
        code = self._library.SCardGetStatusChange(context, milliseconds, ctypes.byref(state), 1)
        return code & _MASK, state.event_state

    def connect(self, context: int, reader: str) -> tuple[int, int, int]:
        """Return the code of SCardConnect (exclusive), the card's handle and its protocol."""
        card, protocol = _HANDLE(), _DWORD()
        code = self._library.SCardConnect(
            context,
            _encoded(reader),
            _SHARE_EXCLUSIVE,
            _PROTOCOL_ANY,
            ctypes.byref(card),
            ctypes.byref(protocol),
        )
        return code & _MASK, card.value, protocol.value

    def transmit(self, card: int, protocol: int, apdu: bytes | bytearray) -> tuple[int, bytes]:
        """Return the code of SCardTransmit, and the answer of the card handle `card`.

        `protocol` is the one that `connect` returned; the answer to `apdu` is wiped from the
        buffer.
        """
        kind = ctypes.c_ubyte * len(apdu)
        sent = kind.from_buffer_copy(apdu) if isinstance(apdu, bytes) else kind.from_buffer(apdu)
        request = _IoRequest(protocol, ctypes.sizeof(_IoRequest))
        answer = (ctypes.c_ubyte * _ANSWER_BYTES)()
        room = _DWORD(_ANSWER_BYTES)
        code = self._library.SCardTransmit(
            card, ctypes.byref(request), sent, len(apdu), None, answer, ctypes.byref(room)
        )
        heard = bytes(answer[: room.value]) if code == PcscReturnCode.SUCCESS else b""
        ctypes.memset(answer, 0, _ANSWER_BYTES)  # it may hold a person's data
        return code & _MASK, heard

    def disconnect(self, card: int, *, reset: bool) -> int:
        """Return the code of SCardDisconnect; `reset` makes the card forget what it was shown."""
        return (
            int(self._library.SCardDisconnect(card, _RESET_CARD if reset else _LEAVE_CARD)) & _MASK
        )


def _encoded(reader: str) -> bytes:
    return reader.encode("utf-8", "surrogateescape")


_POINTER = ctypes.c_void_p
_SIGNATURES: Final[dict[str, tuple[Any, ...]]] = {
    "SCardEstablishContext": (_DWORD, _POINTER, _POINTER, ctypes.POINTER(_HANDLE)),
    "SCardReleaseContext": (_HANDLE,),
    "SCardListReaders": (_HANDLE, ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(_DWORD)),
    "SCardGetStatusChange": (_HANDLE, _DWORD, ctypes.POINTER(_ReaderState), _DWORD),
    "SCardConnect": (
        _HANDLE,
        ctypes.c_char_p,
        _DWORD,
        _DWORD,
        ctypes.POINTER(_HANDLE),
        ctypes.POINTER(_DWORD),
    ),
    "SCardTransmit": (
        _HANDLE,
        ctypes.POINTER(_IoRequest),
        ctypes.POINTER(ctypes.c_ubyte),
        _DWORD,
        _POINTER,
        ctypes.POINTER(ctypes.c_ubyte),
        ctypes.POINTER(_DWORD),
    ),
    "SCardDisconnect": (_HANDLE, _DWORD),
}
