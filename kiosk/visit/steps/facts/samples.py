"""Sample facts and filings, for the gallery."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.application.confirmation import FiledForMe
from kiosk.people.facts import InsuredKind
from kiosk.people.identity import Sex
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown, FilingsKnown

FILED = (
    FiledForMe(
        "11111111-0000-4000-8000-000000000003",
        date(2026, 11, 23),
        date(2026, 12, 23),
        "王**",
        "child",
        "谯城区花戏楼街道便民服务站",
        tuple(f"R{number:02}" for number in range(1, 17)),
    ),
    FiledForMe(
        "11111111-0000-4000-8000-000000000004",
        date(2026, 11, 23),
        None,
        "",
        "",
        "BZ-DEMO",
        ("R01",),
    ),
)


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield facts that offices may know, why they may not be known, and filings by others."""
    yield from fact_samples(visit, source)
    yield from (FactsUnknown(one) for one in failures("central_u", "central_s", "pers"))
    yield from (FilingsKnown((one,)) for one in FILED)


def fact_samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield all facts, an open case, little, other kinds of insurance."""
    card = visit.identity.card
    same = card is not None and card.sex is Sex.FEMALE
    facts = source.person("wang" if same else "liu")[1]
    yield FactsKnown(facts)
    yield FactsKnown(replace(facts, open_case="11111111-0000-4000-8000-000000000001"))
    yield FactsKnown(replace(facts, category="", deemed_months=0, account=""))
    yield FactsKnown(replace(facts, kind=InsuredKind.INSTITUTION))
    yield FactsKnown(replace(facts, kind=InsuredKind.RESIDENT))
    yield FactsKnown(replace(facts, draws_pension=True))
    yield FactsKnown(replace(facts, waiting_unit="亳州市示范机械厂"))
