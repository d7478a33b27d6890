"""What did the telephone show? An opaque token that only the central service can resolve."""

from __future__ import annotations

from typing import Final, NoReturn

LIFE_SECONDS: Final = 60.0  # an electronic social security card's code is short-lived


class QrToken:
    """The text of a scanned code; nothing but `reveal` gives it away.

    `taken_at` is an instant of the monotonic clock, in seconds.
    """

    __slots__ = ("_text", "taken_at")

    def __init__(self, text: str, taken_at: float) -> None:
        self._text = text
        self.taken_at = taken_at

    def reveal(self) -> str:
        """Return the text, for the request to the central service alone."""
        return self._text

    def is_fresh(self, now: float) -> bool:
        """Tell whether it may still be sent."""
        return now - self.taken_at < LIFE_SECONDS

    def __repr__(self) -> str:
        """Show only that there is one."""
        return f"QrToken({len(self._text)} characters)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be written anywhere."""
        raise TypeError("a token is never stored")
