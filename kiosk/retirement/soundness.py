"""Consistency checks over the whole catalogue; each problem names its file, key and cure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from kiosk.config.schema import Problem, line_or_section
from kiosk.operator_texts import text_of
from kiosk.people.facts import SharedFacts
from kiosk.retirement.catalogue import (
    Catalogue,
    DayUnit,
    HowObtained,
    Paper,
    ProxyRule,
    Sentences,
    Service,
    VerdictWords,
)
from kiosk.retirement.figures import braces_of
from kiosk.retirement.numbers import CHECKS
from kiosk.retirement.situation import Route

ROUTE_GROUP = "retire_route"
DAYS = range(367)
LONGEST = 24  # signs; what is filled in comes on top
BRACES = re.compile(r"\{\w*\}")
SHARED = frozenset(field.name for field in dataclasses.fields(SharedFacts))
FILLED_IN: Mapping[str, frozenset[str]] = {
    "kind": frozenset({"kinds"}),
    "lost": frozenset({"first"}),
    "waits": frozenset({"first", "month"}),
    "done": frozenset({"day"}),
    "unknown": frozenset({"missing"}),
}
"""Names that eligibility.py fills into general sentences besides facts and {route}."""


@dataclass(frozen=True)
class _SoundnessFile:
    """One file of config/, for which problems are reported."""

    path: Path

    def problem(self, key: str, expected: str) -> Problem:
        return Problem(str(self.path), line_or_section(self.path, key), key, expected)

    def unknown(
        self, key: str, names: Collection[str], known: Collection[str]
    ) -> Iterator[Problem]:
        for name in names:
            if name not in known:
                yield self.problem(key, text_of("retirement.unknown_name", name=name))

    def sentence(self, key: str, text: str, known: Collection[str]) -> Iterator[Problem]:
        """Yield what is wrong with a sentence's braces; `known` are the names it may use."""
        named = braces_of(text)
        if named is None:
            yield self.problem(key, text_of("retirement.brackets"))
        for name in named or ():
            if name not in known:
                yield self.problem(key, text_of("retirement.no_fact_to_fill_in", name=name))


def faults(catalogue: Catalogue, folder: Path, count: int) -> Iterator[Problem]:
    """Yield every problem in the catalogue read from `folder`; `count` services are expected."""
    home = _SoundnessFile(folder / "services")
    if len(catalogue.services) != count:
        found = len(catalogue.services)
        words = text_of("retirement.service_count", count=count, found=found)
        yield home.problem("services", words)
    for service in catalogue.services.values():
        yield from _of_service(
            service, catalogue, _SoundnessFile(home.path / f"{service.code}.toml")
        )
    for code, paper in catalogue.papers.items():
        yield from _of_paper(code, paper, catalogue, _SoundnessFile(folder / "materials.toml"))
    for name, one in catalogue.fields.items():
        checks = _SoundnessFile(folder / "fields.toml")
        yield from checks.unknown(f"{name}.check", [one.check] if one.check else [], CHECKS)
        yield from checks.unknown(f"{name}.fact", [one.fact] if one.fact else [], SHARED)
        if one.fact and one.office not in catalogue.offices.offices:
            yield checks.problem(f"{name}.office", text_of("retirement.no_office"))
    leaflets = _SoundnessFile(folder / "leaflets.toml")
    for name, leaflet in catalogue.leaflets.items():
        offices_known = catalogue.offices.offices
        yield from leaflets.unknown(f"{name}.office", [leaflet.office], offices_known)
    if catalogue.offices.promised.days not in DAYS:
        offices = _SoundnessFile(folder / "offices.toml")
        yield offices.problem("promised.days", text_of("retirement.days"))
    yield from _of_conditions(catalogue, _SoundnessFile(folder / "conditions.toml"))
    yield from _of_words(catalogue.words, catalogue, _SoundnessFile(folder / "verdicts.toml"))
    yield from _of_graph(catalogue, home)


def _of_service(service: Service, catalogue: Catalogue, file: _SoundnessFile) -> Iterator[Problem]:
    references: tuple[tuple[str, Collection[str], Collection[str]], ...] = (
        ("needs_any", service.needs_any, catalogue.services),
        ("needs_all", service.needs_all, catalogue.services),
        ("after", service.after, catalogue.services),
        ("materials", service.materials, catalogue.papers),
        ("fields", service.fields, catalogue.fields),
        ("when", service.when, catalogue.conditions),
        ("reasons", service.reasons, service.when),
        ("office", (service.office,), catalogue.offices.offices),
        ("with_offices", service.with_offices, catalogue.offices.offices),
        ("stage", (str(service.stage),), catalogue.offices.stages),
    )
    for key, names, known in references:
        yield from file.unknown(key, names, known)
    for name in service.when:
        if name not in service.reasons:
            yield file.problem(f"reasons.{name}", text_of("retirement.no_sentence"))
    if not service.kinds:
        yield file.problem("kinds", text_of("retirement.no_kind"))
    for key, limit in (("statutory", service.statutory), ("promised", service.promised)):
        if limit is not None and limit.days not in DAYS:
            yield file.problem(f"{key}.days", text_of("retirement.days"))
    if bool(service.exclusive_group) != (service.code in set(Route)):
        yield file.problem("exclusive_group", text_of("retirement.routes_only"))
    sentences = {"reason": service.reason, "helper": service.helper}
    sentences |= {f"reasons.{name}": text for name, text in service.reasons.items()}
    for key, text in sentences.items():
        yield from file.sentence(key, text, catalogue.facts)
        if key != "helper" and len(BRACES.sub("", text)) > LONGEST:
            yield file.problem(key, text_of("retirement.too_long", most=LONGEST))


def _of_paper(
    code: str, paper: Paper, catalogue: Catalogue, file: _SoundnessFile
) -> Iterator[Problem]:
    for key, names in (("when", paper.when), ("personal_when", paper.personal_when)):
        for name in names:
            if name not in catalogue.conditions:
                words = text_of("retirement.unknown_condition", name=name)
                yield file.problem(f"{code}.{key}", words)
    if (paper.request is None) is (paper.how is HowObtained.EMPLOYER):
        yield file.problem(f"{code}.request", text_of("retirement.employer_only"))
    if paper.request is not None:
        yield from file.unknown(
            f"{code}.request.office", [paper.request.office], catalogue.offices.offices
        )
        if paper.request.limit.days not in DAYS:
            yield file.problem(f"{code}.request.limit.days", text_of("retirement.days"))


def _of_conditions(catalogue: Catalogue, file: _SoundnessFile) -> Iterator[Problem]:
    for name, one in catalogue.conditions.items():
        yield from file.sentence(f"{name}.helper", one.helper, catalogue.facts)
        yield from file.sentence(f"{name}.unknown", one.unknown, catalogue.facts)
        for text in (*one.changes, *one.changes_if.values()):
            yield from file.sentence(f"{name}.changes", text, catalogue.facts)


def _of_words(words: VerdictWords, catalogue: Catalogue, file: _SoundnessFile) -> Iterator[Problem]:
    general: Mapping[str, Sentences] = {
        name: value for name, value in vars(words).items() if isinstance(value, Sentences)
    }
    for name, one in general.items():
        known = {"route", *FILLED_IN.get(name, ()), *catalogue.facts}
        yield from file.sentence(f"{name}.reason", one.reason, known)
        yield from file.sentence(f"{name}.helper", one.helper, known)
        for text in one.changes:
            yield from file.sentence(f"{name}.changes", text, known)
    yield from _missing(file, "routes", {route.value for route in Route}, words.routes)
    kinds = {kind.value for one in catalogue.services.values() for kind in one.kinds}
    yield from _missing(file, "kinds", kinds, words.kinds)
    yield from _missing(file, "guide.units", set(DayUnit), words.guide.units)
    yield from _missing(file, "guide.proxy", set(ProxyRule), words.guide.proxy)


def _missing(
    file: _SoundnessFile, key: str, wanted: Collection[str], written: Collection[str]
) -> Iterator[Problem]:
    for name in sorted(set(wanted) - set(written)):
        yield file.problem(f"{key}.{name}", text_of("retirement.no_sentence"))


def _of_graph(catalogue: Catalogue, home: _SoundnessFile) -> Iterator[Problem]:
    graph = {
        code: (*service.needs_any, *service.needs_all, *service.after)
        for code, service in catalogue.services.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        around = " → ".join(error.args[1])
        first = _SoundnessFile(home.path / f"{error.args[1][1]}.toml")
        yield first.problem("needs_all", text_of("retirement.circle", around=around))
    groups = {one.exclusive_group for one in catalogue.services.values()} - {""}
    if groups != {ROUTE_GROUP}:
        yield home.problem("exclusive_group", text_of("retirement.one_group", group=ROUTE_GROUP))
    for service in catalogue.services.values():
        for name in (*service.needs_any, *service.needs_all, *service.after):
            before = catalogue.services.get(name)
            if before is not None and before.stage > service.stage:
                file = _SoundnessFile(home.path / f"{service.code}.toml")
                yield file.problem("stage", text_of("retirement.waits_for_later", code=name))
