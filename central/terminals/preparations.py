"""API calls about what was prepared for the person at a terminal (免申即享), and the opt-out.

Asked like a draft: the card was read in this visit, and its holder was proved.
"""

from fastapi import Response

from central.intake.visitor import NO_VISIT
from central.problems import unknown
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from central.terminals.visits import Person, is_named_right, is_proved, note_look_up
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import canonical


def post_prepared(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Answer with what was prepared for this person; it stays until they file or opt out."""
    number = note_look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    found = context.open_radar().answer_for(number, civil_day(asking.at))
    if found is None or not is_named_right(person, context):
        return unknown("preparation").response()
    return json_of(canonical(found))


def post_opt_out(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Erase what was prepared for this person, and prepare nothing from now on."""
    number = note_look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    if not is_named_right(person, context):
        return unknown("person").response()
    context.store.preparations.opt_out(context.vault.person(number), asking.said_at)
    return json_of(canonical({"version": 1, "opted_out": True}))


ROUTES = (
    ApiCall("POST", "/v1/people/prepared", post_prepared, (200, 404, 413, 422)),
    ApiCall("POST", "/v1/people/prepared/opt-out", post_opt_out, (200, 404, 413, 422)),
)
