"""Noise that looks like frames, and what the frame scanner makes of it.

Three quarters of the bytes are those of the preamble. A few frames are valid by chance: their
number is bounded here, and none of them may pass as a card.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.protocols import samv
from drivers.protocols.samv import FrameScanner, SamvCommand, Status

if TYPE_CHECKING:
    from random import Random

LURES = b"\xaa\x96\x69"
LURE_SHARE = 0.75
LONGEST_CHUNK = 1500
CHECKSUMS = 256
READS = (SamvCommand.READ, SamvCommand.READ_WITH_FINGERPRINT)


@dataclass
class NoiseFindings:
    """What the scanner found in some noise."""

    size: int
    frames: int = 0
    readings: int = 0
    answers: int = 0
    longest_buffer: int = 0


def hostile_noise(random: Random, size: int) -> bytes:
    """Return `size` bytes, three quarters of them AA, 96 or 69, the others anything."""
    raw = random.randbytes(2 * size)
    lure = round(LURE_SHARE * 256)
    return bytes(
        LURES[any_byte % len(LURES)] if choice < lure else any_byte
        for choice, any_byte in zip(raw[:size], raw[size:], strict=True)
    )


def scan_noise(noise: bytes, random: Random) -> NoiseFindings:
    """Feed the noise in random chunks, and try every frame as the reply to every command."""
    found, scanner, at = NoiseFindings(len(noise)), FrameScanner(), 0
    while at < len(noise):
        end = at + random.randint(1, LONGEST_CHUNK)
        for body in scanner.feed(noise[at:end]):
            found.frames += 1
            _judge(body, found)
        found.longest_buffer = max(found.longest_buffer, scanner.pending)
        at = end
    return found


def _judge(body: bytes, found: NoiseFindings) -> None:
    answer = samv.reply(body)
    if answer is None:
        return
    fitting = [command for command in SamvCommand if samv.fits(command, answer)]
    found.answers += bool(fitting)
    good = answer.status is Status.OK
    found.readings += good and any(command in READS for command in fitting)


def chance_frames(size: int) -> float:
    """Return the expected number of frames that are valid by chance in `size` bytes."""
    lure = LURE_SHARE / len(LURES) + (1 - LURE_SHARE) / 256
    plain = (1 - LURE_SHARE) / 256
    # The length is 0003 to 1000: its first byte is below 16, which no lure is.
    first_of_length = 16 * plain
    return size * lure**5 * first_of_length / CHECKSUMS


def most_chance_frames(size: int) -> int:
    """Return a bound that random noise exceeds once in a million times."""
    expected = chance_frames(size)
    return math.ceil(expected + 5 * math.sqrt(expected) + 4)
