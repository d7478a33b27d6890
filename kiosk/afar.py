"""What is done from afar, and what is told? Signed settings, logs and figures: their settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConfigurationSettings:
    """Signed settings of the site; without `folder` only the files of this machine count.

    `folder` is the terminal's own and no package writes there; `root` is the pinned root of trust.
    `trial_seconds`: when all that was ready is not ready again by then, changes are gone back from.
    """

    folder: str = ""
    root: str = ""
    trial_seconds: float = 120.0
    ask_hours: float = 6.0
