"""API calls about the person at a terminal: facts, employer's draft, principals, portrait.

Nothing is told for a number alone: the card was read in this visit, and for all but the portrait,
which the face check needs, its holder was proved. A name that differs from the registered one is
answered like an unknown person.
"""

from fastapi import Request, Response
from pydantic import Field

from central.employer_drafts import open_handed
from central.intake.visitor import NO_VISIT
from central.problems import REGISTRY_DOWN, HttpProblem, unknown
from central.registries.ports import RegistryPerson, RegistryTrouble
from central.terminals.caller import Caller, CurrentContext, sealed_request
from central.terminals.table import ApiCall, json_of
from central.terminals.visits import (
    Person,
    has_card,
    is_named_right,
    is_proved,
    look_up,
    note_look_up,
    note_reading,
)
from kiosk.crypto.envelope import canonical

RESULTS = "results"
CERTIFICATE = "certificate"
MOST_RESULTS = 30
"""More than there are services; each is one attachment of the vault's protocol, or two."""


class ActingRequest(Person):
    """The friend or relative who files, and the number of the principal."""

    principal: str = Field(min_length=1, max_length=18)


class CertificateRequest(Person):
    """The person, and the service of a case whose certificate is wanted."""

    application_id: str = Field(min_length=36, max_length=36)
    service: str = Field(min_length=1, max_length=8)


def post_facts(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Answer with what the offices know of this person (SharedFacts)."""
    asked = look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    # The same work for everybody: the time that it takes tells nobody apart.
    look = context.store.cases.look_at_person(asked.person)
    about = _asked(person, asked.number)
    found = context.people.facts_of(about, look.open_case, look.unit, look.filed)
    if found is None or not is_named_right(person, context):
        return unknown("person").response()
    return json_of(canonical({**found, "prepared": look.prepared}))


def post_draft(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the draft that an employer began for this person; it stays until they file."""
    number = note_look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    sealed = context.store.handed.sealed_for(context.vault.person(number))
    if sealed is None or not is_named_right(person, context):
        return unknown("draft").response()
    return json_of(canonical(open_handed(sealed, context.vault.handed_key(number))))


def post_results(
    person: Person, request: Request, asking: Caller, context: CurrentContext
) -> Response:
    """Answer with what the offices said with the ends of this person's services."""
    number = note_look_up(person, asking, context)
    if not is_proved(person, asking, context):
        return NO_VISIT.response()
    kept = context.store.results.of_person(context.vault.person(number), MOST_RESULTS)
    said = sealed_request(request, RESULTS, asking)
    found = context.vault.person_results(said, tuple(one.sealed for one in kept))
    if isinstance(found, HttpProblem):
        return found.response()
    if not is_named_right(person, context):
        return unknown("person").response()
    contents = {(one.subject.application_id, one.subject.service): one for one in found}
    results = [
        {
            "application_id": one.application_id,
            "case_number": one.case_number,
            "service": one.service,
            "state": one.state.value,
            "decided_at": one.at,
            "content": opened.content.record(),
            "has_file": bool(opened.file_digest),
        }
        for one in kept
        if (opened := contents.get((one.application_id, one.service)))
    ]
    return json_of(canonical({"version": 1, "results": results}))


def post_certificate(
    wanted: CertificateRequest, request: Request, asking: Caller, context: CurrentContext
) -> Response:
    """Answer with the file of the certificate that is `wanted` as PDF, to be printed."""
    note_look_up(wanted, asking, context)
    if not is_proved(wanted, asking, context):
        return NO_VISIT.response()
    kept = context.store.results.of_task(wanted.application_id.lower(), wanted.service)
    if kept is None or not kept.sealed.file or not is_named_right(wanted, context):
        return unknown(CERTIFICATE).response()
    said = sealed_request(request, CERTIFICATE, asking)
    found = context.vault.person_certificate(said, kept.sealed)
    if isinstance(found, HttpProblem):
        return found.response()
    return Response(found, media_type="application/pdf")


def post_principals(acting: ActingRequest, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the number of other people for whom this person filed within a year.

    `acting` names both, and the reading of the proxy's card.
    """
    note_reading(acting.id_number, acting.visit, asking, context)
    if not is_proved(acting, asking, context):
        return NO_VISIT.response()
    proxy, person = map(context.vault.person, (acting.id_number, acting.principal))
    others = context.store.acting.count_others(proxy, person, asking.at)
    return json_of(canonical({"version": 1, "others": others}))


def post_portrait(person: Person, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the person's official portrait (JPEG), for the face check."""
    number = note_look_up(person, asking, context)
    if not has_card(person, asking, context):
        return NO_VISIT.response()
    named_right = is_named_right(person, context)
    found = context.people.portrait_of(_asked(person, number)) if named_right else None
    if isinstance(found, RegistryTrouble):
        return REGISTRY_DOWN.response()
    return Response(found, media_type="image/jpeg") if found else unknown("portrait").response()


def _asked(person: Person, number: str) -> RegistryPerson:
    return RegistryPerson(number, person.visit.name if person.visit else "")


ROUTES = (
    ApiCall("POST", "/v1/people/facts", post_facts, (200, 404, 413, 422)),
    ApiCall("POST", f"/v1/people/{RESULTS}", post_results, (200, 404, 413, 422)),
    ApiCall("POST", f"/v1/people/{CERTIFICATE}", post_certificate, (200, 404, 413, 422)),
    ApiCall("POST", "/v1/people/principals", post_principals, (200, 413, 422)),
    ApiCall("POST", "/v1/people/draft", post_draft, (200, 404, 413, 422)),
    ApiCall("POST", "/v1/people/portrait", post_portrait, (200, 404, 413, 422)),
)
