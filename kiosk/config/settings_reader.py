"""Reading of the settings from files that are laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk.config.renamed_settings import line_of_setting, read_settings_table
from kiosk.config.schema import ConfigError, Problem, Reader, Table
from kiosk.config.settings import Settings
from kiosk.config.validation import wrong_in_production, wrong_values


def lay_over(below: Table, above: Table) -> Table:
    """Return `below` with every key of `above` laid over it, table by table."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        merged[name] = lay_over(under, value) if both else value  # type: ignore[arg-type]
    return merged


def read_settings(*paths: Path) -> Settings:
    """Return the settings of these files, weakest first. Raises ConfigError with all problems."""
    return build_settings([(path, read_settings_table(path)) for path in paths])


def build_settings(tables: Sequence[tuple[Path, Table]]) -> Settings:
    """Return the settings of tables that were read from files. Raises ConfigError likewise."""
    table: Table = {}
    paths = tuple(path for path, _ in tables)
    for _, layer in tables:
        table = lay_over(table, layer)
    reader = Reader(paths[-1])
    settings = reader.build(Settings, table)
    if settings is None:
        raise ConfigError(tuple(_place(problem, paths) for problem in reader.problems))
    wrong = (*wrong_values(settings), *wrong_in_production(settings))
    if wrong:
        found = (Problem(str(paths[-1]), 0, key, expected) for key, expected in wrong)
        raise ConfigError(tuple(_place(problem, paths) for problem in found))
    return settings


def _place(problem: Problem, paths: tuple[Path, ...]) -> Problem:
    """Return the problem in the strongest file that has its key."""
    for path in reversed(paths):
        if line := line_of_setting(path, problem.key):
            return Problem(str(path), line, problem.key, problem.expected, problem.nearest)
    return problem
