"""A whole central service for tests: fixed clock, fixed keys, two people, six services."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from httpx2 import Auth, Request, Response
from starlette.testclient import TestClient

from central.app_context import AppContext
from central.composition import compose_context
from central.intake.case_dates import CaseDates
from central.intake.delivered_views import View
from central.intake.proof_check import ProofCheck
from central.keys.card_keys import StandInKeyModule
from central.keys.service_keys import TERMINALS, ServiceKeys, open_service_keys
from central.office_desk.rules import read_desk_rules
from central.people import read_people
from central.policy import Policy, read_policy
from central.radar.rules import RadarRules, read_radar_policy
from central.results.reading import ResultRules, read_result_rules
from central.service_data import ServiceData
from central.staff import read_staff
from central.tasks import Needs, TaskMove, TaskState
from central.terminals.app import build_app
from central.vault.child import FOLDER
from central.vault.composition import VaultSurroundings, compose_vault
from central.vault.operations import VaultOperations
from central.vault_port import VaultPort
from drivers.central.signing import sign
from drivers.simulated.cards.ss_card_keys import CENTRE_KEY
from kiosk.application.authority import read_authority_rules
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.application.proof_rules import ProofRules, read_proof_rules
from kiosk.config.settings import Profile
from kiosk.crypto.envelope import MEDIA_TYPE, Envelope, OpeningKey, canonical, digest, seal
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.retirement.age import read_age_rules
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.catalogue import Catalogue
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue

CONFIG = Path(__file__).parents[2] / "config"
POINT = "BZ-DEMO"
SIGNER = "Signer"  # a header of tests alone: which terminal signs this
TERMINAL = "BZ-DEMO-0001"
OTHER_TERMINAL = "BZ-DEMO-0002"
LIU, WANG = "34162219660615001X", "341623197603200342"
JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
NEEDS: Needs = {
    "R01": ((), (), ("R04",)),
    "R02": ((), (), ()),
    "R03": ((), (), ()),
    "R04": ((), (), ()),
    "R06": (("R01", "R02"), (), ()),
    "R07": ((), ("R06",), ()),
    "R08": ((), (), ()),
    "R09": (("R01", "R02"), (), ()),
    "R17": ((), (), ()),
}
NOON = datetime(2026, 11, 23, 12, 0, 0, 500, tzinfo=timezone(timedelta(hours=8)))


PRESENT: dict[str, Any] = {
    "way": "self",
    "confirmed_at": "2026-11-23T11:58:00+08:00",
    "consent": {"text_version": "1", "at": "2026-11-23T11:50:00+08:00", "face": True},
    "proof": {"method": "face", "score": 0.31, "threshold": 0.42, "engine": "dlib128"},
    "signature": {"strokes": [[[1.0, 2.0, 0.0]]]},
}
"""What shows that the person was there."""


READER = "05.03-20990101-0001234567-0007654321-0000000001"
NAMES = {LIU: "刘长青", WANG: "王秀英"}


def face(at: str = "2026-11-23T11:55:00+08:00", **changes: Any) -> dict[str, Any]:
    """The record of a face check that matched."""
    steps = {"engine": "dlib128", "steps": ["blink"]}
    return {"method": "face", "at": at, "score": 0.31, "threshold": 0.42, **steps, **changes}


def read_of(reading: str, number: str = LIU, **changes: str) -> dict[str, str]:
    """A reading of a person's card; two with the same name are the same one."""
    said = {"id": digest(reading.encode())[:32], "reader": READER, "chip": digest(number.encode())}
    return {**said, **changes}


def numbered(number: int) -> str:
    """An application id."""
    return f"0198c0de-0000-7000-8000-{number:012d}"


def content(application_id: str, number: str = LIU, **changes: object) -> dict[str, Any]:
    """What an application says, as far as the central service looks."""
    return {
        "version": 2,
        "id": application_id,
        "services": ["R01", "R06", "R07", "R17"],
        "applicant": {"name": "刘长青", "number": number},
        **PRESENT,
        **changes,
    }


class Signing(Auth):
    """Signs what a test sends with the key of the terminal that its headers name."""

    requires_request_body = True

    def __init__(self, central: Standing) -> None:
        self.central = central
        self.keys: dict[str, TerminalKey] = {}

    def auth_flow(self, request: Request) -> Generator[Request, Response, None]:
        terminal = request.headers.pop(SIGNER, "")
        if terminal:
            key = self.keys.get(terminal) or self.central.key(terminal)
            sign(request, key, self.central.clock[0], os.urandom)
        yield request


@dataclass
class Standing:
    """The service, and what a terminal needs to talk to it."""

    office: AppContext
    app: FastAPI
    opening: VaultOperations
    clock: list[datetime] = field(default_factory=lambda: [NOON])
    sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    readings: Iterator[int] = field(default_factory=itertools.count)

    @property
    def keys(self) -> ServiceKeys:
        return self.office.keys

    @property
    def opening_key(self) -> OpeningKey:
        """The private key that terminals seal to, which no other process than the vault has."""
        return OpeningKey((self.keys.folder / FOLDER / "sealing.key").read_bytes())

    def document(self, envelope: bytes) -> dict[str, Any]:
        """What an accepted application says."""
        return dict(self.opening.examiner.opener.document(envelope))

    def headers(self, terminal: str = TERMINAL, **more: object) -> dict[str, str]:
        """Who signs, and media type; `kiosk_sequence=7` becomes Kiosk-Sequence."""
        said = {name.replace("_", "-").title(): str(value) for name, value in more.items()}
        return {SIGNER: terminal, "Content-Type": MEDIA_TYPE} | said

    def key(self, terminal: str = TERMINAL) -> TerminalKey:
        """The key that was made here for a terminal."""
        return TerminalKey((self.keys.folder / TERMINALS / terminal).read_bytes())

    def client(self, **options: Any) -> TestClient:
        """A client that signs each request by whom `headers` names."""
        client = TestClient(self.app, **options)
        client.auth = Signing(self)
        return client

    def visit(self, number: str = LIU, **changes: Any) -> dict[str, Any]:
        """A body that asks for whoever stands at the terminal: card read, face matched."""
        at = self.clock[0].isoformat(timespec="seconds")
        said = {"name": NAMES.get(number.upper(), ""), "card_at": at, "proof": face(at)}
        said |= {"read": read_of(f"{next(self.readings)}", number), **changes}
        return {"id_number": number, "visit": said}

    def settle(self, service: str, state: TaskState, at: str = "later", **more: Any) -> None:
        """Move a task of application 1."""
        self.office.store.work.settle(numbered(1), service, TaskMove(state, **more), at)

    def alarms(self) -> list[tuple[str, str]]:
        return [(alarm.kind.value, alarm.detail) for alarm in self.office.store.alarms.all()]

    def envelope(self, document: dict[str, Any], **outside: Any) -> Envelope:
        plain = canonical(document)
        named = {"id": document["id"], "digest": digest(plain), **outside}
        key = self.keys.sealing
        sealed = seal(plain, key, named["id"], named["digest"])
        whole = {"key_id": key.id, "terminal": TERMINAL, "sequence": next(self.sequence)}
        return Envelope(**{**whole, "sealed": sealed, **named})

    def sealed(self, kind: str, document: dict[str, Any], **outside: Any) -> bytes:
        """A body of another kind: kind, id and content."""
        words = json.loads(self.envelope({"kind": kind, **document}, **outside).encode())
        return canonical(words | {"kind": kind})

    def rows(self, columns: Any) -> list[tuple[Any, ...]]:
        """What the store holds, as `sqlalchemy.select(*columns)` gives it."""
        wanted = sa.select(*columns)
        found = self.office.store.database.read(lambda session: session.execute(wanted).all())
        return [tuple(row) for row in found]

    def body(self, number: int = 1, person: str = LIU, **changes: object) -> bytes:
        """A good body for application `number`."""
        return self.envelope(content(numbered(number), person, **changes)).encode()


@cache
def catalogue() -> Catalogue:
    return read_catalogue(CONFIG)


@cache
def policy_of_config() -> Policy:
    return read_policy(CONFIG / "central.toml")


@cache
def case_dates() -> CaseDates:
    ages = read_age_rules(CONFIG / "rules" / "retirement_age.toml")
    holidays = read_holidays(CONFIG / "holidays.toml")
    return CaseDates(catalogue(), ages, holidays)


@cache
def result_rules() -> ResultRules:
    return read_result_rules(CONFIG / "results.toml", catalogue().services)


@cache
def radar_rules() -> RadarRules:
    questions = read_questions(CONFIG / "questions.toml", catalogue().services)
    policy, dates = read_radar_policy(CONFIG / "radar.toml", questions), case_dates()
    return RadarRules(policy, dates.catalogue, dates.ages, questions)


@cache
def proof_rules() -> ProofRules:
    return read_proof_rules(CONFIG / "proofs.toml", catalogue().services)


@cache
def all_needs() -> Needs:
    """The needs of all services, as a real service knows them."""
    services = catalogue().services
    return {code: (one.needs_any, one.needs_all, one.after) for code, one in services.items()}


def part_of(document: dict[str, Any], service: str) -> dict[str, Any]:
    """What an office sees of what `content` says."""
    return {"service": service, "applicant": document["applicant"]}


@contextmanager
def standing(
    folder: Path,
    url: str = "",
    terminals: Sequence[str] = (TERMINAL, OTHER_TERMINAL),
    needs: Needs = NEEDS,
    now: datetime = NOON,
    view: View = part_of,
    reach: Callable[[VaultOperations], VaultPort] = lambda opening: opening,
    profile: Profile = Profile.DEMO,
) -> Iterator[Standing]:
    """Build the service below `folder`, on the database at `url` (default: a file there).

    `now`: when it starts; its clock can be set forward, and not back. `view`: what an office sees;
    `reach`: how the service reaches its vault, by default in the same process. `profile`: of its
    terminals.
    """
    portrait = folder / "portrait.jpg"
    portrait.write_bytes(JPEG)
    clock = [now]
    policy, people = (
        policy_of_config(),
        read_people(CONFIG / "personas", portrait),
    )
    data = ServiceData(
        needs=needs,
        policy=policy,
        people=people,
        proofs=ProofCheck(proof_rules(), profile, policy.proofs, people.ss_card_number_of),
        dates=case_dates(),
        staff=read_staff(CONFIG / "staff"),
        authority=read_authority_rules(CONFIG / "authority.toml"),
        forms=read_form_definitions(CONFIG, catalogue()),
        results=result_rules(),
        radar=radar_rules(),
        in_person=("R02",),
        points={POINT: "示范社区便民服务点"},
        offices={code: one.office for code, one in catalogue().services.items()},
        second_looks=read_desk_rules(CONFIG, catalogue().services).second_looks(),
    )
    around = VaultSurroundings(lambda: clock[0], os.urandom, view)
    opening = compose_vault(data, folder / "data" / FOLDER, around)
    here = compose_context(
        data,
        database=url or f"sqlite:///{folder / 'central.db'}",
        keys=open_service_keys(
            folder / "data", terminals, os.urandom, lambda: clock[0], opening.make_opening_key
        ),
        vault=reach(opening),
        configuration=folder / "configuration",
        logs=folder / "logs",
        now=lambda: clock[0],
        random=os.urandom,
        key_module=StandInKeyModule(CENTRE_KEY),
    )
    assert isinstance(here, AppContext), here
    here.store.terminals.place(TERMINAL, POINT)
    try:
        yield Standing(here, build_app(here), opening, clock)
    finally:
        here.store.close()
