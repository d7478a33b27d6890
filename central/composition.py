"""Composition of the service from what was read, for `serve`, the operator's commands and tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from central.app_context import AppContext
from central.fleet.configuration import ConfigurationFolder
from central.fleet.enrolments import WrongCodes
from central.fleet.logs import LogFolder
from central.fleet.point_register import PointRegister
from central.fleet.releases import Releases
from central.intake.authority import AuthorityCheck
from central.intake.examiner import Examiner
from central.intake.signed_forms import FormCheck
from central.load import RateLimit
from central.messages.contacts import Contacts
from central.messages.wording import Wording
from central.notices import Notices
from central.rules import Rules
from central.signatures import open_check
from central.store import open_store
from central.store.messages.stand_ins import RecordingMessenger, RecordingSealer
from central.store.upgrade import SchemaTrouble
from central.vault.opener import Opener
from kiosk.civil_time import civil_day
from kiosk.fleet.point_list import FILE as POINTS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from pathlib import Path

    from central.card_keys import KeyModule
    from central.intake.case_dates import CaseDates
    from central.people import People
    from central.policy import Policy
    from central.staff import PointStaff
    from central.tasks import Needs
    from central.vault.service_keys import Vault
    from kiosk.application.authority import AuthorityRules
    from kiosk.application.forms.definitions import FormDefinitions

_CODE_BYTES = 8


@dataclass(frozen=True)
class ServiceData:
    """What the service reads at its start: policy, rules, people and names.

    - `needs`: for each service, the services that it needs (any of, all of).
    - `staff`: the people of each point, by the point's code.
    - `authority`: the rules for who may file for another; `in_person`: services that nobody may
      file for another.
    - `forms`: what the forms of applications are made from.
    - `points`, `services`: names by code; the operator's imported list of points takes precedence.
    - `offices`: the code of the office of each service.
    """

    needs: Needs
    policy: Policy
    people: People
    dates: CaseDates
    staff: Mapping[str, PointStaff]
    authority: AuthorityRules
    forms: FormDefinitions
    in_person: Collection[str] = ()
    points: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    offices: Mapping[str, str] = field(default_factory=dict)


def compose_context(
    data: ServiceData,
    *,
    database: str,
    vault: Vault,
    configuration: Path,
    logs: Path,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
    key_module: KeyModule | None = None,
    create: bool = True,
    take_over: bool = False,
) -> AppContext | SchemaTrouble:
    """Return the service over the database at this SQLAlchemy URL, or why it can't be used.

    - `configuration`, `logs`: folders of signed settings and of the terminals' logs.
    - `create`: make tables where there are none.
    - `take_over`: also use a database that belongs to other keys.
    """
    policy, examiner = data.policy, _examiner(data, vault)
    contacts = Contacts(data.people, [one for at in data.staff.values() for one in at.accounts])
    rules = _store_rules(data, examiner, contacts, now, random)
    register = PointRegister(configuration.parent / POINTS_FILE)
    store = open_store(database, rules, vault.id, create=create, take_over=take_over)
    if isinstance(store, SchemaTrouble):
        return store
    return AppContext(
        store=store,
        vault=vault,
        examiner=examiner,
        people=data.people,
        dates=data.dates,
        policy=policy,
        staff=data.staff,
        configuration=ConfigurationFolder(configuration),
        logs=LogFolder(logs),
        points=register,
        releases=Releases(configuration.parent),
        now=now,
        random=random,
        signatures=open_check(policy.signatures.window_seconds, now, store.nonces),
        pace=RateLimit(policy.load.terminal_burst, policy.load.terminal_a_second),
        wrong_codes=WrongCodes(policy.enrolment.tries, timedelta(minutes=policy.enrolment.minutes)),
        key_module=key_module,
        contacts=contacts,
        wording=_wording(data, register),
    )


def _examiner(data: ServiceData, vault: Vault) -> Examiner:
    return Examiner(
        opener=Opener(vault.opening_keys),
        person_key=vault.person,
        known_services=data.needs.keys(),
        authority=AuthorityCheck(data.authority, data.in_person),
        dates=data.dates,
        visits=data.policy.visits,
        vouching=data.policy.vouching,
        forms=FormCheck(data.forms),
        is_registered_as=data.people.is_registered_as,
    )


def _wording(data: ServiceData, register: PointRegister) -> Wording:
    return Wording(
        words=data.policy.messages,
        relations=data.authority.relations,
        services=data.services,
        point_name=lambda code: register.name_of(code) or data.points.get(code, code),
        days=data.authority.confirm_days,
        digits=data.policy.confirmation.code_digits,
    )


def _store_rules(
    data: ServiceData,
    examiner: Examiner,
    contacts: Contacts,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
) -> Rules:
    """Return the rules of the store; messages and e-seals are recorded, not sent, by its ports."""
    return Rules(
        needs=data.needs,
        policy=data.policy,
        notices=Notices(
            RecordingMessenger(),
            data.policy.messages,
            lambda body: contacts.applicant(examiner.opener.document(body)),
        ),
        sealer=RecordingSealer(),
        authority=data.authority,
        later_days=lambda body, at: examiner.later_days(body, at, civil_day(now())),
        new_code=lambda: make_code(random, data.policy.confirmation.code_digits),
        offices=data.offices,
    )


def make_code(random: Callable[[int], bytes], digits: int) -> str:
    """Return `digits` random digits; never only zeros, because "0" as a reply means no."""
    whole: int = 10**digits - 1
    return f"{int.from_bytes(random(_CODE_BYTES)) % whole + 1:0{digits}d}"
