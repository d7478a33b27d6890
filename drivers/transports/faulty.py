"""A transport wrapper that adds delays, losses and noise, for tests of bad lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from drivers.transports.transport import Transport


@dataclass(frozen=True)
class Rates:
    """Probabilities of each fault for one piece of bytes, 0 to 1.

    `delay_seconds` is the longest delay; the actual one is drawn between 0 and it.
    """

    delay: float = 0.0
    drop: float = 0.0
    corrupt: float = 0.0
    split: float = 0.0
    noise: float = 0.0
    delay_seconds: float = 0.05


NOISE_BYTES = 12


class Faulty:
    """A transport that damages bytes in both directions.

    `random` decides what happens, so that a seeded one repeats a run; `sleep` waits for a delay.

    `port` is the transport below, `rates` say how often each fault comes.
    """

    def __init__(
        self, port: Transport, rates: Rates, random: Random, sleep: Callable[[float], None]
    ) -> None:
        self._port = port
        self._rates = rates
        self._random = random
        self._sleep = sleep
        self._kept = b""

    def write(self, data: bytes, deadline: float) -> None:
        """Send what is left of the bytes; `deadline` as in `Transport`."""
        spoiled = self._spoil(data)
        if spoiled:
            self._port.write(spoiled, deadline)

    def read_some(self, deadline: float) -> bytes:
        """Return bytes with faults in them, or only the first part of them; b"" at the deadline."""
        data, self._kept = self._kept, b""
        while not data:
            heard = self._port.read_some(deadline)
            if not heard:
                return b""
            data = self._spoil(heard)  # a dropped piece: wait for the next
        if len(data) > 1 and self._hit(self._rates.split):
            at = self._random.randrange(1, len(data))
            data, self._kept = data[:at], data[at:]
        return data

    def flush_input(self) -> None:
        """Drop what has come, and what was held back."""
        self._kept = b""
        self._port.flush_input()

    def set_baud(self, baud: int) -> bool:
        """Change the speed of the port below, in bits a second."""
        return self._port.set_baud(baud)

    def pulse(self) -> bool:
        """Return whether the port below is still there."""
        return self._port.pulse()

    def close(self) -> None:
        """Close the port below."""
        self._kept = b""
        self._port.close()

    def _spoil(self, data: bytes) -> bytes:
        if self._hit(self._rates.delay):
            self._sleep(self._random.uniform(0, self._rates.delay_seconds))
        if self._hit(self._rates.drop):
            return b""
        if self._hit(self._rates.corrupt):
            at = self._random.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ self._random.randrange(1, 256)]) + data[at + 1 :]
        if self._hit(self._rates.noise):
            data = self._random.randbytes(self._random.randint(1, NOISE_BYTES)) + data
        return data

    def _hit(self, rate: float) -> bool:
        return self._random.random() < rate
