"""Rules of the offices' desk in a browser: reasons of refusals, units in charge, second looks.

They stand in config/office_desk.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from central.office_desk.acts import MOVES, DeskAct
from kiosk.application.service_result import LegalRemedy
from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of

FILE = "office_desk.toml"


@dataclass(frozen=True)
class RefusalReason:
    """A reason to refuse: its words, and what the person can do first, "" for nothing.

    `services`: codes of the services it is for, none for all.
    """

    words: str
    remedy: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeskLimits:
    """Limits of what is typed: days that a person has at most to bring something, and characters.

    `usual_days` is what the form proposes.
    """

    usual_days: int
    most_days: int
    most_letters: int


@dataclass(frozen=True)
class ServiceDesk:
    """A service at its office's desk.

    `unit` is the one in charge (责任清单). `second_look`: the decisions that a second person
    confirms before they take effect.
    """

    unit: str
    second_look: tuple[DeskAct, ...] = ()


@dataclass(frozen=True)
class DeskRules:
    """The file config/office_desk.toml; `services` by their codes, `refusals` by names.

    `remedies`: what everybody can do against a refusal, by law.
    """

    version: str
    remedies: tuple[LegalRemedy, ...]
    limits: DeskLimits
    refusals: Mapping[str, RefusalReason]
    services: Mapping[str, ServiceDesk] = field(default_factory=dict)

    def unit_of(self, service: str) -> str:
        """Return the unit in charge of a service, "" for none that is known."""
        known = self.services.get(service)
        return known.unit if known else ""

    def second_looks(self) -> Mapping[str, tuple[DeskAct, ...]]:
        """Return the decisions of each service that a second person confirms."""
        return {code: one.second_look for code, one in self.services.items()}

    def refusals_of(self, service: str) -> Mapping[str, RefusalReason]:
        """Return the reasons for which a service may be refused."""
        found = self.refusals.items()
        return {name: one for name, one in found if not one.services or service in one.services}


def read_desk_rules(config: Path, services: Mapping[str, object]) -> DeskRules:
    """Return the rules in the folder `config`; raises ConfigError for a wrong file.

    `services`: those of the catalogue by code; each needs its unit, and no other may have one.
    """
    path = config / FILE
    found = load(DeskRules, path)
    problems = [Problem(str(path), line_of(path, key), key, words) for key, words in _faults(found)]
    named = {code for one in found.refusals.values() for code in one.services}
    for code in sorted((found.services.keys() ^ services.keys()) | (named - services.keys())):
        where = f"services.{code}"
        problems.append(
            Problem(str(path), line_of(path, where), where, text_of("central.desk_service"))
        )
    if problems:
        raise ConfigError(tuple(problems))
    return found


def _faults(rules: DeskRules) -> list[tuple[str, str]]:
    limits, found = rules.limits, []
    if not 0 < limits.usual_days <= limits.most_days or limits.most_letters <= 0:
        found.append(("limits", text_of("central.desk_limits")))
    found += [
        (f"services.{code}", text_of("central.desk_second_look"))
        for code, one in rules.services.items()
        if not set(one.second_look) <= MOVES.keys()
    ]
    if not rules.refusals:
        found.append(("refusals", text_of("central.desk_refusals")))
    return found
