"""Reading of the catalogue from config/, which is refused as a whole when it is not sound."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from kiosk.config.schema import ConfigError, Problem, Reader, line_of, load, read_table
from kiosk.operator_texts import text_of
from kiosk.retirement.catalogue import Catalogue, Leaflet, Offices, Paper, Service, VerdictWords
from kiosk.retirement.conditions import read_conditions
from kiosk.retirement.facts import read_declarations
from kiosk.retirement.fields import Field
from kiosk.retirement.figures import FIGURES
from kiosk.retirement.soundness import faults

T = TypeVar("T")
SERVICE_COUNT = 18


def read_catalogue(folder: Path, count: int = SERVICE_COUNT) -> Catalogue:
    """Return the catalogue below `folder`; `count` is the number of services expected.

    Raises ConfigError that names every wrong place in all of its files.
    """
    declared = read_declarations(folder / "facts.toml", frozenset(FIGURES))
    conditions, problems = read_conditions(folder / "conditions.toml", declared)
    services, wrong = _read_services(folder / "services")
    papers, misspelt = _read_tables(Paper, folder / "materials.toml")
    fields, unclear = _read_tables(Field, folder / "fields.toml")
    leaflets, unreadable = _read_tables(Leaflet, folder / "leaflets.toml")
    catalogue = Catalogue(
        services=services,
        papers=papers,
        fields=fields,
        offices=load(Offices, folder / "offices.toml"),
        facts=declared,
        conditions=conditions,
        words=load(VerdictWords, folder / "verdicts.toml"),
        leaflets=leaflets,
    )
    found = (*problems, *wrong, *misspelt, *unclear, *unreadable, *faults(catalogue, folder, count))
    if found:
        raise ConfigError(found)
    return catalogue


def _read_services(home: Path) -> tuple[dict[str, Service], list[Problem]]:
    """Return the services in the order of handling, and the problems found."""
    services: list[Service] = []
    problems: list[Problem] = []
    for path in sorted(home.glob("*.toml")):
        reader = Reader(path)
        service = reader.build(Service, read_table(path))
        problems += reader.problems
        if service is None:
            continue
        services.append(service)
        if service.code != path.stem:
            expected = text_of("retirement.other_file_name", file=path.name, code=path.stem)
            problems.append(Problem(str(path), line_of(path, "code"), "code", expected))
    services.sort(key=lambda one: (one.stage, one.code))
    return {service.code: service for service in services}, problems


def _read_tables(kind: type[T], path: Path) -> tuple[dict[str, T], list[Problem]]:
    reader = Reader(path)
    built = {
        name: one
        for name, table in read_table(path).items()
        if (one := reader.build(kind, table, name)) is not None
    }
    return built, reader.problems
