"""API calls of the employer page: which company logged in, and what it begins for its people."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.employer_drafts import EmployerDraft, handed_draft, open_handed, seal_handed
from central.intake.visitor import NO_VISIT
from central.phone_proof.ports import PhoneTrouble
from central.registries.ports import RegistryPerson
from central.store.terminals.phone_tokens import TokenUse
from central.terminals.caller import Caller, CurrentContext
from central.terminals.phone_proofs import redeem, refused
from central.terminals.phones.phone_visits import PlatformLogin
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical
from kiosk.people.id_number import normalise

BEGUN, NOT_YOURS, FILED = "begun", "not-yours", "filed"
SECONDS_A_MINUTE = 60.0
Code = Annotated[str, Field(min_length=1, max_length=32)]


class EmployerRow(BaseModel):
    """What a company says of one of its people; `mobile` is "" where it says none."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id_number: str = Field(min_length=1, max_length=18)
    name: str = Field(min_length=1, max_length=200)
    mobile: str = Field(max_length=20)


class EmployerFilings(BaseModel):
    """What a company that logged in begins for its people; `token` is that of its log-in."""

    model_config = ConfigDict(extra="forbid", strict=True)
    unit_code: str = Field(min_length=1, max_length=32)
    token: str = Field(min_length=1, max_length=200)
    services: list[Code] = Field(max_length=40)
    rows: list[EmployerRow] = Field(max_length=200)


def post_employer_login(login: PlatformLogin, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the company that logged in and the id of its token, which counts here alone."""
    user = redeem(login.code, login.nonce, asking, context)
    if isinstance(user, PhoneTrouble):
        return refused(user)
    if not (user.company and user.name):
        return NO_VISIT.response()
    use = TokenUse(
        user.token_id, asking.terminal, context.vault.person(user.number), asking.at.timestamp()
    )
    if not context.store.phone_tokens.take(use):
        return refused(PhoneTrouble.USED)
    said = {"version": 1, "token": user.token_id, "unit_code": user.number, "unit": user.name}
    return json_of(canonical(said))


def post_employer_filings(
    filings: EmployerFilings, asking: Caller, context: CurrentContext
) -> Response:
    """Begin a filing for each person of the company; answer with what became of each row.

    Somebody who is not on record as one of its people is told as who is not known at all.
    """
    if not token_proves(filings.token, filings.unit_code, asking, context):
        return NO_VISIT.response()
    states = [_begin(row, filings, asking, context) for row in filings.rows]
    return json_of(canonical({"version": 1, "states": states}))


def token_proves(token: str, unit_code: str, asking: Caller, context: CurrentContext) -> bool:
    """Tell whether `token` came with a log-in of the company `unit_code`, here, not long ago."""
    longest = context.policy.visits.minutes * SECONDS_A_MINUTE
    company, at = context.vault.person(unit_code), asking.at.timestamp()
    use = TokenUse(token, asking.terminal, company, at)
    return context.store.phone_tokens.proves(use, longest)


def _begin(
    row: EmployerRow, filings: EmployerFilings, asking: Caller, context: CurrentContext
) -> str:
    number = normalise(row.id_number)
    facts: dict[str, Any] = context.people.facts_of(RegistryPerson(number, row.name), "") or {}
    named = context.people.is_registered_as(number, row.name)
    context.store.look_ups.note(asking, context.vault.person(number), other_name=not named)
    if not named or facts.get("unit_code") != filings.unit_code:
        return NOT_YOURS
    person = context.vault.person(number)
    if context.store.cases.open_case(person):
        return FILED
    unit, key = str(facts.get("unit_name", "")), context.vault.handed_key(number)
    before = context.store.handed.sealed_for(person)
    known = handed_draft(open_handed(before, key)) if before is not None else None
    draft = EmployerDraft(
        number,
        row.name,
        unit,
        tuple(filings.services),
        {"mobile": row.mobile} if row.mobile else {},
        asking.at.isoformat(timespec="seconds"),
        known.papers if known is not None and known.unit == unit else (),
    )
    context.store.handed.keep(person, unit, seal_handed(draft, key, context.random))
    return BEGUN


ROUTES = (
    ApiCall("POST", "/v1/employers/login", post_employer_login, (200, 413, 422)),
    ApiCall("POST", "/v1/employers/filings", post_employer_filings, (200, 413, 422)),
)
