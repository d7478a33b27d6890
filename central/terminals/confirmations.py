"""API calls of filings for another person: list them, decide them, withdraw one."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.confirmation import Channel, Closed, ConfirmationDecision, SeenFacts
from central.intake.presence import NOT_ALLOWED
from central.intake.visitor import NO_VISIT, Visitor
from central.problems import conflict, unknown
from central.store.cases.cases import OpenCase
from central.store.cases.confirmations import NOTHING_SEEN, Claimant, NotAllowed
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from central.terminals.visits import (
    Person,
    VisitRequest,
    check_beside,
    is_proved,
    note_look_up,
    note_reading,
)
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import canonical
from kiosk.people import id_number
from kiosk.staff.roles import Right, Role, rights_of


class Deciding(Person):
    """A principal, and their decision about a filing."""

    decision: Literal["confirm", "refuse"]
    facts_mark: str = Field(default="", max_length=64)
    facts_wrong: list[Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")]] = Field(
        default=[], max_length=40
    )


class Withdrawing(BaseModel):
    """The filer who withdraws: a friend or relative with a visit, or a pseudonym of the staff."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id_number: str = Field(default="", max_length=18)
    visit: VisitRequest | None = None
    staff: str = Field(default="", max_length=32)


def post_confirmations(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the filings for a principal that they can still decide about."""
    note_look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    items = context.store.confirmations.of_person(context.vault.person(person.id_number))
    named = [
        one
        | {"point_name": context.wording.point_name(one["point"])}
        | _added_facts(one["application_id"], context)
        for one in items
    ]
    return json_of(canonical({"version": 1, "items": named}))


def _added_facts(application_id: str, context: AppContext) -> dict[str, Any]:
    """Return what the offices add to a filing for an absent person, for this person's eyes."""
    envelope = context.store.cases.envelope_of(application_id)
    assert envelope is not None
    added = context.vault.added_facts(envelope)
    return {"facts": added.facts, "facts_mark": added.mark} if added.facts else {}


def post_decision(
    application_id: UUID, deciding: Deciding, asking: Caller, context: CurrentContext
) -> Response:
    """Carry out a principal's decision about a filing."""
    note_reading(deciding.id_number, deciding.visit, asking, context)
    visitor = deciding.visitor()
    if visitor is None or not is_proved(deciding, asking, context):
        return NO_VISIT.response()
    claimant = _principal(visitor, asking, context)
    decision = ConfirmationDecision(deciding.decision)
    seen = SeenFacts(deciding.facts_mark, tuple(deciding.facts_wrong))
    return _decided(str(application_id), decision, claimant, asking, context, seen)


def post_withdrawal(
    application_id: UUID, withdrawing: Withdrawing, asking: Caller, context: CurrentContext
) -> Response:
    """Let the filer withdraw a filing before the principal confirms it."""
    note_reading(withdrawing.id_number, withdrawing.visit, asking, context)
    claimant = _filer(withdrawing, asking, context)
    if claimant is None:
        return NO_VISIT.response()
    return _decided(str(application_id), ConfirmationDecision.WITHDRAW, claimant, asking, context)


def _principal(visitor: Visitor, asking: AuthenticatedRequest, context: AppContext) -> Claimant:
    vouchers = check_beside(asking, context).vouchers(visitor)
    channel = Channel.KIOSK
    if vouchers:
        channel = (
            Channel.WINDOW if all(one.role is Role.WINDOW for one in vouchers) else Channel.HELPER
        )
    person = context.vault.person(visitor.number)
    return Claimant(channel, person=person, vouched_by=tuple(one.id for one in vouchers))


def _filer(
    withdrawing: Withdrawing, asking: AuthenticatedRequest, context: AppContext
) -> Claimant | None:
    if withdrawing.visit is not None:
        number, said = id_number.normalise(withdrawing.id_number), withdrawing.visit
        visitor = Visitor(number, said.name, said.card_at, said.proof)
        if not check_beside(asking, context).is_proved(visitor):
            return None
        return Claimant(Channel.FILER, proxy=context.vault.person(number))
    staff = context.staff_beside(asking.terminal).accounts
    account = next((one for one in staff if one.id == withdrawing.staff), None)
    if account is None or civil_day(asking.at) > account.valid_until:
        return None
    if Right.FILE_ABSENT not in rights_of(account.role, account.rights):
        return None
    point = context.store.terminals.point_of(asking.terminal)
    return Claimant(Channel.FILER, staff=account.id, point=point)


def _decided(
    application_id: str,
    decision: ConfirmationDecision,
    claimant: Claimant,
    asking: AuthenticatedRequest,
    context: AppContext,
    seen: SeenFacts = NOTHING_SEEN,
) -> Response:
    found = context.store.confirmations.decide(
        application_id, decision, claimant, asking.said_at, seen
    )
    if found is None:
        return unknown("filing").response()
    if isinstance(found, NotAllowed):
        return NOT_ALLOWED.response()
    if isinstance(found, OpenCase):
        more = {"application_id": found.application_id, "case_number": found.case_number}
        return conflict("open-case", "A case is under way.", **more).response()
    state = found.ruling.state.value
    if isinstance(found.ruling, Closed):
        title = "This can't be decided any more."
        return conflict("confirmation-closed", title, state=state).response()
    said = {"version": 1, "application_id": found.application_id, "state": state}
    return json_of(canonical(said | {"case_number": found.case_number}))


ROUTES = (
    ApiCall("POST", "/v1/people/confirmations", post_confirmations, (200, 413, 422)),
    ApiCall("POST", "/v1/confirmations/{application_id}", post_decision, (200, 404, 409, 413, 422)),
    ApiCall(
        "POST",
        "/v1/applications/{application_id}/withdrawal",
        post_withdrawal,
        (200, 404, 409, 413, 422),
    ),
)
