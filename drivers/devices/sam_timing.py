"""Time limits of a SAM_V reader, from cards.md §1.8 and §1.9."""

from __future__ import annotations

from dataclasses import dataclass

BITS_A_BYTE = 10  # 8N1


@dataclass(frozen=True)
class SamTimeouts:
    """Limits in seconds.

    `poll`: between two looks; faster makes some chips hang. `reply`, `read`: from a request to its
    reply; the line's time is added to a read. `whole_read`: until a card that moved is given up.
    `answer`: for each speed at an opening. `repeated`: the same card so soon after is no second
    reading. `patience`: how long the words of a failed card stand before the person is asked to
    take it away.
    """

    poll: float = 0.3
    reply: float = 1.0
    read: float = 3.0
    whole_read: float = 6.0
    after_reset: float = 0.5
    answer: float = 0.5
    repeated: float = 3.0
    patience: float = 5.0


def line_seconds(size: int, baud: int) -> float:
    """Return how many seconds `size` bytes take on the line at `baud` bits a second."""
    return size * BITS_A_BYTE / baud
