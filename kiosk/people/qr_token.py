"""The code shown on a telephone: an opaque token that only the central service can resolve."""

from __future__ import annotations

from typing import Final, NoReturn

LIFE_SECONDS: Final = 60.0  # an electronic social security card's code is short-lived


class QrToken:
    """The text of a scanned code, which nothing but `reveal` gives away.

    `taken_at` is an instant of the monotonic clock, in seconds.
    """

    __slots__ = ("_text", "taken_at")

    def __init__(self, text: str, taken_at: float) -> None:
        self._text = text
        self.taken_at = taken_at

    def reveal(self) -> str:
        """Return the text, to be used in the request to the central service only."""
        return self._text

    def is_fresh(self, now: float) -> bool:
        """Return whether the token may still be sent at the instant `now`."""
        return now - self.taken_at < LIFE_SECONDS

    def __repr__(self) -> str:
        """Show only that there is one."""
        return f"QrToken({len(self._text)} characters)"

    def __reduce__(self) -> NoReturn:
        """Raise TypeError, so that no token can be pickled."""
        raise TypeError("a token is never stored")
