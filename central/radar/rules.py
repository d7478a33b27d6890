"""What the radar goes by: config/radar.toml, with the rules of retirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from central.radar.looks import LookKind
from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of
from kiosk.people.facts import SharedFacts

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from kiosk.retirement.age import AgeRules
    from kiosk.retirement.catalogue import Catalogue
    from kiosk.retirement.questions import Question


@dataclass(frozen=True)
class PreparedAnswer:
    """An answer that is prepared while each of `facts` is known and not empty or false.

    `value` is the answer, or `registered` the member of the people registry that has it.
    """

    value: str = ""
    facts: tuple[str, ...] = ()
    registered: str = ""


@dataclass(frozen=True)
class RadarPolicy:
    """The file config/radar.toml: the window in months, who looks at what, and answers by field."""

    months_ahead: int
    months_behind: int
    looks: Mapping[str, str]
    answers: Mapping[str, PreparedAnswer]


@dataclass(frozen=True)
class RadarRules:
    """The policy with the rules by which a person's services and questions are judged."""

    policy: RadarPolicy
    catalogue: Catalogue
    ages: AgeRules
    questions: Collection[Question] = field(repr=False)


def read_radar_policy(path: Path, questions: Collection[Question]) -> RadarPolicy:
    """Return the policy in `path`, whose answers are to some of `questions`.

    Raises ConfigError for a wrong file, a look that nobody can do or that is missing, a field that
    is no question, or a fact that no office tells.
    """
    found = load(RadarPolicy, path)
    asked, facts = {one.field for one in questions}, {one.name for one in fields(SharedFacts)}
    wrong = [f"looks.{name}" for name in set(LookKind) ^ set(found.looks)]
    for name, answer in found.answers.items():
        unknown = name not in asked or not set(answer.facts) <= facts
        if unknown or bool(answer.value) == bool(answer.registered):
            wrong.append(f"answers.{name}")
    if wrong:
        words = text_of("central.radar_policy_wrong")
        raise ConfigError(tuple(Problem(str(path), line_of(path, k), k, words) for k in wrong))
    return found
