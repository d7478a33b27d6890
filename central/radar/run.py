"""One run of the radar over everybody whom the registries know, and the state at a visit."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from central.people import Registered
from central.radar.judgement import NotPrepared, Preparation, RadarPerson, prepare_filing
from central.radar.looks import LookFinding
from central.registries.ports import (
    HouseholdRecord,
    RegisteredUser,
    RegistryPerson,
    RegistryTrouble,
)
from central.store.preparations import LookTask, SealedPreparation
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import canonical
from kiosk.crypto.sealing import seal, unseal
from kiosk.retirement.months import Month

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from central.people import People
    from central.radar.rules import RadarRules
    from central.store.cases.cases import Cases
    from central.store.preparations import Preparations
    from central.vault_port import VaultPort
    from kiosk.people.facts import SharedFacts

ABOUT = b"prepared"  # tells it apart from an employer's draft, which the same key seals
PREPARED, WATCHED, ERASED = "prepared", "watched", "erased"


class PreparedState(StrEnum):
    """How what was prepared stands when its person comes."""

    READY = "ready"
    MONTH_PASSED = "month-passed"
    CHANGED = "changed"  # facts, services or answers are others than when it was prepared


@dataclass(frozen=True)
class Radar:
    """Finds whose month is near, and prepares a filing for each.

    `preparations` and `cases` are the parts of the store, `people` the registries; `random` is
    os.urandom.
    """

    preparations: Preparations
    cases: Cases
    vault: VaultPort
    people: People
    random: Callable[[int], bytes]
    rules: RadarRules = field(repr=False)

    def run(self, at: datetime) -> Mapping[str, int]:
        """Look at everybody; return how many persons there are for each outcome.

        What was prepared is replaced where it changed, and erased for who is not due any more, or
        stands in no registry. Nobody who opted out is prepared for.
        """
        told = at.isoformat(timespec="seconds")
        counts: Counter[str] = Counter()
        for number, facts in self.people.facts.items():
            counts[self._prepare_one(number, facts, told, civil_day(at))] += 1
        if gone := self.preparations.erase_unseen(told):
            counts[ERASED] = gone
        return dict(counts)

    def _prepare_one(self, number: str, facts: SharedFacts, at: str, today: date) -> str:
        found = self.judge(number, facts, today)
        if found in (NotPrepared.FAR, NotPrepared.NUMBER, NotPrepared.LONG_PAST):
            return str(found.value)  # of the many of no interest not even the hash is made
        person, kept = self.vault.person(number), self.preparations
        if isinstance(found, NotPrepared):
            if found is NotPrepared.REGISTER_AWAY:
                kept.confirm(person, at)
            return found.value
        if self.content_of(number) == found.document():
            kept.confirm(person, at)
            return PREPARED if found.is_ready else WATCHED
        made = SealedPreparation(person, self._sealed(number, found), found.is_ready, at)
        if not kept.keep(made, _tasks(found, at)):
            return NotPrepared.OPTED_OUT.value
        return PREPARED if found.is_ready else WATCHED

    def judge(self, number: str, facts: SharedFacts, today: date) -> Preparation | NotPrepared:
        """Return what can be prepared for this person on the day `today`, or why nothing is.

        `number` is the ID number, `facts` are those of the offices. The registries are asked only
        about who is due.
        """
        known = self.people.registered_as(number)
        found = prepare_filing(RadarPerson(number, facts, known), self.rules, today)
        if isinstance(found, NotPrepared):
            return found
        person = self.vault.person(number)
        if self.cases.open_case(person):
            return NotPrepared.FILED
        if self.preparations.opted_out_at(person):
            return NotPrepared.OPTED_OUT
        asked = RegistryPerson(number, known.name)
        if gone := self._household(asked, facts):
            return gone
        users = self.people.registries.users
        user = users.user_of(asked) if users else None
        if not isinstance(user, RegisteredUser):
            return found
        theirs = RadarPerson(number, facts, Registered(user.name, user.mobile))
        return prepare_filing(theirs, self.rules, today)

    def _household(self, person: RegistryPerson, facts: SharedFacts) -> NotPrepared | None:
        """Return why the household register speaks against it, None when it does not."""
        households = self.people.registries.households
        if households is None:
            return None if facts.household_matches else NotPrepared.MOVED
        match households.household_of(person):
            case RegistryTrouble():
                return NotPrepared.REGISTER_AWAY
            case HouseholdRecord(cancelled=True):
                return NotPrepared.DEAD
            case HouseholdRecord(matches=True):
                return None
            case _:
                return NotPrepared.MOVED

    def content_of(self, number: str) -> dict[str, Any] | None:
        """Return what is prepared for the person with this ID number, None for nothing."""
        found = self.preparations.of_person(self.vault.person(number))
        if found is None:
            return None
        plain = unseal(self.vault.handed_key(number), found.sealed, ABOUT)
        content: dict[str, Any] | None = json.loads(plain) if plain else None
        return content

    def answer_for(self, number: str, today: date) -> dict[str, Any] | None:
        """Return the PreparedFiling of openapi.yaml for the person at a terminal, None for none.

        What was prepared is judged again: where anything is different by now, only that is told.
        """
        content, facts = self.content_of(number), self.people.facts.get(number)
        if content is None or facts is None:
            return None
        state = PreparedState.READY
        fresh = self.judge(number, facts, today)
        if Month.parse(content["month"]) < Month.of_day(today):
            state = PreparedState.MONTH_PASSED
        elif isinstance(fresh, NotPrepared) or fresh.document() != content:
            state = PreparedState.CHANGED
        nothing = {"month": content["month"], "services": [], "answers": {}, "looks": []}
        told = content if state is PreparedState.READY else nothing
        return {"version": 1, "state": state.value, **told}

    def _sealed(self, number: str, made: Preparation) -> bytes:
        key = self.vault.handed_key(number)
        return seal(key, canonical(made.document()), ABOUT, self.random)


def _tasks(made: Preparation, at: str) -> tuple[LookTask, ...]:
    def one(kind: str, office: str, *, told: bool) -> LookTask:
        return LookTask(kind, office, at, at if told else "")

    return tuple(
        one(look.kind.value, look.office, told=look.finding is not LookFinding.UNKNOWN)
        for look in made.looks
    )


def rows_of(counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    """Return the outcomes of a run with their counts, what was prepared first."""
    return sorted(counts.items(), key=lambda one: (one[0] not in (PREPARED, WATCHED), one[0]))
