"""Units that settings, limits and reports are counted in."""

from __future__ import annotations

from typing import Final

MIB: Final = 1 << 20
"""Bytes of a mebibyte."""
SECONDS_A_MINUTE: Final = 60.0
SECONDS_AN_HOUR: Final = 3600.0
