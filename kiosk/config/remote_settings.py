"""Settings of what is done remotely: signed settings, the log, and metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConfigurationSettings:
    """Signed settings of the site; without `folder` only the files of this machine count.

    `folder` is the terminal's own and no package writes there; `root` is the pinned root of trust.
    `approvers`: the file of the people of whom two must sign a list of telephone numbers, "" where
    a site may change none. `rollout_timeout_seconds`: changed settings are rolled back when what
    was ready before is not ready again within this time. `poll_interval_hours`: the interval of
    asking for new settings.
    """

    folder: str = ""
    root: str = ""
    approvers: str = ""
    rollout_timeout_seconds: float = 120.0
    poll_interval_hours: float = 6.0


@dataclass(frozen=True)
class LogSettings:
    """The log beside the database: at most `files` files of `mib` MiB, the oldest is removed."""

    files: int = 4
    mib: int = 2


@dataclass(frozen=True)
class MetricsSettings:
    """Metrics for Prometheus on this machine's own address; `port` 0 switches them off."""

    port: int = 0
