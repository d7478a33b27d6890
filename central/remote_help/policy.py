"""Limits of remote help: table `remote_help` of config/central.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RemotePolicy:
    """How long sessions last, and how many there may be.

    A terminal's question is answered after `poll_seconds`, or at once when something is new. A
    session ends when its terminal was not heard for `silent_seconds`; a helper whose page was not
    seen for `unseen_seconds` does not look any more. `longest_seconds`: of any session. An open
    page of a helper asks every `tick_seconds` what is new.
    """

    most: int
    poll_seconds: float
    silent_seconds: float
    unseen_seconds: float
    longest_seconds: float
    tick_seconds: float
