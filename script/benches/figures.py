"""The report of every bench: a table for people, one JSON object for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class BenchFigure:
    """One measured value.

    `target`: the most it may be, None for a value that is only watched; `floor`: a bare peer's
    value.
    """

    value: float
    unit: str
    target: float | None = None
    floor: float | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the value is not above its target."""
        return self.target is None or self.value <= self.target


@dataclass(frozen=True)
class Report:
    """The report of one bench."""

    name: str
    figures: Mapping[str, BenchFigure]

    @property
    def holds(self) -> bool:
        """Tell whether every target is met."""
        return all(figure.holds for figure in self.figures.values())

    def as_json(self) -> str:
        """Return the report as JSON."""
        figures = {key: asdict(figure) for key, figure in self.figures.items()}
        said = {"name": self.name, "machine": machine(), "figures": figures, "holds": self.holds}
        return json.dumps(said, ensure_ascii=False, indent=1)

    def as_table(self) -> str:
        """Return the report as lines of text."""
        lines = [f"{self.name}  ({machine()})"]
        for key, one in self.figures.items():
            target = f"target {one.target:g}" if one.target is not None else ""
            floor = f"floor {one.floor:g}" if one.floor is not None else ""
            mark = "ok" if one.holds else "ABOVE"
            value = f"{one.value:10.3g} {one.unit:14}"
            lines.append(f"  {key:28} {value} {target:14} {floor:14} {mark}")
        return "\n".join(lines)


def machine() -> str:
    """Return the machine and load that the figures were measured on."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"
