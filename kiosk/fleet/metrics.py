"""Figures of a terminal that are measured, besides what its own database tells."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figures:
    """Measured figures; None is what can't be measured here, "" what is unknown.

    `clock_ahead_seconds`: of the central service's clock. `paper`: ok, out, open. `ratings_lost`:
    ratings that found no room, since the first start. `store`: what database and second copies did
    not agree on.
    """

    disk_free_mib: int | None = None
    disk_free_percent: int | None = None
    clock_ahead_seconds: int | None = None
    temperature_c: int | None = None
    paper: str = ""
    ratings_lost: int | None = None
    store: str = ""

    def known_by_name(self) -> dict[str, int | str]:
        """Return the figures that are known, by name."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}
