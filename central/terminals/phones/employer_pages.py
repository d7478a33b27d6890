"""API call of the employer page: pages of a paper that the company has, such as the personnel file.

The pages came before, sealed, as blobs. Here they are named, and go into the draft that waits for
the person: nobody but the person's visit and the vault learns what they belong to.
"""

from dataclasses import replace
from enum import StrEnum
from typing import Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.employer_drafts import (
    EmployerDraft,
    SuppliedPage,
    SuppliedPaper,
    handed_draft,
    open_handed,
    reference_of,
    seal_handed,
)
from central.intake.visitor import NO_VISIT
from central.terminals.caller import Caller, CurrentContext
from central.terminals.phones.employers import token_proves
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical
from kiosk.retirement.catalogue import HowObtained

MOST_AT_ONCE = 200
DIGEST = "^[0-9a-f]{64}$"


class PagesState(StrEnum):
    """What became of the pages."""

    KEPT = "kept"
    NOT_BEGUN = "not-begun"  # nothing of this company waits for this person
    ABSENT = "absent"  # a page did not come, or not whole
    FULL = "full"
    AGAIN = "again"  # something else was changed at the same moment


class PostedPage(BaseModel):
    """A sealed page that is here: see `central.employer_drafts.SuppliedPage`."""

    model_config = ConfigDict(extra="forbid", strict=True)
    digest: str = Field(pattern=DIGEST)
    blob: str = Field(pattern=DIGEST)
    bytes: int = Field(gt=0)
    sealed_for: str = Field(min_length=36, max_length=36)


class EmployerPages(BaseModel):
    """Pages of a paper of one of the company's people (`reference`).

    `act`: they are added to those of before, or take their place. `token` is that of the log-in.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    unit_code: str = Field(min_length=1, max_length=32)
    token: str = Field(min_length=1, max_length=200)
    reference: str = Field(pattern="^[0-9a-f]{32}$")
    paper: str = Field(min_length=1, max_length=8)
    act: Literal["add", "replace"]
    pages: list[PostedPage] = Field(max_length=MOST_AT_ONCE)


def post_employer_pages(named: EmployerPages, asking: Caller, context: CurrentContext) -> Response:
    """Put the `named` pages into the draft that waits for the person; answer with how many."""
    if not token_proves(named.token, named.unit_code, asking, context):
        return NO_VISIT.response()
    number = _number_of(named, context)
    papers = context.radar.catalogue.papers
    known = named.paper in papers and papers[named.paper].how is HowObtained.EMPLOYER
    state = _keep(number, named, asking, context) if number and known else PagesState.NOT_BEGUN
    context.store.handed.drop_unnamed([one.blob for one in named.pages])
    count = context.store.handed.pages_of(context.vault.person(number)) if number else 0
    return json_of(canonical({"version": 1, "state": state.value, "pages": count}))


def _number_of(named: EmployerPages, context: CurrentContext) -> str:
    """Return the number of the company's person who is named, "" for nobody."""
    mine = (
        number
        for number, facts in context.people.facts.items()
        if facts.unit_code == named.unit_code
    )
    found = (one for one in mine if reference_of(named.token, one) == named.reference)
    return next(found, "")


def _keep(number: str, named: EmployerPages, asking: Caller, context: CurrentContext) -> PagesState:
    person, handed = context.vault.person(number), context.store.handed
    sealed = handed.sealed_for(person)
    if sealed is None:
        return PagesState.NOT_BEGUN
    key = context.vault.handed_key(number)
    draft = handed_draft(open_handed(sealed, key))
    if draft.unit != context.people.facts[number].unit_name:
        return PagesState.NOT_BEGUN
    states = (context.store.blobs.state(one.blob) for one in named.pages)
    if not all(state is not None and state.complete for state in states):
        return PagesState.ABSENT
    changed = _with_pages(draft, named)
    if any(len(one.pages) > context.policy.papers.employer_pages for one in changed.papers):
        return PagesState.FULL
    blobs = [page.blob for one in changed.papers for page in one.pages]
    at = asking.at.isoformat(timespec="seconds")
    again = seal_handed(changed, key, context.random)
    kept = handed.keep_pages(person, sealed, again, blobs, at)
    return PagesState.KEPT if kept else PagesState.AGAIN


def _with_pages(draft: EmployerDraft, named: EmployerPages) -> EmployerDraft:
    """Return the draft with the pages that are named; a page that is there already stays once."""
    papers = {one.code: one.pages for one in draft.papers}
    before = papers.get(named.paper, ()) if named.act == "add" else ()
    known = {page.digest for page in before}
    new = {page.digest: SuppliedPage(**page.model_dump()) for page in named.pages}
    papers[named.paper] = (*before, *(page for key, page in new.items() if key not in known))
    found = (SuppliedPaper(code, pages) for code, pages in papers.items() if pages)
    return replace(draft, papers=tuple(found))


ROUTES = (ApiCall("POST", "/v1/employers/pages", post_employer_pages, (200, 413, 422)),)
