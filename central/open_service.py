"""The central service: its options, and the opening of the data that they name."""

from __future__ import annotations

import argparse
import logging
import os
import uuid
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from central.card_keys import StandInKeyModule
from central.composition import ServiceData, compose_context
from central.intake.case_dates import CaseDates
from central.intake.delivered_views import DeliveredViews
from central.messages.delivery import MessageDelivery, MessageRounds
from central.messages.http_gateway import HttpGateway, NoGateway
from central.offices.script import read_script
from central.offices.simulated import SimulatedOffices
from central.offices.work import OfficeHours, OfficeWorker
from central.people import People, read_people
from central.policy import read_policy
from central.staff import read_staff, without_known
from central.store.database_url import check_url
from central.store.upgrade import SchemaTrouble
from central.vault.service_keys import VaultTrouble, has_known_key, look_at_vault, open_vault
from kiosk.application.authority import read_authority_rules
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.application.office_views import Views
from kiosk.civil_time import civil_now
from kiosk.config.known_credentials import KnownCredentials, read_known_credentials
from kiosk.config.schema import ConfigError, Problem
from kiosk.operator_texts import text_of
from kiosk.retirement.age import read_age_rules
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.catalogue import ProxyRule
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.points import read_points
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from central.app_context import AppContext
    from central.card_keys import KeyModule
    from central.offices.adapter import OfficeAdapter
    from central.policy import DeliveryPolicy, Policy
    from central.ports import MessageGateway
    from central.staff import PointStaff
    from kiosk.retirement.catalogue import Catalogue

CONFIG = Path(__file__).resolve().parents[1] / "config"
LOG = logging.getLogger("central")
KNOWN_ACCOUNT_WORDS = (
    "is not served: its card, PIN or code key stands in the project's repository, so anybody has "
    "it; make the account anew with `central staff`"
)
DAY_SECONDS = 86_400.0
DATABASE_VARIABLE = "KIOSK_CENTRAL_DATABASE"
"""Environment variable of the database URL: a password there shows in no list of processes."""
# Simulated offices are asked 20 times in one of their days, and at least every 5 s.
_ROUNDS_A_DAY, _LONGEST_PAUSE = 20, 5.0


@dataclass(frozen=True)
class ServiceOptions:
    """The options of `serve`, under the names that kiosk/cli/central_table.py declares.

    data: folder of keys and database. config: folder of rules and services. database: SQLAlchemy
    URL, "" for DATABASE_VARIABLE or a file in `data`. create: make keys and tables that are not
    there. demo: take credentials that stand in the repository. office_day: seconds that a day of
    the simulated offices lasts.
    """

    data: Path
    config: Path = CONFIG
    database: str = ""
    demo: bool = False
    create: bool = False
    people: Path | None = None
    portrait: Path | None = None
    card_key: Path | None = None
    staff: Path | None = None
    point: str = ""
    offices: Path | None = None
    office_day: float = DAY_SECONDS
    messages: str = ""
    messages_token: Path | None = None
    terminal: Sequence[str] = ()


def service_options(options: argparse.Namespace) -> ServiceOptions:
    """Return what the parsed command `serve` says of the service."""
    said = vars(options)
    return ServiceOptions(**{one.name: said[one.name] for one in fields(ServiceOptions)})


def data_options(options: argparse.Namespace, *, create: bool = False) -> ServiceOptions:
    """Return what a parsed operator command says of the service's data; `create` as above."""
    return ServiceOptions(options.data, options.config, options.database, create=create)


def permission_words(error: PermissionError) -> str:
    """Return what to do when the service's own files belong to somebody else."""
    return (
        f"{error.filename}: this account may not use it; work as root or as the owner of the data "
        "folder, and give it what older versions left to root: chown -R --reference=DATA DATA"
    )


def database_url(options: ServiceOptions) -> str:
    """Return the SQLAlchemy URL that the options mean.

    Raises ConfigError for what is no URL of a database that is supported.
    """
    url = options.database or os.environ.get(DATABASE_VARIABLE, "")
    if url:
        check_url(url)
    return url or f"sqlite:///{options.data / 'central.db'}"


def open_context(
    options: ServiceOptions, *, take_over: bool = False
) -> AppContext | SchemaTrouble | VaultTrouble:
    """Return the service that the options name, or why it can't be opened.

    Keys, folders and tables are made only with `--create`. `take_over`: also use a database that
    belongs to other keys. Raises kiosk.config.schema.ConfigError for a wrong file.
    """
    if not options.create and (trouble := look_at_vault(options.data)):
        return trouble
    known = KnownCredentials() if options.demo else read_known_credentials(options.config)
    if has_known_key(options.data, known):
        return VaultTrouble.KNOWN
    catalogue = read_catalogue(options.config)
    context = compose_context(
        _read_data(options, catalogue, known),
        database=database_url(options),
        vault=open_vault(options.data, options.terminal, os.urandom, civil_now),
        configuration=options.data / "configuration",
        logs=options.data / "logs",
        now=civil_now,
        random=os.urandom,
        create=options.create,
        take_over=take_over,
        key_module=_key_module_of(options, known),
    )
    if isinstance(context, SchemaTrouble):
        return context
    if options.point:
        for terminal in options.terminal:
            context.store.terminals.place(terminal, options.point)
    return context


def _read_data(
    options: ServiceOptions, catalogue: Catalogue, known: KnownCredentials
) -> ServiceData:
    services = catalogue.services
    return ServiceData(
        needs={code: (one.needs_any, one.needs_all, one.after) for code, one in services.items()},
        policy=_policy_of(options),
        people=read_people(options.people, options.portrait) if options.people else People({}),
        dates=_case_dates(options, catalogue),
        staff=_staff_of(options, known),
        authority=read_authority_rules(options.config / "authority.toml"),
        forms=read_form_definitions(options.config, catalogue),
        in_person=[code for code, one in services.items() if one.proxy is ProxyRule.IN_PERSON],
        points=_point_names(options.config),
        services={code: one.plain for code, one in services.items()},
        offices={code: one.office for code, one in services.items()},
    )


def _policy_of(options: ServiceOptions) -> Policy:
    policy = read_policy(options.config / "central.toml")
    if not options.demo:
        return policy
    visits = replace(policy.visits, limits=policy.visits.practice_limits)
    return replace(policy, visits=visits)


def _case_dates(options: ServiceOptions, catalogue: Catalogue) -> CaseDates:
    ages = read_age_rules(options.config / "rules" / "retirement_age.toml")
    return CaseDates(catalogue, ages, read_holidays(options.config / "holidays.toml"))


def _staff_of(options: ServiceOptions, known: KnownCredentials) -> Mapping[str, PointStaff]:
    """Return the staff by point without accounts whose credentials stand in the repository."""
    if not options.staff:
        return {}
    staff, refused = without_known(read_staff(options.staff), known)
    for one in refused:
        LOG.warning("%s: %s %s", options.staff, one, KNOWN_ACCOUNT_WORDS)
    return staff


def _key_module_of(options: ServiceOptions, known: KnownCredentials) -> KeyModule | None:
    if not options.card_key:
        return None
    key = options.card_key.read_bytes()
    if known.has(key):
        words = text_of("central.card_key_known")
        raise ConfigError((Problem(str(options.card_key), 0, "--card-key", words),))
    return StandInKeyModule(key)


def _point_names(config: Path) -> dict[str, str]:
    """Return the names of the demo's points; a production package has none."""
    path = config / "service_points.csv"
    if not path.is_file():
        return {}
    found = read_points(path, read_divisions(config / "divisions.csv"))
    return {code: point.name for code, point in found.items()}


def open_messages(options: ServiceOptions, context: AppContext) -> MessageRounds:
    """Return the delivery of messages, not started; without a provider texts are only recorded."""
    return MessageRounds(compose_delivery(context, _gateway(options, context.policy.delivery)))


def compose_delivery(context: AppContext, gateway: MessageGateway) -> MessageDelivery:
    """Return the delivery of the service's messages through `gateway`."""
    return MessageDelivery(
        store=context.store,
        opener=context.examiner.opener,
        contacts=context.contacts,
        wording=context.wording,
        gateway=gateway,
        policy=context.policy.delivery,
        mark=context.examiner.mobile_mark,
        now=context.now,
        new_lease=lambda: str(uuid.uuid4()),
    )


def _gateway(options: ServiceOptions, policy: DeliveryPolicy) -> MessageGateway:
    if not options.messages:
        return NoGateway()
    return HttpGateway(options.messages, _token_of(options), policy.timeout_seconds)


def _token_of(options: ServiceOptions) -> str:
    """Return the secret of --messages-token, "" without one; raises ConfigError."""
    if options.messages_token is None:
        return ""
    try:
        return options.messages_token.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        words = text_of("central.messages_token_wrong")
        problem = Problem(str(options.messages_token), 0, "--messages-token", words)
        raise ConfigError((problem,)) from None


def open_offices(options: ServiceOptions, context: AppContext) -> OfficeHours:
    """Return the simulated offices of the script that the options name, not started."""
    assert options.offices is not None
    adapter = SimulatedOffices(read_script(options.offices), timedelta(seconds=options.office_day))
    offices = compose_office_worker(options, context, adapter)
    return OfficeHours(offices, min(_LONGEST_PAUSE, options.office_day / _ROUNDS_A_DAY))


def compose_office_worker(
    options: ServiceOptions, context: AppContext, adapter: OfficeAdapter
) -> OfficeWorker:
    """Return the worker that hands tasks to an office by `adapter`."""
    catalogue = read_catalogue(options.config)
    questions = read_questions(options.config / "questions.toml", catalogue.services)
    policy = context.policy.offices
    return OfficeWorker(
        store=context.store,
        opener=context.examiner.opener,
        views=DeliveredViews(
            Views(catalogue.services, questions, catalogue.fields).view_of,
            context.joined_facts,
        ),
        adapter=adapter,
        dates=context.dates,
        lease=timedelta(seconds=policy.lease_seconds),
        later=timedelta(hours=policy.unreadable_hours),
        now=context.now,
        new_lease=lambda: str(uuid.uuid4()),
    )
