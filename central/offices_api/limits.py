"""Limits of the API for offices' systems: config/offices_api.toml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import load

FILE = "offices_api.toml"


@dataclass(frozen=True)
class OfficesApiLimits:
    """An access token counts for `token_seconds`, a certificate of a system `certificate_days`.

    `in_flight` calls are served at once; one system may make `burst` calls at once and `a_second`
    in the long run. A list has at most `most_tasks`. `retry_seconds`: what a system is told to wait
    while the vault or the database is away.
    """

    token_seconds: int
    certificate_days: int
    in_flight: int
    burst: int
    a_second: float
    most_tasks: int
    retry_seconds: int


def read_api_limits(config: Path) -> OfficesApiLimits:
    """Return the limits in the folder `config`; raises kiosk.config.schema.ConfigError."""
    return load(OfficesApiLimits, config / FILE)
