"""What is done from afar, and what is told? Signed settings, logs and figures: their settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConfigurationSettings:
    """Signed settings of the site; without `folder` only the files of this machine count.

    `folder` is the terminal's own and no package writes there; `root` is the pinned root of trust.
    `approvers`: the file of the people of whom two must sign a list of telephone numbers, "" where
    a site may change none.
    `trial_seconds`: when all that was ready is not ready again by then, changes are gone back from.
    """

    folder: str = ""
    root: str = ""
    approvers: str = ""
    trial_seconds: float = 120.0
    ask_hours: float = 6.0


@dataclass(frozen=True)
class LogSettings:
    """The program's log beside the database: so many files of so many MiB, the oldest goes."""

    files: int = 4
    mib: int = 2


@dataclass(frozen=True)
class MetricsSettings:
    """Figures for Prometheus on this machine's own address; `port` 0 is none."""

    port: int = 0
