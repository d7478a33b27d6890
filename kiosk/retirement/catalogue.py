"""Which 18 services are there? The services, papers, offices and words of the rules, as read.

kiosk/retirement/soundness.py says whether they fit together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.people.facts import InsuredKind
from kiosk.retirement.conditions import Conditions
from kiosk.retirement.facts import Declarations
from kiosk.retirement.fields import Field


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
    IN_PERSON = "in_person"


class DayUnit(StrEnum):
    """How a time limit counts."""

    WORKING_DAY = "working_day"
    DAY = "day"


@dataclass(frozen=True)
class Limit:
    """A time limit: `days` from the day after the part can begin; 0 is the same day."""

    days: int
    unit: DayUnit
    basis: str


@dataclass(frozen=True)
class Service:
    """One of the 18 services.

    `reason` and `helper` say to the person and to the helper why it can be had; `reasons` holds
    the person's sentence for each condition of `when` that does not hold. `statutory` is the
    lawful limit, `promised` what is promised instead when that is shorter.
    """

    code: str
    name: str
    plain: str
    office: str
    kinds: tuple[InsuredKind, ...]
    stage: int
    fields: tuple[str, ...]
    materials: tuple[str, ...]
    result: str
    basis: str
    source: Source
    version: str
    reason: str
    helper: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    with_offices: tuple[str, ...] = ()
    exclusive_group: str = ""
    needs_any: tuple[str, ...] = ()
    needs_all: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    manual_review: bool = False
    proxy: ProxyRule = ProxyRule.APPLY_AND_COLLECT
    statutory: Limit | None = None
    promised: Limit | None = None
    after_pension: bool = False  # who draws a pension already may file it, too
    waits_for_person: str = ""  # what the person has to do first, so that no day is promised


class HowObtained(StrEnum):
    """How a paper comes in."""

    FETCHED = "fetched"
    EMPLOYER = "employer"
    PERSONAL = "personal"


@dataclass(frozen=True)
class Paper:
    """One paper of the one set.

    `promise`: a written promise may stand for it; `capture`: a picture of it will do; `only` says
    in the guide who needs it, `personal_why` why sharing did not do. It is
    asked for `when` all its conditions hold; `personal_when` they hold, sharing did not supply
    it and the person has to bring it. `person_only`: taken from nobody who files in the person's
    absence.
    """

    name: str
    how: HowObtained
    why: str
    promise: bool = False
    capture: bool = True
    only: str = ""
    personal_why: str = ""
    when: tuple[str, ...] = ()
    personal_when: tuple[str, ...] = ()
    person_only: bool = False


@dataclass(frozen=True)
class Office:
    """One office and the telephone number that answers for it."""

    name: str
    phone: str


@dataclass(frozen=True)
class Offices:
    """The offices, the headings of the three steps of handling, and the one promise."""

    version: str
    promised: Limit
    offices: Mapping[str, Office]
    stages: Mapping[str, str]


@dataclass(frozen=True)
class Sentences:
    """One general answer in words: to the person, to the helper, and what would change it."""

    reason: str
    helper: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class VerdictWords:
    """config/verdicts.toml: the words that hold for every service."""

    kind: Sentences
    resident: Sentences
    drawn: Sentences
    route: Sentences
    needs: Sentences
    lost: Sentences
    other_route: Sentences
    waits: Sentences
    unknown: Sentences
    manual: Sentences
    insisted: Sentences
    kinds: Mapping[str, str]
    routes: Mapping[str, str]


@dataclass(frozen=True)
class Catalogue:
    """Everything the rules look up; the services are in the order of handling."""

    services: Mapping[str, Service]
    papers: Mapping[str, Paper]
    fields: Mapping[str, Field]
    offices: Offices
    facts: Declarations
    conditions: Conditions
    words: VerdictWords

    def in_order(self) -> Iterator[Service]:
        """Yield the services by stage, then by code."""
        yield from self.services.values()

    def waits_for(self, code: str, route: str) -> frozenset[str]:
        """Return all services that this one waits for on that way into retirement."""
        direct = frozenset(self._direct(self.services[code], route))
        return direct.union(*(self.waits_for(one, route) for one in direct))

    def followers(self, code: str, route: str) -> frozenset[str]:
        """Return the services that cannot go on without this one."""
        return frozenset(one for one in self.services if code in self.waits_for(one, route))

    def _direct(self, service: Service, route: str) -> Iterator[str]:
        """Yield what one service waits for; of the ways into retirement only the chosen one."""
        yield from service.needs_all
        for name in service.needs_any:
            if not self.services[name].exclusive_group or name == route:
                yield name
