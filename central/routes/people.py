"""People: what the offices know of whoever stands before a terminal."""

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.asking import Asking
from central.handed import open_handed
from central.office import Office
from central.problems import unknown
from central.routes.caller import Caller, Here
from central.routes.table import Route, json_of
from kiosk.filing.envelope import canonical
from kiosk.people import id_number


class Person(BaseModel):
    """Whom a terminal asks for."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id_number: str = Field(min_length=1, max_length=18)


class Acting(Person):
    """Who files, and for whom."""

    principal: str = Field(min_length=1, max_length=18)


def post_facts(person: Person, asking: Caller, here: Here) -> Response:
    """Tell what the offices know of this person."""
    number = _looked_up(person, asking, here)
    mine = here.examiner.person(number)
    open_case, unit = here.store.cases.open_case(mine), here.store.handed.unit_of(mine)
    found = here.people.facts_of(number, open_case, unit)
    return json_of(canonical(found)) if found else unknown("person").response()


def post_draft(person: Person, asking: Caller, here: Here) -> Response:
    """Tell what the employer began for this person; it waits until the person files."""
    number = _looked_up(person, asking, here)
    sealed = here.store.handed.sealed_for(here.examiner.person(number))
    if sealed is None:
        return unknown("draft").response()
    return json_of(canonical(open_handed(sealed, here.examiner.handed_key(number))))


def post_principals(acting: Acting, asking: Caller, here: Here) -> Response:
    """Tell for how many other people somebody files as a friend or relative."""
    proxy, person = map(here.examiner.person, (acting.id_number, acting.principal))
    others = here.store.acting.others(proxy, person, asking.at)
    return json_of(canonical({"version": 1, "others": others}))


def post_portrait(person: Person, asking: Caller, here: Here) -> Response:
    """Return the person's official portrait."""
    found = here.people.portrait_of(_looked_up(person, asking, here))
    return Response(found, media_type="image/jpeg") if found else unknown("portrait").response()


def _looked_up(person: Person, asking: Asking, here: Office) -> str:
    number = id_number.normalise(person.id_number)
    here.store.look_ups.note(asking, here.examiner.person(number))
    return number


ROUTES = (
    Route("POST", "/v1/people/facts", post_facts, (200, 404, 413, 422)),
    Route("POST", "/v1/people/principals", post_principals, (200, 413, 422)),
    Route("POST", "/v1/people/draft", post_draft, (200, 404, 413, 422)),
    Route("POST", "/v1/people/portrait", post_portrait, (200, 404, 413, 422)),
)
