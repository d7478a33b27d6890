"""Sample answers about the progress of a case, for the gallery."""

from __future__ import annotations

from datetime import date
from functools import cache

from kiosk.application.confirmation import ConfirmationState
from kiosk.application.service_result import ServiceResult, parse_result
from kiosk.config.schema import read_table
from kiosk.people.qr_token import QrToken
from kiosk.visit.events.devices import CodeFailed, Printed, PrintFailed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import (
    SAMPLE_CASE,
    SAMPLE_DUE,
    SAMPLES,
    Samples,
    SampleSource,
    failures,
)
from kiosk.visit.step_parts.slips import query_code
from kiosk.visit.steps.part_ratings.samples import rating_samples
from kiosk.visit.steps.progress.events import (
    CodeScanned,
    ProgressKnown,
    ProgressUnknown,
    ResultsKnown,
)

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
            one["service"], date.fromisoformat(one["decided_at"]), parse_result(one["content"])
        )
        for one in table["results"]
    )


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield scanned codes where one is waited for, otherwise the progress of a case."""
    if visit.stage is Stage.FINDING:
        yield CodeScanned(QrToken(query_code("11111111-0000-4000-8000-000000000001"), 0.0))
        yield CodeScanned(QrToken("another code", 0.0))
        yield from (CodeFailed(one) for one in failures("scanner", "code_un", "code_ex"))
        return
    if visit.stage is Stage.RESULTS:
        yield Printed()
        yield from (PrintFailed(one) for one in failures("printer", "paper_out", "cover"))
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
