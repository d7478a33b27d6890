"""What a visit on a phone needs of the world, and how its effects are performed.

A phone has no devices: effects that ask for one are not performed, since no page of a phone offers
what leads to them. Everything runs in the thread that answers the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from kiosk.application.document import Application
from kiosk.application.rating import Rating
from kiosk.failures import Failure
from kiosk.ports import Central
from kiosk.session.central_queries import begun_by_employer, facts_of
from kiosk.session.confirming_tasks import send_decision
from kiosk.session.person_questions import ask_central
from kiosk.session.progress_tasks import fetch_progress
from kiosk.storage.drafts import Drafts
from kiosk.visit import effects as do
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.devices import StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.step_parts.draft import decode
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown
from kiosk.visit.steps.submission.events import Stored
from phone.devices import PhoneDevices

Tell = Callable[[Event], None]


@dataclass(frozen=True)
class PhoneServices:
    """The central service, the sealed store, and what is made for one visit.

    `submit` and `rate` seal and store, or say why not; what is stored is delivered by itself.
    `devices` are what effects of steps ask: the central service, the painter of the form, and the
    place of its picture.
    """

    central: Central
    drafts: Drafts
    submit: Callable[[Application], Failure | None]
    rate: Callable[[Rating], Failure | None]
    devices: PhoneDevices


@singledispatch
def perform(_effect: object, _services: PhoneServices, _tell: Tell) -> None:
    """Perform an effect and `tell` what follows; nothing where it asks for a device of a kiosk."""


@perform.register
def _ask(effect: DeviceRequest, services: PhoneServices, tell: Tell) -> None:
    event = effect.answer(services.devices, lambda: False)
    if event is not None:
        tell(event)


@perform.register
def _fetch_facts(effect: do.FetchFacts, services: PhoneServices, tell: Tell) -> None:
    found = facts_of(services.central, effect.who)
    tell(FactsUnknown(found) if isinstance(found, Failure) else FactsKnown(found))


@perform.register(do.FetchFilings)
@perform.register(do.FetchRatings)
@perform.register(do.FetchResults)
def _ask_of_person(effect: do.PersonQuestion, services: PhoneServices, tell: Tell) -> None:
    ask_central(services.central, effect, tell)


@perform.register
def _decide_filing(effect: do.DecideFiling, services: PhoneServices, tell: Tell) -> None:
    send_decision(services.central, effect, tell)


@perform.register
def _fetch_progress(effect: do.FetchProgress, services: PhoneServices, tell: Tell) -> None:
    fetch_progress(services.central, effect, tell)


@perform.register
def _fetch_begun(effect: do.FetchBegun, services: PhoneServices, tell: Tell) -> None:
    found = begun_by_employer(services.central, effect.who)
    if not isinstance(found, Failure):
        tell(DraftBegun(found))


@perform.register
def _find_draft(effect: do.FindDraft, services: PhoneServices, tell: Tell) -> None:
    content = services.drafts.find(effect.number)
    draft = None if content is None else decode(content)
    if draft is not None:
        tell(DraftFound(draft))


@perform.register
def _keep_draft(effect: do.KeepDraft, services: PhoneServices, _tell: Tell) -> None:
    services.drafts.keep(effect.number, effect.content)


@perform.register
def _drop_draft(effect: do.DropDraft, services: PhoneServices, _tell: Tell) -> None:
    services.drafts.drop(effect.number)


@perform.register
def _submit(effect: do.Submit, services: PhoneServices, tell: Tell) -> None:
    failure = services.submit(effect.application)
    tell(StoreFailed(failure) if failure else Stored())


@perform.register
def _send_rating(effect: do.SendRating, services: PhoneServices, tell: Tell) -> None:
    given = effect.grade, effect.reasons, effect.words
    if services.rate(Rating(effect.application_id, effect.stage, *given)) is not None:
        tell(RatingLost())
