"""The catalogue of the 18 services: their papers, form fields, offices, conditions and words.

These are the values as read. kiosk/retirement/soundness.py checks that they fit together.
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
    """The evidence that a service belongs to the list; all but the first two need confirming."""

    SEED = "seed"
    NATIONAL = "national"
    OTHER_CITY = "other_city"
    RECONSTRUCTION = "reconstruction"


class ProxyRule(StrEnum):
    """Which steps of a service a proxy may take for the person."""

    APPLY_AND_COLLECT = "apply_and_collect"
    APPLY_ONLY = "apply_only"
    IN_PERSON = "in_person"


class DayUnit(StrEnum):
    """The unit in which a time limit counts."""

    WORKING_DAY = "working_day"
    DAY = "day"


@dataclass(frozen=True)
class Limit:
    """A time limit: `days` counted from the day after the part can begin; 0 means the same day.

    `basis` names the law or promise that sets it.
    """

    days: int
    unit: DayUnit
    basis: str


@dataclass(frozen=True)
class Service:
    """One of the 18 services.

    `plain` is the name in everyday words. `stage` is the step of handling it belongs to. `reason`
    and `helper` tell the person and the helper why it can be had; `reasons` holds the person's
    sentence for each condition of `when` that does not hold. `needs_any` and `needs_all` are the
    services that must be finished first. Of services with the same `exclusive_group` a person can
    have one. `after` are handled before it when they are filed with it; however they end, it goes
    on. `statutory` is the legal limit, `promised` a shorter one that is promised instead.
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
    after: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    manual_review: bool = False
    proxy: ProxyRule = ProxyRule.APPLY_AND_COLLECT
    statutory: Limit | None = None
    promised: Limit | None = None
    after_pension: bool = False  # who draws a pension may file it, too, and file it again
    waits_for_person: str = ""  # what the person has to do first, so that no day is promised


class HowObtained(StrEnum):
    """Where a paper comes from: fetched from another office, sent by the employer, or brought."""

    FETCHED = "fetched"
    EMPLOYER = "employer"
    PERSONAL = "personal"


@dataclass(frozen=True)
class PaperRequest:
    """Who asks the employer, or whoever keeps the file, for a paper, and how long they have.

    `by` is the everyday name of `office`; `limit` counts from the day after acceptance.
    """

    office: str
    by: str
    limit: Limit


@dataclass(frozen=True)
class Paper:
    """One paper of the set that the services share.

    `promise`: a written promise (承诺书) may stand for it. `capture`: a picture of it is enough;
    `most_pages`: how many of them are taken at most. `only` tells in the guide who needs it, and
    `personal_why` why fetching it was not enough. The paper is asked for when all conditions of
    `when` hold. When all of `personal_when` hold too, it could not be fetched and the person has to
    bring it. `person_only`: it is not accepted from somebody who files in the person's absence.
    `request`: how a paper of the employer is got, None for all others.
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
    most_pages: int = 1
    request: PaperRequest | None = None


@dataclass(frozen=True)
class Office:
    """One office and the telephone number that answers questions about its services."""

    name: str
    phone: str


@dataclass(frozen=True)
class Offices:
    """The offices, the headings of the steps of handling, and the limit promised for the whole."""

    version: str
    promised: Limit
    offices: Mapping[str, Office]
    stages: Mapping[str, str]


@dataclass(frozen=True)
class Leaflet:
    """Something that this terminal can't do, with who does it `where` and what to bring."""

    plain: str
    name: str
    who: str
    papers: tuple[str, ...]
    where: str
    result: str
    office: str
    basis: str


@dataclass(frozen=True)
class Sentences:
    """One general answer in words: for the person, for the helper, and what would change it."""

    reason: str
    helper: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class GuideTexts:
    """What the notice says of days, papers and proxies: the table `guide` of config/verdicts.toml.

    `units` by `DayUnit`, `proxy` by `ProxyRule`.
    """

    no_papers: str
    same_day: str
    after_previous: str
    at_window: str
    units: Mapping[str, str]
    proxy: Mapping[str, str]


@dataclass(frozen=True)
class VerdictWords:
    """The sentences of config/verdicts.toml, which hold for every service."""

    kind: Sentences
    resident: Sentences
    drawn: Sentences
    drawn_since: Sentences
    done: Sentences
    open: Sentences
    elsewhere: Sentences
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
    guide: GuideTexts


@dataclass(frozen=True)
class Catalogue:
    """Everything the rules look up; `services` are in the order of handling."""

    services: Mapping[str, Service]
    papers: Mapping[str, Paper]
    fields: Mapping[str, Field]
    offices: Offices
    facts: Declarations
    conditions: Conditions
    words: VerdictWords
    leaflets: Mapping[str, Leaflet] = field(default_factory=dict)

    def in_order(self) -> Iterator[Service]:
        """Yield the services by stage, then by code, which is the order in which they were read."""
        yield from self.services.values()

    def waits_for(self, code: str, route: str) -> frozenset[str]:
        """Return every service that `code` waits for on this route, directly or not."""
        direct = frozenset(self._direct(self.services[code], route))
        return direct.union(*(self.waits_for(one, route) for one in direct))

    def followers(self, code: str, route: str) -> frozenset[str]:
        """Return the services that cannot be had without `code` on this route into retirement."""
        return frozenset(one for one in self.services if code in self.waits_for(one, route))

    def _direct(self, service: Service, route: str) -> Iterator[str]:
        """Yield what one service waits for directly; of exclusive routes the chosen one only."""
        yield from service.needs_all
        for name in service.needs_any:
            if not self.services[name].exclusive_group or name == route:
                yield name
