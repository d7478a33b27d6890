"""The bounded model of people, config/situations.toml, and the situations that it generates.

`rules show` takes its examples from them, `rules diff` compares two folders of rules over them, and
tests/dead_ends proves over them that no verdict is a dead end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, line_or_section, load
from kiosk.operator_texts import text_of
from kiosk.retirement.age import AgeRules, Category
from kiosk.retirement.facts import Declarations, Facts, FactValue, parse_fact
from kiosk.retirement.months import Month
from kiosk.retirement.situation import Route, Situation, assess, seeks_pension

FILE = "situations.toml"
Axes = Mapping[str, Mapping[str, tuple[str, ...]]]


class ChosenMonth(StrEnum):
    """Which month of retirement is chosen."""

    FIRST = "first"  # the one that is offered
    NOW = "now"  # the soonest one
    SOONEST = "soonest"  # the first one for which the written notice is, or can be, in time
    LATEST = "latest"


@dataclass(frozen=True)
class SituationsFile:
    """The file config/situations.toml; `facts` are classes of facts by axis and name."""

    on: str
    category: Category
    births: tuple[str, ...]
    routes: tuple[Route, ...]
    months: tuple[ChosenMonth, ...]
    facts: Axes


@dataclass(frozen=True)
class SampledPerson:
    """One combination of classes: a person whose situation the rules judge.

    `classes` names the class of each axis of facts. `typed` are the facts as they are written for
    `rules services --fact`, `facts` the same as values. `distance` is the number of axes on which
    the person differs from the usual one.
    """

    category: Category
    on: date
    birth: Month
    route: Route
    month: ChosenMonth
    classes: Mapping[str, str]
    typed: tuple[str, ...]
    facts: Facts
    distance: int

    @property
    def name(self) -> str:
        """Return a name that tells the person from all others of the model."""
        return " | ".join((str(self.birth), *self.classes.values(), self.route, self.month))

    @property
    def has_months(self) -> bool:
        """Return whether there are months to choose between: by age, for who seeks a pension."""
        return self.route is Route.AGE and seeks_pension(self.facts)

    def situation(self, rules: AgeRules) -> Situation:
        """Return the person's situation by the ages of `rules`."""
        case = assess(rules, self.category, self.birth, self.on, self.facts).along(self.route)
        if self.month is ChosenMonth.NOW:
            return case.retiring(case.soonest)
        if self.month is ChosenMonth.SOONEST:
            return case.retiring(case.soonest_noticed)
        if self.month is ChosenMonth.LATEST:
            return case.retiring(case.estimate.latest)
        return case


@dataclass(frozen=True)
class PeopleModel:
    """The model as read: `typed` and `facts` by axis and class, the usual class first."""

    on: date
    category: Category
    births: tuple[Month, ...]
    routes: tuple[Route, ...]
    months: tuple[ChosenMonth, ...]
    typed: Axes
    facts: Mapping[str, Mapping[str, Facts]]

    @property
    def usual(self) -> SampledPerson:
        """Return the person of the first class of every axis."""
        return next(self.people(0))

    def people(self, most: int | None = None) -> Iterator[SampledPerson]:
        """Yield everybody who differs from the usual person on at most `most` axes (None: on all).

        Those with fewer differences come first, so that the first person with some verdict is the
        plainest example of it. The way by age alone has months to choose, for who seeks a pension.
        """
        axes: list[tuple[object, ...]] = [self.births, self.routes, self.months]
        axes += [tuple(classes) for classes in self.typed.values()]
        places = product(*(range(len(axis)) for axis in axes))
        near = (one for one in places if most is None or _distance(one) <= most)
        for at in sorted(near, key=_distance):
            person = self._person(at)
            if person.month is ChosenMonth.FIRST or person.has_months:
                yield person

    def _person(self, at: tuple[int, ...]) -> SampledPerson:
        birth, route, month, *rest = at
        classes = {
            axis: tuple(named)[place]
            for (axis, named), place in zip(self.typed.items(), rest, strict=True)
        }
        facts: dict[str, FactValue] = {}
        typed: dict[str, str] = {}
        for axis, name in classes.items():
            facts |= self.facts[axis][name]
            typed |= {text.partition("=")[0]: text for text in self.typed[axis][name]}
        return SampledPerson(
            category=self.category,
            on=self.on,
            birth=self.births[birth],
            route=self.routes[route],
            month=self.months[month],
            classes=classes,
            typed=tuple(typed.values()),
            facts=facts,
            distance=_distance(at),
        )


def read_people_model(folder: Path, declared: Declarations) -> PeopleModel:
    """Return the model below `folder`, which is config/; its facts are `declared`.

    Raises ConfigError that names every wrong place with its line.
    """
    path = folder / FILE
    file = load(SituationsFile, path)
    problems = tuple(
        Problem(str(path), line_or_section(path, key), key, expected)
        for key, expected in _faults(file, declared)
    )
    if problems:
        raise ConfigError(problems)
    return PeopleModel(
        on=date.fromisoformat(file.on),
        category=file.category,
        births=tuple(map(Month.parse, file.births)),
        routes=file.routes,
        months=file.months,
        typed=file.facts,
        facts={
            axis: {name: _facts(declared, typed) for name, typed in classes.items()}
            for axis, classes in file.facts.items()
        },
    )


def _faults(file: SituationsFile, declared: Declarations) -> Iterator[tuple[str, str]]:
    """Yield each key whose value is not possible, and what is expected there."""
    if not _is_readable(date.fromisoformat, file.on):
        yield "on", text_of("retirement.day")
    if not all(_is_readable(Month.parse, birth) for birth in file.births):
        yield "births", text_of("retirement.month")
    axes = {"births": file.births, "routes": file.routes, "months": file.months}
    of_facts = {f"facts.{axis}": tuple(classes) for axis, classes in file.facts.items()}
    for key, classes in (axes | of_facts).items():
        if not classes:
            yield key, text_of("retirement.no_class")
    for axis, named in file.facts.items():
        for name, typed in named.items():
            read = (parse_fact(declared, text) for text in typed)
            for words in (one for one in read if isinstance(one, str)):
                yield f"facts.{axis}.{name}", words[:-1]  # a problem brings its own full stop


def _is_readable(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _facts(declared: Declarations, typed: tuple[str, ...]) -> Facts:
    read = (parse_fact(declared, text) for text in typed)
    return dict(one for one in read if not isinstance(one, str))


def _distance(at: tuple[int, ...]) -> int:
    return sum(map(bool, at))
