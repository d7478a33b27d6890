"""The step CARD of a phone: the city's platform (统一用户) says who logs in, and checks the face.

A phone reads no card. Everything else of the visit is the kiosk's (`kiosk/visit/steps/`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Self

from kiosk.civil_time import civil_day
from kiosk.failures import Failure
from kiosk.json_decoder import decode_object
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel
from kiosk.pages.press import Press
from kiosk.people.consent import Proof, ProofMethod
from kiosk.people.id_number import birth_of, is_valid, normalise, sex_of
from kiosk.people.identity import CardKind, IdCard
from kiosk.ports import JSON, Central
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event, FailureEvent
from kiosk.visit.journalling.record import Record, Said
from kiosk.visit.journalling.stand_ins import STAND_IN_CARD
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.proving import accept_proof
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.transition import On, Step

PATH = "/v1/proofs/platform"
NOT_SAID = "—"  # what the platform does not tell of the card
REFUSALS: Mapping[str, Failure] = {
    "code-unknown": Failure.PHONE_CODE_UNKNOWN,
    "code-expired": Failure.CODE_EXPIRED,
    "code-used": Failure.PHONE_CODE_USED,
    "other-terminal": Failure.PHONE_OTHER_TERMINAL,
}
"""By the type of the central service's problem; anything else is no answer of the platform."""


@dataclass(frozen=True)
class PlatformLoggedIn(Event):
    """The platform named who logs in; `token` is the id of its token."""

    card: IdCard = field(repr=False)
    token: str = field(repr=False)

    def record(self, _visit: Visit, _book: ReferenceData) -> Record:
        """Return nothing: person and token are the person's own."""
        return {}

    @classmethod
    def restore(cls, _said: Said, _visit: Visit) -> Self:
        """Return a log-in of nobody."""
        return cls(STAND_IN_CARD, "0")


class PlatformLoginFailed(FailureEvent):
    """The platform named nobody."""


def redeem_code(central: Central, code: str, nonce: str, today: datetime) -> Event:
    """Return who logged in, as the central service heard from the platform.

    `code` came back with the browser; `nonce` is the id of the visit for which it was asked.
    `today` is now.
    """
    body = json.dumps({"code": code, "nonce": nonce}).encode()
    answer = central.call("POST", PATH, body, {"Content-Type": JSON})
    said = decode_object(answer.body) or {}
    match said:
        case {"token": str(token), "id_number": str(number), "name": str(name)} if (
            answer.status == HTTPStatus.OK and token and name
        ):
            card = card_of_user(normalise(number), name, str(said.get("address", "")), today)
            return PlatformLoggedIn(card, token) if card else _failed("")
    return _failed(str(said.get("type")) if answer.trouble is None else "")


def _failed(problem: str) -> PlatformLoginFailed:
    return PlatformLoginFailed(REFUSALS.get(problem, Failure.PHONE_PLATFORM_AWAY))


def card_of_user(number: str, name: str, address: str, today: datetime) -> IdCard | None:
    """Return what the platform says of the person as a card; None for no ID number.

    Birth and sex are those in the `number` (GB 11643). `name` and `address` are those of the card,
    the address "" where the platform does not tell it. `today` is now.
    """
    born = birth_of(number)
    if born is None or not is_valid(number, civil_day(today)):
        return None
    return IdCard(
        kind=CardKind.RESIDENT,
        name=name,
        sex=sex_of(number),
        nation=NOT_SAID,
        birth=born,
        address=address,
        number=number,
        authority=NOT_SAID,
        valid_from=born,
        valid_until=None,
    )


def login_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that leads to the platform."""
    words = book.words["platform_login"]
    return Page(
        name="platform_login",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        panel=Panel(words["heading"], tuple(words["lines"])),
        choices=(Choice(Press.USE_PHONE, words["go"], tone=ButtonStyle.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


def take_login(visit: Visit, what: PlatformLoggedIn, context: Context) -> Visit:
    """Return the visit with the person of `what`, and the platform's word as proof of identity.

    `visit` is that of the browser, `context` has the moment.
    """
    identity = replace(visit.identity, card=what.card, card_at=context.moment)
    proof = Proof(ProofMethod.PLATFORM, context.moment, token=what.token)
    return accept_proof(replace(visit, identity=identity), proof)


PLATFORM_LOGIN = Step(
    stage=Stage.CARD,
    page=login_page,
    holds_person=False,
    transitions=(
        On(PlatformLoggedIn, to=Stage.FACTS, do=take_login),
        On(PlatformLoginFailed, do=show_failure),
        On(Press.BACK, to=Stage.NOTICE),
    ),
)
