"""Composition of the service from what was read, for `serve`, the operator's commands and tests."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from central.app_context import AppContext
from central.fleet.configuration import ConfigurationFolder
from central.fleet.enrolments import WrongCodes
from central.fleet.logs import LogFolder
from central.fleet.point_register import PointRegister
from central.fleet.releases import Releases
from central.load import CrowdedTime, RateLimit
from central.messages.wording import Wording
from central.notices import Notices
from central.results.sealing import ResultSealer
from central.rules import Rules
from central.signatures import open_check
from central.store import open_store
from central.store.messages.stand_ins import RecordingMessenger, RecordingSealer
from central.store.upgrade import SchemaTrouble
from kiosk.fleet.point_list import FILE as POINTS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from central.blob_store.ports import BlobStore
    from central.keys.card_keys import KeyModule
    from central.keys.service_keys import ServiceKeys
    from central.phone_proof.http_platform import PhoneProver
    from central.service_data import ServiceData
    from central.vault_port import VaultPort

_CODE_BYTES = 8


def compose_context(
    data: ServiceData,
    *,
    database: str,
    keys: ServiceKeys,
    vault: VaultPort,
    configuration: Path,
    logs: Path,
    now: Callable[[], datetime],
    random: Callable[[int], bytes],
    key_module: KeyModule | None = None,
    phone: PhoneProver | None = None,
    create: bool = True,
    take_over: bool = False,
    pages: BlobStore | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> AppContext | SchemaTrouble:
    """Return the service over the database at this SQLAlchemy URL, or why it can't be used.

    - `vault`: how what was sealed is opened.
    - `configuration`, `logs`: folders of signed settings and of the terminals' logs.
    - `phone`: the city's platform, which says whose a code on a telephone is.
    - `create`: make tables where there are none.
    - `take_over`: also use a database that belongs to other keys.
    - `monotonic`: seconds of a clock that never goes back.
    - `pages`: where captured pages go once they are whole; None leaves them in the database.
    """
    sealer = ResultSealer(lambda: keys.sealing, random)
    policy, rules = data.policy, _store_rules(data, vault, random, sealer)
    store = open_store(database, rules, keys.id, create=create, take_over=take_over)
    if isinstance(store, SchemaTrouble):
        return store
    store = replace(store, blobs=replace(store.blobs, store=pages))
    register = PointRegister(configuration.parent / POINTS_FILE, store.service_points)
    return AppContext(
        store=store,
        keys=keys,
        vault=vault,
        people=data.people,
        forms=data.forms,
        policy=policy,
        proofs=data.proofs,
        staff=data.staff,
        configuration=ConfigurationFolder(configuration),
        logs=LogFolder(logs),
        points=register,
        releases=Releases(configuration.parent, store.release_rings),
        now=now,
        random=random,
        signatures=open_check(policy.signatures.window_seconds, now, store.nonces),
        pace=RateLimit(policy.load.terminal_burst, policy.load.terminal_a_second),
        wrong_codes=WrongCodes(policy.enrolment.tries, timedelta(minutes=policy.enrolment.minutes)),
        key_module=key_module,
        phone=phone,
        wording=_wording(data, register),
        holidays=data.dates.holidays,
        results=data.results,
        radar=data.radar,
        crowded=CrowdedTime(policy.crowd, monotonic),
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
    data: ServiceData, vault: VaultPort, random: Callable[[int], bytes], results: ResultSealer
) -> Rules:
    """Return the rules of the store; messages and e-seals are recorded, not sent, by its ports."""
    return Rules(
        needs=data.needs,
        policy=data.policy,
        notices=Notices(RecordingMessenger(), data.policy.messages, vault.notice_mobile),
        sealer=RecordingSealer(),
        authority=data.authority,
        later_days=vault.later_days,
        new_code=lambda: make_code(random, data.policy.confirmation.code_digits),
        results=results,
        offices=data.offices,
        second_looks=data.second_looks,
    )


def make_code(random: Callable[[int], bytes], digits: int) -> str:
    """Return `digits` random digits; never only zeros, because "0" as a reply means no."""
    whole: int = 10**digits - 1
    return f"{int.from_bytes(random(_CODE_BYTES)) % whole + 1:0{digits}d}"
