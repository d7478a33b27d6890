"""Which 18 services are there? Loads config/services/ and refuses a catalogue that is not sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from kiosk.people.facts import InsuredKind
from kiosk.retirement.conditions import CONDITIONS
from kiosk.schema import ConfigError, Problem, Reader, line_of, load, read_table

SERVICE_COUNT = 18
ROUTE_GROUP = "retire_route"


class Source(StrEnum):
    """Where a service's place in the list comes from; all but the first two need confirming."""

    SEED = "seed"
    NATIONAL = "national"
    OTHER_CITY = "other_city"
    RECONSTRUCTION = "reconstruction"


class ProxyRule(StrEnum):
    """What a proxy may do."""

    APPLY_AND_COLLECT = "apply_and_collect"
    APPLY_ONLY = "apply_only"


class Unmet(StrEnum):
    """What follows from a condition that does not hold."""

    CANNOT = "cannot"
    LATER = "later"
    REVIEW = "review"


@dataclass(frozen=True)
class Statutory:
    """The lawful time limit; `unit` is "working_day" or "day"."""

    days: int
    unit: str
    basis: str


@dataclass(frozen=True)
class Service:
    """One of the 18 services. `reasons` holds a sentence for `can` and for each condition."""

    code: str
    name: str
    plain: str
    office: str
    kinds: tuple[InsuredKind, ...]
    stage: int
    materials: tuple[str, ...]
    source: Source
    version: str
    reasons: Mapping[str, str]
    with_offices: tuple[str, ...] = ()
    exclusive_group: str = ""
    needs_any: tuple[str, ...] = ()
    needs_all: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    unmet: Mapping[str, Unmet] = field(default_factory=dict)
    manual_review: bool = False
    proxy: ProxyRule = ProxyRule.APPLY_AND_COLLECT
    basis: str = ""
    statutory: Statutory | None = None


class HowObtained(StrEnum):
    """How a paper comes in."""

    FETCHED = "fetched"
    EMPLOYER = "employer"
    PERSONAL = "personal"


@dataclass(frozen=True)
class Paper:
    """One paper of the one set; `promise`: a written promise may stand for it."""

    name: str
    how: HowObtained
    why: str
    promise: bool = False
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offices:
    """Names of the offices and headings of the three steps of handling."""

    version: str
    offices: Mapping[str, str]
    stages: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """The services in the order of handling, the papers and the offices."""

    services: Mapping[str, Service]
    papers: Mapping[str, Paper]
    offices: Offices

    def in_order(self) -> Iterator[Service]:
        """Yield the services by stage, then by code with the common route first."""
        yield from sorted(self.services.values(), key=lambda one: (one.stage, one.code))


def read_catalogue(folder: Path) -> Catalogue:
    """Read services/, materials.toml and offices.toml below `folder`; raise ConfigError."""
    services: dict[str, Service] = {}
    problems: list[Problem] = []
    for path in sorted((folder / "services").glob("*.toml")):
        service = load(Service, path)
        services[service.code] = service
        if service.code != path.stem:
            problems.append(_problem(path, "code", f"文件名是 {path.name}，编号应是 {path.stem}"))
    papers_path = folder / "materials.toml"
    reader = Reader(papers_path)
    papers = {
        code: paper
        for code, table in read_table(papers_path).items()
        if (paper := reader.build(Paper, table, code))
    }
    catalogue = Catalogue(services, papers, load(Offices, folder / "offices.toml"))
    problems += reader.problems
    problems += check(catalogue, folder)
    if problems:
        raise ConfigError(tuple(problems))
    return catalogue


def _problem(path: Path, key: str, expected: str) -> Problem:
    return Problem(str(path), line_of(path, key), key, expected)


def check(catalogue: Catalogue, folder: Path) -> Iterator[Problem]:
    """Yield every unsound place: count, references, conditions, reasons, cycles, the one route."""
    home = folder / "services"
    if len(catalogue.services) != SERVICE_COUNT:
        found = len(catalogue.services)
        yield Problem(str(home), 0, "services", f"应正好 {SERVICE_COUNT} 项，现在 {found} 项")
    for service in catalogue.services.values():
        yield from _check_service(service, catalogue, home / f"{service.code}.toml")
    for code, paper in catalogue.papers.items():
        for name in paper.when:
            if name not in CONDITIONS:
                path = folder / "materials.toml"
                yield _problem(path, f"{code}.when", f"没有“{name}”这个条件")
    yield from _check_graph(catalogue, home)


def _check_service(service: Service, catalogue: Catalogue, path: Path) -> Iterator[Problem]:
    for key, names, known in (
        ("needs_any", service.needs_any, catalogue.services),
        ("needs_all", service.needs_all, catalogue.services),
        ("materials", service.materials, catalogue.papers),
        ("when", service.when, CONDITIONS),
        ("unmet", tuple(service.unmet), service.when),
        ("office", (service.office,), catalogue.offices.offices),
        ("with_offices", service.with_offices, catalogue.offices.offices),
        ("stage", (str(service.stage),), catalogue.offices.stages),
    ):
        for name in names:
            if name not in known:
                yield _problem(path, key, f"“{name}”不存在")
    needed = {"can", *service.when}
    if set(service.kinds) != set(InsuredKind):
        needed.add("kind")
    if service.exclusive_group:
        needed.add("route")
    for name in sorted(needed - service.reasons.keys()):
        yield _problem(path, f"reasons.{name}", "缺少这一句说明")


def _check_graph(catalogue: Catalogue, home: Path) -> Iterator[Problem]:
    graph = {
        code: (*service.needs_any, *service.needs_all)
        for code, service in catalogue.services.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        around = " → ".join(error.args[1])
        yield Problem(str(home), 0, "needs_all", f"前后绕成了圈：{around}")
    groups = {one.exclusive_group for one in catalogue.services.values()} - {""}
    if groups != {ROUTE_GROUP}:
        yield Problem(str(home), 0, "exclusive_group", f"应只有一组 {ROUTE_GROUP}")
