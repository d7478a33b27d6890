"""What the API for offices' systems works with: parts of the store, rules, vault, clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.load import RateLimit
from central.office_desk.decisions import DecisionReader
from central.store.upgrade import SchemaTrouble, open_database
from central.store.web.case_desk import CaseDesk
from central.store.web.desk_acts import DeskActs
from central.store.web.events import WebEvents
from central.store.web.office_clients import OfficeClients
from central.store.web.task_desk import TaskDesk
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from central.blob_store.ports import BlobStore
    from central.office_desk.rules import DeskRules
    from central.offices_api.limits import OfficesApiLimits
    from central.offices_api.tokens import AccessTokens
    from central.results.file_check import CertificateCheck
    from central.results.reading import ResultRules
    from central.store.database import CentralDatabase
    from central.vault_port import CaseVaultPort
    from kiosk.retirement.catalogue import Catalogue, Service


@dataclass(frozen=True)
class ApiRules:
    """The rules by which a system works: those of the desk, and what results have to be.

    `words`: table `act` of config/texts/web.toml. `certificates`: checks the files of results.
    """

    catalogue: Catalogue
    desk: DeskRules
    results: ResultRules
    words: Mapping[str, Any]
    limits: OfficesApiLimits
    certificates: CertificateCheck


@dataclass(frozen=True)
class OfficesApiContext:
    """Everything that a call uses; what is sealed is opened by the vault alone.

    `vault` is None where no vault was named. `now` returns an aware time in Asia/Shanghai.
    """

    database: CentralDatabase
    clients: OfficeClients
    events: WebEvents
    tasks: TaskDesk
    cases: CaseDesk
    acts: DeskActs
    rules: ApiRules
    tokens: AccessTokens
    pace: RateLimit
    vault: CaseVaultPort | None
    now: Callable[[], datetime]

    @property
    def services(self) -> Mapping[str, Service]:
        """Return the services of the catalogue by code."""
        return self.rules.catalogue.services

    def services_of(self, office: str) -> tuple[str, ...]:
        """Return the codes of the services of an office; never those of another."""
        return tuple(code for code, one in self.services.items() if one.office == office)

    def reader_of(self, service: str) -> DecisionReader:
        """Return what reads decisions about a service."""
        rules, today = self.rules, civil_day(self.now())
        return DecisionReader(
            rules.desk, rules.results, rules.catalogue, rules.words, service, today
        )

    def said_at(self) -> str:
        """Return the time of now in ISO 8601, to the second."""
        return self.now().isoformat(timespec="seconds")


def open_offices_api(
    database: str,
    rules: ApiRules,
    tokens: AccessTokens,
    vault: CaseVaultPort | None,
    now: Callable[[], datetime],
    sealed_pages: BlobStore | None = None,
) -> OfficesApiContext | SchemaTrouble:
    """Return what the API works with over the service's database, or why it can't be used.

    `database` is a SQLAlchemy URL; tables are neither made nor upgraded here. `vault`: how cases
    are opened. `sealed_pages`: where captured pages lie that left the database.
    """
    opened = open_database(database, create=False, upgrade=False)
    if isinstance(opened, SchemaTrouble):
        return opened
    return OfficesApiContext(
        database=opened,
        clients=OfficeClients(opened),
        events=WebEvents(opened),
        tasks=TaskDesk(opened),
        cases=CaseDesk(opened, sealed_pages),
        acts=DeskActs(opened),
        rules=rules,
        tokens=tokens,
        pace=RateLimit(rules.limits.burst, rules.limits.a_second),
        vault=vault,
        now=now,
    )
