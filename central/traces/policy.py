"""Limits of traces: how many spans wait for a collector, and for how long it is waited for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TracePolicy:
    """The table `[traces]` of config/central.toml.

    share: of the requests that are traced, 0 to 1. waiting: spans that wait for the collector; one
    more drops the oldest. batch: spans in one call to it. pause_seconds: between two calls.
    timeout_seconds: for one call. stop_seconds: how long the end of the service waits for the last.
    """

    share: float
    waiting: int
    batch: int
    pause_seconds: float
    timeout_seconds: float
    stop_seconds: float
