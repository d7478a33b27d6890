"""Limits of looking at a file that a stranger sends."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckPolicy:
    """Limits of checking a form that somebody sends or shows.

    A file may have `longest_bytes`; reading it may take `seconds`, of which `cpu_seconds` at work,
    and `memory_bytes` of addresses; `at_once` are read. One address may ask `burst` times at once
    and `a_second` in the long run.
    """

    longest_bytes: int
    seconds: float
    cpu_seconds: int
    memory_bytes: int
    at_once: int
    burst: int
    a_second: float


@dataclass(frozen=True)
class PhotoPolicy:
    """Limits of a photograph of a form's code; how it is read else: as `CheckPolicy` says."""

    longest_bytes: int
    most_pixels: int
