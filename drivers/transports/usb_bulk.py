"""A transport over bare USB bulk pipes: `usb://0400:C35A` (vendor, product), interface 0.

Two framings are met (cards.md §1.10): one pair of bulk pipes carries whole frames; two pairs carry
the seven bytes of a frame's head and the rest of it apart, as the module's data sheet has it.
The endpoints tell which. pyusb is loaded only when such an address is opened.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import re
from typing import TYPE_CHECKING, Any, Protocol

from drivers.transports.transport import DeviceLostError, Loss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HEAD_BYTES = 7  # preamble and length
LENGTH_AT = 5
INPUT = 0x80
KIND, BULK = 0x03, 0x02  # bmAttributes
CHUNK = 4096  # a multiple of every packet size, or a long packet would overflow
DRAIN_MS = 1
_ADDRESS = re.compile(r"usb://([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)
_LOSSES = {errno.EACCES: Loss.FORBIDDEN, errno.EPERM: Loss.FORBIDDEN, errno.EBUSY: Loss.BUSY}


class Endpoint(Protocol):
    """The part of pyusb's endpoints that is used.

    Errors are OSErrors; a time-out has the number ETIMEDOUT.
    """

    bEndpointAddress: int  # noqa: N815 - the descriptor's name
    bmAttributes: int  # noqa: N815

    def read(self, size: int, timeout: int) -> Iterable[int]:
        """Return up to `size` bytes; `timeout` in milliseconds, 0 would wait for ever."""

    def write(self, data: bytes, timeout: int) -> int:
        """Send; return how many bytes were taken. `timeout` in milliseconds."""


class UsbBulk:
    """A transport over the bulk pipes of one interface.

    Raises ValueError for any other set than one or two pairs of bulk pipes.

    `endpoints` are those of the interface.
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        monotonic: Callable[[], float],
        release: Callable[[], None],
    ) -> None:
        """Sort the pipes by direction; `close` calls `release`, which releases the interface."""
        bulk = [one for one in endpoints if one.bmAttributes & KIND == BULK]
        bulk.sort(key=lambda one: one.bEndpointAddress)
        self._out = [one for one in bulk if not one.bEndpointAddress & INPUT]
        self._in = [one for one in bulk if one.bEndpointAddress & INPUT]
        if not len(self._out) == len(self._in) or len(self._out) not in {1, 2}:
            raise ValueError("neither one nor two pairs of bulk pipes")
        self._monotonic = monotonic
        self._release = release
        self._rest = 0  # bytes of the frame whose head has come by the first pipe

    def write(self, data: bytes, deadline: float) -> None:
        """Send the head and the rest of a message, each on its pipe when the device has two.

        `deadline` as in `Transport`; raises DeviceLostError when the device is gone.
        """
        head = HEAD_BYTES if len(self._out) > 1 else len(data)
        with _losing():
            self._send(self._out[0], data[:head], deadline)
            if data[head:]:
                self._send(self._out[-1], data[head:], deadline)

    def read_some(self, deadline: float) -> bytes:
        """Return the bytes of one transfer; b"" at the deadline."""
        with _losing():
            heard = self._receive(self._in[-1 if self._rest else 0], deadline)
        if len(self._in) > 1 and heard:
            self._count(heard)
        return heard

    def flush_input(self) -> None:
        """Fetch and drop what waits in the device's pipes."""
        self._rest = 0
        with _losing():
            for pipe in self._in:
                while _fetch(pipe, DRAIN_MS):
                    pass

    def set_baud(self, baud: int) -> bool:  # noqa: ARG002 - USB has its own pace
        """Return false: USB has no speed to set."""
        return False

    def pulse(self) -> bool:
        """Return whether the device still answers; what waits in its pipes is dropped."""
        try:
            self.flush_input()
        except DeviceLostError:
            return False
        return True

    def close(self) -> None:
        """Release the interface."""
        with contextlib.suppress(OSError):
            self._release()

    def _count(self, heard: bytes) -> None:
        """Keep track of which pipe the next bytes come by."""
        if self._rest:
            self._rest = max(0, self._rest - len(heard))
        elif len(heard) >= HEAD_BYTES:
            self._rest = int.from_bytes(heard[LENGTH_AT:HEAD_BYTES], "big")

    def _send(self, pipe: Endpoint, data: bytes, deadline: float) -> None:
        while data:
            taken = pipe.write(data, self._milliseconds(deadline))
            data = data[taken:]

    def _receive(self, pipe: Endpoint, deadline: float) -> bytes:
        while True:
            heard = _fetch(pipe, self._milliseconds(deadline))
            # A packet without bytes ends a transfer of whole packets; it is no time-out.
            if heard or self._monotonic() >= deadline:
                return heard or b""

    def _milliseconds(self, deadline: float) -> int:
        return max(1, round((deadline - self._monotonic()) * 1000))


def _fetch(pipe: Endpoint, milliseconds: int) -> bytes | None:
    """Return the bytes that came in one transfer; None at the time-out."""
    try:
        return bytes(pipe.read(CHUNK, milliseconds))
    except OSError as error:
        if error.errno == errno.ETIMEDOUT:
            return None
        raise


@contextlib.contextmanager
def _losing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeviceLostError(str(error), _LOSSES.get(error.errno or 0, Loss.GONE)) from error


def open_usb(
    url: str,
    monotonic: Callable[[], float],
    load: Callable[[str], Any] = importlib.import_module,
) -> UsbBulk:
    """Open the first device with the vendor and product of `url`, usb://VVVV:PPPP.

    `load` imports a module by its name. Raises ValueError for another address or other pipes;
    DeviceLostError when the device is absent, held by another program or not permitted, or when
    pyusb or libusb is not installed.
    """
    ids = _ADDRESS.fullmatch(url)
    if ids is None:
        raise ValueError(f"not usb://VVVV:PPPP: {url}")
    try:
        core, util = load("usb.core"), load("usb.util")
    except ImportError as error:
        raise DeviceLostError("pyusb is not installed: pip install pyusb") from error
    try:
        with _losing():
            device = core.find(idVendor=int(ids[1], 16), idProduct=int(ids[2], 16))
            if device is None:
                raise DeviceLostError(f"no USB device {ids[1]}:{ids[2]}")
            if device.is_kernel_driver_active(0):
                device.detach_kernel_driver(0)
            device.set_configuration()
            util.claim_interface(device, 0)
            interface = device.get_active_configuration()[(0, 0)]
    except core.NoBackendError as error:  # libusb itself is missing; a ValueError of pyusb
        raise DeviceLostError("libusb-1.0 is not installed") from error

    def release() -> None:
        util.dispose_resources(device)

    try:
        return UsbBulk(interface, monotonic, release)
    except ValueError:  # not a reader's pipes: let another program have the interface
        with contextlib.suppress(OSError):
            release()
        raise
