"""People: what the offices know of whoever stands before a terminal.

Nothing is told for a number alone: the card was read in this visit, and for all but the portrait,
which the face check needs, its holder was proved. Another name than the registered one is answered
as an unknown person is.
"""

from fastapi import Response
from pydantic import Field

from central.employer_drafts import open_handed
from central.problems import unknown
from central.routes.caller import Caller, Here
from central.routes.table import ApiCall, json_of
from central.routes.visits import (
    Person,
    has_card,
    is_named_right,
    is_proved,
    note_look_up,
    note_reading,
)
from central.visitor import NO_VISIT
from kiosk.crypto.envelope import canonical


class ActingRequest(Person):
    """Who files, and for whom."""

    principal: str = Field(min_length=1, max_length=18)


def post_facts(person: Person, asking: Caller, here: Here) -> Response:
    """Tell what the offices know of this person."""
    number = note_look_up(person, asking, here)
    if not is_proved(person, asking, here):
        return NO_VISIT.response()
    # The same work for everybody: the time that it takes tells nobody apart.
    mine = here.examiner.person(number)
    open_case, unit = here.store.cases.open_case(mine), here.store.handed.unit_of(mine)
    found = here.people.facts_of(number, open_case, unit)
    if found is None or not is_named_right(person, here):
        return unknown("person").response()
    return json_of(canonical(found))


def post_draft(person: Person, asking: Caller, here: Here) -> Response:
    """Tell what the employer began for this person; it waits until the person files."""
    number = note_look_up(person, asking, here)
    if not is_proved(person, asking, here):
        return NO_VISIT.response()
    sealed = here.store.handed.sealed_for(here.examiner.person(number))
    if sealed is None or not is_named_right(person, here):
        return unknown("draft").response()
    return json_of(canonical(open_handed(sealed, here.examiner.handed_key(number))))


def post_principals(acting: ActingRequest, asking: Caller, here: Here) -> Response:
    """Tell for how many other people somebody files as a friend or relative."""
    note_reading(acting.id_number, acting.visit, asking, here)
    if not is_proved(acting, asking, here):
        return NO_VISIT.response()
    proxy, person = map(here.examiner.person, (acting.id_number, acting.principal))
    others = here.store.acting.others(proxy, person, asking.at)
    return json_of(canonical({"version": 1, "others": others}))


def post_portrait(person: Person, asking: Caller, here: Here) -> Response:
    """Return the person's official portrait."""
    number = note_look_up(person, asking, here)
    if not has_card(person, asking, here):
        return NO_VISIT.response()
    found = here.people.portrait_of(number) if is_named_right(person, here) else None
    return Response(found, media_type="image/jpeg") if found else unknown("portrait").response()


ROUTES = (
    ApiCall("POST", "/v1/people/facts", post_facts, (200, 404, 413, 422)),
    ApiCall("POST", "/v1/people/principals", post_principals, (200, 413, 422)),
    ApiCall("POST", "/v1/people/draft", post_draft, (200, 404, 413, 422)),
    ApiCall("POST", "/v1/people/portrait", post_portrait, (200, 404, 413, 422)),
)
