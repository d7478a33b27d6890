"""How open pages are told what moved: config/live.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.config.schema import load

if TYPE_CHECKING:
    from pathlib import Path

FILE = "live.toml"


@dataclass(frozen=True)
class LivePolicy:
    """Pauses and limits of streams.

    What a page shows is counted every `interval_seconds` while somebody looks, once for all who
    do. A process has at most `most` streams, an account `most_an_account`. A stream ends after
    `longest_seconds`, and the browser begins another one `retry_seconds` later.
    """

    interval_seconds: float
    most: int
    most_an_account: int
    longest_seconds: float
    retry_seconds: float


def read_live_policy(config: Path) -> LivePolicy:
    """Return the policy in the folder `config`; raises kiosk.config.schema.ConfigError."""
    return load(LivePolicy, config / FILE)
