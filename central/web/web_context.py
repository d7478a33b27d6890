"""What the pages work with: parts of the store, policy, words, clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.alarms import CONTROL_ROOM, VOUCHING
from central.load import RateLimit
from central.results.file_check import CertificateCheck
from central.seal.form_reader import FormReader
from central.seal.photo_reader import PhotoReader
from central.store.cases.form_records import FormRecords
from central.store.cases.helper_filings import HelperFilings
from central.store.city.figures import CityFigures
from central.store.city.notices import OfficeNotices
from central.store.service_points.service_points import ServicePoints
from central.store.terminals.release_rings import ReleaseRings
from central.store.terminals.terminal_requests import TerminalRequests
from central.store.upgrade import SchemaTrouble, open_database
from central.store.web.accounts import WebAccounts
from central.store.web.alarm_acts import AlarmActs
from central.store.web.alarm_desk import AlarmDesk
from central.store.web.case_desk import CaseDesk
from central.store.web.desk_acts import DeskActs
from central.store.web.ended_tasks import EndedTasks
from central.store.web.enrolment_desk import EnrolmentDesk
from central.store.web.escalation import Escalation
from central.store.web.events import WebEvents
from central.store.web.fleet_desk import FleetDesk
from central.store.web.picture_queue import PictureQueue
from central.store.web.sessions import WebSessions
from central.store.web.slip_states import SlipStates
from central.store.web.task_desk import TaskDesk
from central.store.web.tries import LoginTries
from central.store.wishes.offers import WishOffers
from central.verification import FormVerification
from central.web.form_checks import FormChecks
from central.web.live.hub import LiveHub
from central.web.passwords import PasswordHashes
from central.web.point_book import PointBook
from central.web.rendering import PageRenderer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from central.blob_store.ports import BlobStore
    from central.office_desk.rules import DeskRules
    from central.policy import Policy
    from central.remote_help.room_socket import RoomLine
    from central.results.reading import ResultRules
    from central.store.city.city_policy import CityPolicy
    from central.store.database import CentralDatabase
    from central.vault_port import CaseVaultPort
    from central.web.fleet_policy import FleetPolicy
    from central.web.live.policy import LivePolicy
    from central.web.public_data import PublicData
    from kiosk.application.forms.content import FormContents
    from kiosk.retirement.catalogue import Service


@dataclass(frozen=True)
class CityDesk:
    """What the supervisor's pages of the city show, and config/city.toml."""

    figures: CityFigures
    notices: OfficeNotices
    offers: WishOffers
    policy: CityPolicy


@dataclass(frozen=True)
class ControlRoom:
    """What the technicians' page shows, and config/fleet.toml."""

    desk: FleetDesk
    alarms: AlarmDesk
    acts: AlarmActs
    rings: ReleaseRings
    requests: TerminalRequests
    enrolments: EnrolmentDesk
    policy: FleetPolicy


@dataclass(frozen=True)
class PagePolicies:
    """What the pages of city, public, control room and their streams go by."""

    city: CityPolicy
    public: PublicData
    fleet: FleetPolicy
    live: LivePolicy


@dataclass(frozen=True)
class WebContext:
    """Everything that a page uses; what is sealed is opened by the vault alone.

    `points` maps codes of service points to names, `office_names` those of offices; `services` are
    those of the catalogue by code. `now` returns an aware time in Asia/Shanghai,
    `random` is os.urandom, `home` the path of the first page. `forms` are the words of the forms;
    `vault` is None where no vault was named.
    """

    database: CentralDatabase
    accounts: WebAccounts
    sessions: WebSessions
    tries: LoginTries
    events: WebEvents
    vouching_alarms: AlarmDesk
    helper_filings: HelperFilings
    slip_states: SlipStates
    public: PublicData
    points_book: PointBook
    fleet: ControlRoom
    pictures: PictureQueue
    tasks: TaskDesk
    ended: EndedTasks
    escalation: Escalation
    city: CityDesk
    cases: CaseDesk
    acts: DeskActs
    checks: FormChecks
    passwords: PasswordHashes
    renderer: PageRenderer
    policy: Policy
    points: Mapping[str, str]
    forms: FormContents
    desk_rules: DeskRules
    result_rules: ResultRules
    certificates: CertificateCheck
    vault: CaseVaultPort | None
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    live: LiveHub
    home: str = "/"
    help_line: RoomLine | None = None  # to the service whose terminals may be looked at

    @property
    def services(self) -> Mapping[str, Service]:
        """Return the services of the catalogue by code."""
        return self.forms.catalogue.services

    @property
    def office_names(self) -> Mapping[str, str]:
        """Return the names of offices by code."""
        return {code: one.name for code, one in self.forms.catalogue.offices.offices.items()}

    def said_at(self) -> str:
        """Return the time of now in ISO 8601, to the second."""
        return self.now().isoformat(timespec="seconds")

    def point_name(self, code: str) -> str:
        """Return the name of a service point, its code where no name is known."""
        found = self.points_book.points().get(code)
        return found.name if found else self.points.get(code, code)


def open_web(
    database: str,
    policy: Policy,
    texts: Mapping[str, Any],
    *,
    points: Mapping[str, str],
    forms: FormContents,
    desk_rules: DeskRules,
    result_rules: ResultRules,
    pages: PagePolicies,
    vault: CaseVaultPort | None,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
    check_key: bytes = b"",
    seal_authority: bytes = b"",
    sealed_pages: BlobStore | None = None,
) -> WebContext | SchemaTrouble:
    """Return what the pages work with over the service's `database`, or why it can't be used.

    `texts`: words of config/texts/web.toml; `points`: names by code; `forms`: their words, with the
    catalogue; `desk_rules`, `result_rules`: of the desk and of ends; `pages`: of some pages;
    `vault`: opens cases; `check_key`: of check codes; `seal_authority`: the e-seals' (PEM).
    `sealed_pages`: where captured pages lie that left the database.
    """
    opened = open_database(database, create=False, upgrade=False)
    if isinstance(opened, SchemaTrouble):
        return opened
    return WebContext(
        database=opened,
        accounts=WebAccounts(opened),
        sessions=WebSessions(opened, policy.web),
        tries=LoginTries(opened, policy.web),
        events=WebEvents(opened),
        vouching_alarms=AlarmDesk(opened, VOUCHING),
        helper_filings=HelperFilings(opened),
        slip_states=SlipStates(opened),
        public=pages.public,
        points_book=PointBook(ServicePoints(opened), pages.public.points, time.monotonic),
        fleet=_control_room(opened, pages.fleet),
        pictures=PictureQueue(opened),
        tasks=TaskDesk(opened),
        ended=EndedTasks(opened),
        escalation=Escalation(opened),
        city=CityDesk(CityFigures(opened), OfficeNotices(opened), WishOffers(opened), pages.city),
        cases=CaseDesk(opened, sealed_pages),
        acts=DeskActs(opened),
        checks=_form_checks(opened, policy, check_key, seal_authority),
        passwords=PasswordHashes(),
        renderer=PageRenderer(texts),
        policy=policy,
        points=points,
        forms=forms,
        desk_rules=desk_rules,
        result_rules=result_rules,
        certificates=CertificateCheck(result_rules, policy.check),
        vault=vault,
        now=now,
        random=random,
        live=LiveHub(pages.live, time.monotonic),
    )


def _control_room(database: CentralDatabase, policy: FleetPolicy) -> ControlRoom:
    return ControlRoom(
        FleetDesk(database),
        AlarmDesk(database, CONTROL_ROOM),
        AlarmActs(database, CONTROL_ROOM),
        ReleaseRings(database),
        TerminalRequests(database),
        EnrolmentDesk(database),
        policy,
    )


def _form_checks(
    database: CentralDatabase, policy: Policy, check_key: bytes, seal_authority: bytes
) -> FormChecks:
    records, limits = FormRecords(database), policy.check
    verification = FormVerification(FormReader(limits, seal_authority), records)
    photos = PhotoReader(limits, policy.check_photo)
    pace = RateLimit(limits.burst, limits.a_second)
    return FormChecks(records, verification, photos, pace, check_key)
