"""Both framings of USB readers are spoken. Against objects that behave as pyusb's do."""

from __future__ import annotations

import errno
from collections import deque
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.transports.transport import DeviceLostError, Loss
from drivers.transports.usb_bulk import UsbBulk, open_usb
from tests.drivers.vectors import ALL

FIND = bytes.fromhex(ALL["D05"]["request_hex"])
READ = bytes.fromhex(ALL["D07"]["reply_hex"])


class UsbError(OSError):
    """usb.core.USBError is an OSError with the number of libusb."""


@dataclass
class Pipe:
    """One endpoint; packets of at most 64 bytes, a time-out as pyusb tells it."""

    bEndpointAddress: int  # noqa: N815
    bmAttributes: int = 2  # noqa: N815
    packets: deque[bytes | int] = field(default_factory=deque)
    sent: list[bytes] = field(default_factory=list)
    most: int = 4096
    timeouts: list[int] = field(default_factory=list)

    def read(self, size: int, timeout: int) -> list[int]:
        assert size % 512 == 0
        assert timeout > 0  # 0 would wait for ever
        self.timeouts.append(timeout)
        packet = self.packets.popleft() if self.packets else errno.ETIMEDOUT
        if isinstance(packet, int):
            raise UsbError(packet, "usb")
        return list(packet)

    def write(self, data: bytes, timeout: int) -> int:
        assert timeout > 0
        self.sent.append(data[: self.most])
        return len(data[: self.most])


@dataclass
class TickingClock:
    """Each look at it takes ten milliseconds."""

    now: float = 0.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


def usb(*pipes: Pipe) -> UsbBulk:
    return UsbBulk(pipes, TickingClock(), lambda: None)


def packets(data: bytes) -> deque[bytes | int]:
    return deque(data[at : at + 64] for at in range(0, len(data), 64))


def read_all(port: UsbBulk, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        piece = port.read_some(1e6)
        assert piece
        heard += piece
    return heard


def test_one_pair_carries_whole_frames() -> None:
    out, inp = Pipe(0x02), Pipe(0x81, packets=packets(READ))
    port = usb(inp, out, Pipe(0x83, bmAttributes=3))  # an interrupt pipe is of no use
    port.write(FIND, 1e6)
    assert out.sent == [FIND]
    assert read_all(port, len(READ)) == READ


def test_two_pairs_carry_head_and_rest_apart() -> None:
    head_out, rest_out = Pipe(0x02), Pipe(0x06)
    head_in, rest_in = Pipe(0x81), Pipe(0x85)
    port = usb(rest_in, rest_out, head_in, head_out)
    port.write(FIND, 1e6)
    assert (head_out.sent, rest_out.sent) == ([FIND[:7]], [FIND[7:]])
    for _ in range(2):
        head_in.packets.append(READ[:7])
        rest_in.packets += packets(READ[7:])
        assert read_all(port, len(READ)) == READ
    assert not head_in.packets
    assert not rest_in.packets


def test_flushing_starts_again_at_the_head() -> None:
    head_in, rest_in = Pipe(0x81, packets=deque([READ[:7]])), Pipe(0x85)
    port = usb(Pipe(0x02), Pipe(0x06), head_in, rest_in)
    assert port.read_some(1e6) == READ[:7]
    rest_in.packets += packets(READ[7:300])
    port.flush_input()
    assert not rest_in.packets
    head_in.packets.append(READ[:7])
    assert port.read_some(1e6) == READ[:7]


def test_noise_on_the_head_pipe_asks_for_no_rest() -> None:
    head_in = Pipe(0x81, packets=deque([b"AT", READ[:7]]))
    port = usb(Pipe(0x02), Pipe(0x06), head_in, Pipe(0x85))
    assert port.read_some(1e6) == b"AT"
    assert port.read_some(1e6) == READ[:7]


def test_a_time_out_is_nothing_and_no_loss() -> None:
    port = usb(Pipe(0x02), Pipe(0x81))
    assert port.read_some(0.5) == b""
    assert port.read_some(-1.0) == b""


def test_a_packet_without_bytes_is_no_time_out() -> None:
    port = usb(Pipe(0x02), Pipe(0x81, packets=deque([b"", b"x"])))
    assert port.read_some(1e6) == b"x"


def test_what_is_not_taken_at_once_is_sent_on() -> None:
    out = Pipe(0x02, most=4)
    usb(out, Pipe(0x81)).write(FIND, 1e6)
    assert b"".join(out.sent) == FIND
    assert len(out.sent) == 3


@pytest.mark.parametrize("pipe", [0, 1])
def test_a_pulled_cable_is_lost(pipe: int) -> None:
    inp = Pipe(0x81, packets=deque([errno.ENODEV] * 2))
    out = Pipe(0x02)
    port = usb(out, inp)
    with pytest.raises(DeviceLostError) as raised:
        port.read_some(1e6) if pipe else port.flush_input()
    assert raised.value.loss is Loss.GONE
    assert not port.set_baud(9600)


def test_a_pulse_sees_a_pulled_cable() -> None:
    inp = Pipe(0x81)
    port = usb(Pipe(0x02), inp)
    assert port.pulse()
    inp.packets.append(errno.ENODEV)
    assert not port.pulse()


def test_a_refused_write_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Pipe(0x02)

    def fail(data: bytes, timeout: int) -> int:
        raise UsbError(errno.EPIPE, "usb")

    monkeypatch.setattr(out, "write", fail)
    with pytest.raises(DeviceLostError):
        usb(out, Pipe(0x81)).write(FIND, 1e6)


@pytest.mark.parametrize(
    "pipes", [[0x02], [0x81], [0x02, 0x06, 0x81], [0x01, 0x02, 0x03, 0x81, 0x82, 0x83], []]
)
def test_other_pipes_are_refused(pipes: list[int]) -> None:
    with pytest.raises(ValueError, match="pairs"):
        usb(*map(Pipe, pipes))


@dataclass
class FakeUsb:
    """`usb.core` and `usb.util` with at most one device."""

    device: Any = None
    opened: list[str] = field(default_factory=list)

    class NoBackendError(ValueError):
        pass

    def find(self, **ids: int) -> Any:
        if isinstance(self.device, Exception):
            raise self.device
        wanted = ids == {"idVendor": 0x0400, "idProduct": 0xC35A}
        return self.device if wanted else None

    def claim_interface(self, device: Any, number: int) -> None:
        self.opened.append(f"claimed {number}")

    def dispose_resources(self, device: Any) -> None:
        self.opened.append("disposed")
        raise UsbError(errno.ENODEV, "gone already")


def device_of(log: list[str], *, driver: bool) -> Any:
    return SimpleNamespace(
        is_kernel_driver_active=lambda _: driver,
        detach_kernel_driver=lambda number: log.append(f"detached {number}"),
        set_configuration=lambda: log.append("configured"),
        get_active_configuration=lambda: {(0, 0): [Pipe(0x02), Pipe(0x81)]},
    )


@pytest.mark.parametrize("driver", [False, True])
def test_a_reader_is_opened_by_vendor_and_product(*, driver: bool) -> None:
    fake = FakeUsb()
    fake.device = device_of(fake.opened, driver=driver)
    port = open_usb("usb://0400:c35A", TickingClock(), lambda _: fake)
    detached = ["detached 0"] if driver else []
    assert fake.opened == [*detached, "configured", "claimed 0"]
    port.close()
    assert fake.opened[-1] == "disposed"


def test_a_device_with_other_pipes_is_let_go() -> None:
    fake = FakeUsb()
    fake.device = device_of(fake.opened, driver=False)
    fake.device.get_active_configuration = lambda: {(0, 0): [Pipe(0x02)]}
    with pytest.raises(ValueError, match="pairs"):
        open_usb("usb://0400:C35A", TickingClock(), lambda _: fake)
    assert fake.opened == ["configured", "claimed 0", "disposed"]


@pytest.mark.parametrize(
    ("device", "loss"),
    [
        (None, Loss.GONE),
        (UsbError(errno.EACCES, "denied"), Loss.FORBIDDEN),
        (UsbError(errno.EBUSY, "claimed"), Loss.BUSY),
        (FakeUsb.NoBackendError("no libusb"), Loss.GONE),
    ],
)
def test_why_a_reader_does_not_open(device: Any, loss: Loss) -> None:
    with pytest.raises(DeviceLostError) as raised:
        open_usb("usb://0400:C35A", TickingClock(), lambda _: FakeUsb(device))
    assert raised.value.loss is loss


def test_without_pyusb_the_cure_is_told() -> None:
    def load(name: str) -> Any:
        raise ImportError(name)

    with pytest.raises(DeviceLostError, match="pyusb is not installed"):
        open_usb("usb://0400:C35A", TickingClock(), load)


@pytest.mark.parametrize("url", ["usb://", "usb://400:1", "/dev/usb", "usb://0400:C35A/x"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not usb"):
        open_usb(url, TickingClock())
