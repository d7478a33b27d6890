"""Applications of several terminals, answered together.

Each is checked as `put_application` checks it, in the same order and with the same answers. What
costs a round trip, the terminals' keys, their signatures, the vault, and the two statements that
look and write, is done once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.intake.examiner import Intake
from central.problems import UNAUTHORISED, HttpProblem
from central.signatures import KnownTerminal
from central.store.cases.intake.new_filing import NewFiling
from central.terminals.applications import answer_of, refused_intake, wrong_media_type
from central.terminals.caller import (
    admitted,
    authenticate,
    hold_slot,
    message_of,
    refusal,
    sealed_request,
)
from central.terminals.table import sign_refusal_of
from central.vault_port import VaultUnavailable

Found = TypeVar("Found")
Arguments = ParamSpec("Arguments")
Answer = Response | Exception


@dataclass(eq=False)
class FilingCall:
    """One request to hand in an application, with the answer once there is one.

    An exception is what the application's own handlers answer.
    """

    request: Request
    body: bytes
    answer: Answer | None = None

    @property
    def item_id(self) -> str:
        """Return the application's id, as its address says it."""
        return str(self.request.path_params["application_id"])

    def do(
        self, work: Callable[Arguments, Found], *said: Arguments.args, **named: Arguments.kwargs
    ) -> Found | None:
        """Return what `work` returns of what is `said` and `named`.

        None where it raised: what it raised is the answer then.
        """
        try:
            return work(*said, **named)
        except Exception as error:  # noqa: BLE001 - the others go on
            self.answer = error
            return None


@dataclass(frozen=True)
class ExaminedFilings:
    """Calls of which the vault has said what it thinks: those in `filings` are to be stored.

    All others have their answer. `slots` are given back when it is closed.
    """

    calls: Sequence[FilingCall]
    filings: Mapping[FilingCall, NewFiling]
    slots: ExitStack


def answer_together(calls: Sequence[FilingCall], context: AppContext) -> None:
    """Give each of the calls its answer."""
    store_filings(examine_filings(calls, context), context)


def examine_filings(calls: Sequence[FilingCall], context: AppContext) -> ExaminedFilings:
    """Verify the calls and let the vault examine them; `store_filings` does the rest."""
    slots = ExitStack()
    filings: Mapping[FilingCall, NewFiling] = {}
    try:
        filings = _examine(calls, context, slots)
    except Exception as error:  # noqa: BLE001 - of the database or the vault: it is everybody's
        _fail(calls, error)
    return ExaminedFilings(calls, filings, slots)


def store_filings(examined: ExaminedFilings, context: AppContext) -> None:
    """Store what is to be stored; each of the calls has its answer then."""
    with examined.slots:
        try:
            _store(examined.filings, context)
        except Exception as error:  # noqa: BLE001 - as above
            _fail(examined.calls, error)
    for one in examined.calls:
        if isinstance(one.answer, Response):
            one.answer = sign_refusal_of(one.request, one.answer)


def _fail(calls: Sequence[FilingCall], error: Exception) -> None:
    for one in _open(calls):
        one.answer = error


def _examine(
    calls: Sequence[FilingCall], context: AppContext, slots: ExitStack
) -> dict[FilingCall, NewFiling]:
    _verify(calls, context)
    asked: dict[FilingCall, AuthenticatedRequest] = {}
    for one in _open(calls):
        asking = one.do(_ask, one, context, slots)
        if asking is not None:
            asked[one] = asking
            one.answer = wrong_media_type(one.request)
    filings: dict[FilingCall, NewFiling] = {}
    for one, intake in _ask_vault(asked, context).items():
        asking = asked[one]
        one.answer = one.do(refused_intake, intake, asking, context) or one.answer
        if one.answer is None:
            assert not isinstance(intake, HttpProblem)
            filings[one] = NewFiling(asking, intake, context.promise(intake, asking.at))
    return filings


def _store(filings: Mapping[FilingCall, NewFiling], context: AppContext) -> None:
    outcomes = context.store.cases.accept_all(list(filings.values()))
    for (one, new), outcome in zip(filings.items(), outcomes, strict=True):
        if isinstance(outcome, Exception):
            one.answer = outcome
        else:
            one.answer = answer_of(outcome, new.intake)


def _open(calls: Sequence[FilingCall]) -> list[FilingCall]:
    """Return the calls that have no answer yet."""
    return [one for one in calls if one.answer is None]


def _verify(calls: Sequence[FilingCall], context: AppContext) -> None:
    """Find out who signed each call."""
    for one in calls:
        headers = one.request.headers
        if "signature" not in headers or "host" not in headers:
            one.answer = refusal(UNAUTHORISED)
    left = _open(calls)
    messages = [(message_of(one.request), one.body) for one in left]
    for one, known in zip(left, context.verify_requests(messages), strict=True):
        if isinstance(known, KnownTerminal):
            one.do(_admit, one, known, context)
        else:
            one.answer = known if isinstance(known, Exception) else refusal(known)


def _admit(one: FilingCall, known: KnownTerminal, context: AppContext) -> None:
    one.request.state.known = admitted(known, context)


def _ask(one: FilingCall, context: AppContext, slots: ExitStack) -> AuthenticatedRequest:
    known: KnownTerminal = one.request.state.known
    slots.enter_context(hold_slot(one.request, known))
    return authenticate(one.request, context, one.body, known)


def _ask_vault(
    asked: dict[FilingCall, AuthenticatedRequest], context: AppContext
) -> dict[FilingCall, Intake | HttpProblem]:
    """Return what the vault says of each call that is not answered yet."""
    left = [one for one in asked if one.answer is None]
    sealed = {one: one.do(sealed_request, one.request, one.item_id, asked[one]) for one in left}
    said = tuple(one for one in sealed.values() if one is not None)
    if not said:
        return {}
    found = iter(context.vault.examine_applications(said))
    intakes: dict[FilingCall, Intake | HttpProblem] = {}
    for one in left:
        intake = next(found) if sealed[one] is not None else None
        if intake is not None:
            intakes[one] = intake
        elif one.answer is None:
            one.answer = VaultUnavailable("a fault with one application")
    return intakes
