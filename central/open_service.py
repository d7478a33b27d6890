"""The central service: its options, and the opening of the data that they name."""

from __future__ import annotations

import argparse
import logging
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from central.blob_store.addresses import blob_store_of
from central.composition import compose_context
from central.keys.card_keys import StandInKeyModule
from central.keys.service_keys import (
    KeyTrouble,
    has_known_key,
    has_opening_keys,
    look_at_keys,
    open_service_keys,
)
from central.messages.delivery import MessageDelivery
from central.messages.http_gateway import HttpGateway, NoGateway
from central.messages.rounds import Rounds
from central.offices.script import read_script
from central.offices.simulated import SimulatedOffices
from central.offices.work import OfficeWorker
from central.phone_proof.http_platform import PhoneProver, open_phone_prover
from central.registries.registries import open_registries
from central.service_data import DataSources, ServiceData, known_credentials, read_service_data
from central.store.database_url import check_url
from central.store.upgrade import SchemaTrouble
from central.vault.client import VaultClient, VaultLink
from central.vault_port import ENGINE, VAULT_VARIABLE, VaultPort
from kiosk.civil_time import civil_now
from kiosk.config.known_credentials import KnownCredentials
from kiosk.config.schema import ConfigError, Problem
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from central.app_context import AppContext
    from central.keys.card_keys import KeyModule
    from central.offices.adapter import OfficeAdapter
    from central.policy import DeliveryPolicy
    from central.ports import MessageGateway

CONFIG = Path(__file__).resolve().parents[1] / "config"
LOG = logging.getLogger("central")
DAY_SECONDS = 86_400.0
DATABASE_VARIABLE = "KIOSK_CENTRAL_DATABASE"
"""Environment variable of the database URL: a password there shows in no list of processes."""
# Simulated offices are asked 20 times in one of their days, and at least every 5 s.
_ROUNDS_A_DAY, _LONGEST_PAUSE = 20, 5.0


VaultOpener = Callable[["ServiceOptions", ServiceData], VaultPort | KeyTrouble]
"""Returns the vault that the options name, or why there is none."""


@dataclass(frozen=True)
class ServiceOptions:
    """The options of `serve`, under the names that kiosk/cli/central_table.py declares.

    data: folder of keys and database. config: folder of rules and services. database: SQLAlchemy
    URL, "" for DATABASE_VARIABLE or a file in `data`. create: make keys and tables that are not
    there. demo: take credentials that stand in the repository. office_day: seconds that a day of
    the simulated offices lasts. vault: the socket of the vault, None for VAULT_VARIABLE.
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
    registries: Path | None = None
    unified_user: Path | None = None
    messages: str = ""
    messages_token: Path | None = None
    terminal: Sequence[str] = ()
    vault: Path | None = None

    @property
    def sources(self) -> DataSources:
        """Return where the service's data are read from."""
        return DataSources(self.config, self.people, self.portrait, self.staff, self.demo)


def service_options(options: argparse.Namespace) -> ServiceOptions:
    """Return what the parsed command `serve` says of the service."""
    said = vars(options)
    return ServiceOptions(**{one.name: said[one.name] for one in fields(ServiceOptions)})


def data_options(options: argparse.Namespace, *, create: bool = False) -> ServiceOptions:
    """Return what a parsed operator command says of the service's data; `create` as above."""
    said = vars(options)  # only some of the commands know people and registries
    return ServiceOptions(
        options.data,
        options.config,
        options.database,
        create=create,
        people=said.get("people"),
        registries=said.get("registries"),
        vault=options.vault,
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
    options: ServiceOptions, open_vault: VaultOpener, *, take_over: bool = False
) -> AppContext | SchemaTrouble | KeyTrouble:
    """Return the service that the options name, or why it can't be opened.

    Keys, folders and tables are made only with `--create`. `open_vault` returns the vault that the
    options name, or why there is none. `take_over`: also use a database that belongs to other keys.
    Raises kiosk.config.schema.ConfigError for a wrong file, VaultUnavailable when keys are to be
    made and the vault does not answer.
    """
    if not options.create and (trouble := look_at_keys(options.data)):
        return trouble
    known = known_credentials(options.sources)
    if has_known_key(options.data, known):
        return KeyTrouble.KNOWN
    data = read_service_data(options.sources, known)
    vault = open_vault(options, data)
    if isinstance(vault, KeyTrouble):
        return vault
    context = compose_context(
        _with_registries(options, data),
        database=database_url(options),
        keys=open_service_keys(
            options.data, options.terminal, os.urandom, civil_now, vault.make_opening_key
        ),
        vault=vault,
        configuration=options.data / "configuration",
        logs=options.data / "logs",
        now=civil_now,
        random=os.urandom,
        create=options.create,
        take_over=take_over,
        key_module=_key_module_of(options, known),
        phone=_phone_of(options, data),
        pages=blob_store_of(os.environ),
    )
    if isinstance(context, SchemaTrouble):
        return context
    if options.point:
        for terminal in options.terminal:
            context.store.terminals.place(terminal, options.point)
    return context


def _with_registries(options: ServiceOptions, data: ServiceData) -> ServiceData:
    """Return the data with the platform's registries, which the vault, without network, has not."""
    if options.registries is None:
        return data
    asked = open_registries(options.registries, data.policy.registries, os.urandom)
    return replace(data, people=replace(data.people, registries=asked))


def _phone_of(options: ServiceOptions, data: ServiceData) -> PhoneProver | None:
    """Return the way to the platform's user service, None where no file names it."""
    if options.unified_user is None:
        return None
    ahead = data.policy.signatures.window_seconds
    return open_phone_prover(options.unified_user, data.policy.registries, ahead)


def connect_vault(options: ServiceOptions, data: ServiceData) -> VaultPort | KeyTrouble:
    """Return the client of the vault's socket that the options name."""
    if has_opening_keys(options.data):
        return KeyTrouble.UNMOVED
    socket = vault_socket(options)
    assert socket is not None, "whoever serves has started a vault"
    return VaultClient(VaultLink(socket, data.policy.vault))


def vault_socket(options: ServiceOptions) -> Path | None:
    """Return the vault's socket that the options or the environment name, None for none."""
    named = os.environ.get(VAULT_VARIABLE, "")
    return options.vault or (Path(named) if named else None)


def _key_module_of(options: ServiceOptions, known: KnownCredentials) -> KeyModule | None:
    if not options.card_key:
        return None
    key = options.card_key.read_bytes()
    if known.has(key):
        words = text_of("central.card_key_known")
        raise ConfigError((Problem(str(options.card_key), 0, "--card-key", words),))
    return StandInKeyModule(key)


def open_messages(options: ServiceOptions, context: AppContext) -> Rounds:
    """Return the delivery of messages, not started; without a provider texts are only recorded."""
    policy = context.policy.delivery
    delivery = compose_delivery(context, message_gateway(options, policy))
    return Rounds("messages", delivery.work, policy.round_seconds, context.crowded.is_now)


def compose_delivery(context: AppContext, gateway: MessageGateway) -> MessageDelivery:
    """Return the delivery of the service's messages through `gateway`."""
    return MessageDelivery(
        store=context.store,
        vault=context.vault,
        wording=context.wording,
        gateway=gateway,
        policy=context.policy.delivery,
        now=context.now,
        new_lease=lambda: str(uuid.uuid4()),
    )


def message_gateway(options: ServiceOptions, policy: DeliveryPolicy) -> MessageGateway:
    """Return the provider of messages that the options name; without one nothing is sent."""
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


def open_offices(options: ServiceOptions, context: AppContext) -> Rounds:
    """Return the simulated offices of the script that the options name, not started."""
    assert options.offices is not None
    adapter = SimulatedOffices(read_script(options.offices), timedelta(seconds=options.office_day))
    offices = compose_office_worker(context, adapter)
    return Rounds("offices", offices.work, min(_LONGEST_PAUSE, options.office_day / _ROUNDS_A_DAY))


def compose_office_worker(context: AppContext, adapter: OfficeAdapter) -> OfficeWorker:
    """Return the worker that hands tasks to an office by `adapter`."""
    policy = context.policy.offices
    return OfficeWorker(
        store=context.store,
        vault=context.vault,
        account=ENGINE,
        adapter=adapter,
        lease=timedelta(seconds=policy.lease_seconds),
        later=timedelta(hours=policy.unreadable_hours),
        now=context.now,
        new_lease=lambda: str(uuid.uuid4()),
    )
