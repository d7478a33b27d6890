"""What of a terminal is measured, besides what its own table says?"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figures:
    """None is what can't be measured here, "" what nobody knows.

    `clock_ahead_seconds`: of the central service's clock. `paper`: ok, out, open.
    `ratings_lost`: what no room was found for, since the first start. `store`: what database and
    second copies did not agree on.
    """

    disk_free_mib: int | None = None
    disk_free_percent: int | None = None
    clock_ahead_seconds: int | None = None
    temperature_c: int | None = None
    paper: str = ""
    ratings_lost: int | None = None
    store: str = ""

    def known(self) -> dict[str, int | str]:
        """Return what is known, by name."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}
