"""How is the service put together from what was read? For `serve`, its commands and tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from central.authority import AuthorityCheck
from central.configuration import ConfigurationFolder
from central.enrolments import WrongCodes
from central.intake import Examiner
from central.load import Pace
from central.logs import LogFolder
from central.notices import Notices
from central.office import Office
from central.point_register import PointRegister
from central.releases import Releases
from central.rules import Rules
from central.sealed import Opener
from central.signatures import open_check
from central.store import open_store
from central.store.stand_ins import RecordingMessenger, RecordingSealer
from central.store.upgrade import SchemaTrouble
from kiosk.civil_time import civil_day
from kiosk.filing.point_list import FILE as POINTS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from pathlib import Path

    from central.card_keys import KeyModule
    from central.case_dates import CaseDates
    from central.people import People
    from central.policy import Policy
    from central.staff import PointStaff
    from central.tasks import Needs
    from central.vault import Vault
    from kiosk.filing.authority import AuthorityRules


def compose_office(
    *,
    database: str,
    vault: Vault,
    needs: Needs,
    policy: Policy,
    people: People,
    dates: CaseDates,
    staff: Mapping[str, PointStaff],
    configuration: Path,
    logs: Path,
    authority: AuthorityRules,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
    key_module: KeyModule | None = None,
    in_person: Collection[str] = (),
    create: bool = True,
    take_over: bool = False,
) -> Office | SchemaTrouble:
    """Return the service over the database at this SQLAlchemy URL, or why it is not used.

    `in_person`: services that nobody may file for another. `create`: make tables where there are
    none; `take_over`: of a database that belongs to other keys.
    """
    check = AuthorityCheck(authority, in_person)
    examiner = Examiner(Opener(vault.opening_keys), vault.person, needs.keys(), check, dates)
    notices = Notices(RecordingMessenger(), policy.messages, examiner.mobile_of)
    rules = Rules(
        needs,
        policy,
        notices,
        RecordingSealer(),
        authority.principals_a_year,
        lambda body, received_at: examiner.later_days(body, received_at, civil_day(now())),
    )
    store = open_store(database, rules, vault.id, create=create, take_over=take_over)
    if isinstance(store, SchemaTrouble):
        return store
    return Office(
        store=store,
        vault=vault,
        examiner=examiner,
        people=people,
        dates=dates,
        policy=policy,
        staff=staff,
        configuration=ConfigurationFolder(configuration),
        logs=LogFolder(logs),
        points=PointRegister(configuration.parent / POINTS_FILE),
        releases=Releases(configuration.parent),
        now=now,
        random=random,
        signatures=open_check(policy.signatures.window_seconds, now, store.nonces),
        pace=Pace(policy.load.terminal_burst, policy.load.terminal_a_second),
        wrong_codes=WrongCodes(policy.enrolment.tries, timedelta(minutes=policy.enrolment.minutes)),
        key_module=key_module,
    )
