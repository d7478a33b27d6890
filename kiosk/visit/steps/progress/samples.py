"""Sample answers about the progress of a case, for the gallery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

from kiosk.application.confirmation import ConfirmationState
from kiosk.application.service_result import ServiceResult, parse_result
from kiosk.config.schema import read_table
from kiosk.people.qr_token import QrToken
from kiosk.visit.events.devices import CodeFailed, Printed, PrintFailed
from kiosk.visit.events.ratings import RatingsKnown
from kiosk.visit.records.rating import RateableStage, RatingNeed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import (
    OF_THE_PERSON,
    SAMPLE_CASE,
    SAMPLE_DUE,
    SAMPLES,
    Samples,
    SampleSource,
    failures,
)
from kiosk.visit.step_parts.slips import query_code
from kiosk.visit.steps.progress.events import (
    CertificateNotPrinted,
    CertificatePrinted,
    CodeScanned,
    ProgressKnown,
    ProgressUnknown,
    ResultsKnown,
)
from kiosk.visit.steps.progress.results_page import shown_result

APPLICATION = "11111111-0000-4000-8000-000000000001"
STATES = (
    *("waiting", "ready", "working", "suspended", "resumed"),
    *("correction", "done", "refused", "ended"),
)


@cache
def sample_results() -> tuple[ServiceResult, ...]:
    """Return the results of config/samples/results.toml, of all kinds."""
    table = read_table(SAMPLES / "results.toml")
    return tuple(
        ServiceResult(
            one["service"],
            date.fromisoformat(one["decided_at"]),
            parse_result(one["content"]),
            APPLICATION,
            one.get("has_file", False),
        )
        for one in table["results"]
    )


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield scanned codes where one is waited for, otherwise the progress of a case."""
    if visit.stage is Stage.FINDING:
        yield CodeScanned(QrToken(query_code(APPLICATION), 0.0))
        yield CodeScanned(QrToken("another code", 0.0))
        yield from (CodeFailed(one) for one in failures("scanner", "code_un", "code_ex"))
        return
    if visit.stage is Stage.RESULTS:
        yield Printed()
        yield from (PrintFailed(one) for one in failures("printer", "paper_out", "cover"))
        if not shown_result(visit, source.book).has_file:
            return
        yield CertificatePrinted()
        wanting = failures("central_u", "central_s", "certificate_", "document_")
        yield from (CertificateNotPrinted(one) for one in wanting)
        return
    if visit.stage is Stage.PROGRESS:
        yield ResultsKnown(sample_results())
    codes = source.book.catalogue.services
    states = {code: STATES[at % len(STATES)] for at, code in enumerate(codes)}
    yield ProgressKnown(SAMPLE_CASE, states)
    opens = {code: date(2027, 1, 1) for code, state in states.items() if state == "ready"}
    yield ProgressKnown(SAMPLE_CASE, states, {}, opens)
    waits = (ConfirmationState.AWAITING, SAMPLE_DUE), (ConfirmationState.EXPIRED, None)
    for state, until in waits:
        yield ProgressKnown(SAMPLE_CASE, states, {}, {}, state, until)
    if visit.stage is Stage.PROGRESS:
        yield from rating_samples(tuple(codes))
    wanting = failures("central_u", "central_s", "case_")
    yield from (ProgressUnknown(one) for one in wanting)


def rating_samples(codes: Sequence[str]) -> Samples:
    """Yield a list with every kind of stage, one with a single one, and one of several pages."""
    answer = OF_THE_PERSON.answer
    needs = (
        RateableStage(APPLICATION, codes[0], RatingNeed.UNRATED),
        RateableStage(APPLICATION, codes[1], RatingNeed.WAITING, SAMPLE_DUE),
        RateableStage(APPLICATION, "filing", RatingNeed.ANSWERED, answer=answer),
        RateableStage(APPLICATION, codes[2], RatingNeed.CLOSED, answer=answer),
    )
    yield RatingsKnown(needs)
    yield RatingsKnown(needs[:1])
    yield RatingsKnown(
        tuple(RateableStage(APPLICATION, code, RatingNeed.UNRATED) for code in codes)
    )
