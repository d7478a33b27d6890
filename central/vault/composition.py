"""Composition of the vault's operations from its folder and what the service reads."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from central.intake.authority import AuthorityCheck
from central.intake.delivered_views import DeliveredViews, JoinedFacts
from central.intake.examiner import Examiner
from central.intake.opener import Opener
from central.intake.signed_forms import FormCheck
from central.load import RateLimit
from central.messages.contacts import Contacts
from central.vault.access_log import AccessLog
from central.vault.accounts import VaultAccount, VaultAccounts
from central.vault.office_forms import open_office_forms
from central.vault.opening_keys import FileKeyStore, person_key
from central.vault.operations import VaultOperations
from central.vault.rate_limits import HourlyLimit
from central.vault.result_opener import ResultOpener
from central.vault.terminal_register import TerminalCheck, TerminalRegister
from central.vault_port import ENGINE
from kiosk.application.office_views import Views
from kiosk.civil_time import civil_now

if TYPE_CHECKING:
    from pathlib import Path

    from central.intake.delivered_views import View
    from central.service_data import ServiceData

EVERYTHING = ("*",)


@dataclass(frozen=True)
class VaultSurroundings:
    """What the vault needs besides its data: clock, randomness, and accounts.

    `view` returns what the office of a service may see of a document.
    """

    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    view: View
    accounts: VaultAccounts = field(default_factory=VaultAccounts)


def compose_vault(data: ServiceData, folder: Path, around: VaultSurroundings) -> VaultOperations:
    """Return the operations over the keys in `folder`; a missing key of hashes is made.

    `around` is what they need besides `data`.
    """
    keys, catalogue = FileKeyStore(folder, around.random), data.dates.catalogue
    engine = VaultAccount(EVERYTHING, an_hour=data.policy.vault.shares_an_hour, id=ENGINE)
    examiner = Examiner(
        opener=Opener(keys),
        person_key=person_key(folder, around.random),
        known_services=data.needs.keys(),
        authority=AuthorityCheck(data.authority, data.in_person),
        dates=data.dates,
        visits=data.policy.visits,
        vouching=data.policy.vouching,
        proofs=data.proofs,
        forms=FormCheck(data.forms),
        is_registered_as=data.people.is_registered_as,
    )
    joined = JoinedFacts(data.people.facts, catalogue.fields, examiner.facts_mark)
    return VaultOperations(
        keys=keys,
        examiner=examiner,
        contacts=Contacts(data.people, [one for at in data.staff.values() for one in at.accounts]),
        dates=data.dates,
        views=DeliveredViews(around.view, joined),
        staff=data.staff,
        engine=VaultAccounts({ENGINE: engine}),
        accounts=around.accounts,
        forms=open_office_forms(data.forms),
        log=AccessLog(folder),
        limit=HourlyLimit(),
        hashes=RateLimit(data.policy.vault.hashes_at_once, data.policy.vault.hashes_a_second),
        terminals=TerminalCheck(
            TerminalRegister(folder),
            timedelta(seconds=data.policy.signatures.window_seconds),
            around.now,
        ),
        results=ResultOpener(examiner, data.staff, keys, around.random),
        now=around.now,
    )


def surroundings_of(data: ServiceData) -> VaultSurroundings:
    """Return the clock and randomness of this machine, and the views of the service's rules."""
    catalogue = data.dates.catalogue
    views = Views(catalogue.services, tuple(data.questions), catalogue.fields)
    return VaultSurroundings(civil_now, os.urandom, views.view_of)
