"""Sample facts and filings, for the gallery."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.application.confirmation import FiledForMe
from kiosk.people.facts import InsuredKind
from kiosk.people.identity import Sex
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource, failures, read_samples
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown, FilingsKnown


@dataclass(frozen=True)
class FilingSamples:
    """The file config/samples/filings.toml."""

    waiting_unit: str
    filed: tuple[FiledForMe, ...]


ADDED = ("kind", "unit_name", "paid_months", "medical_months", "bank", "account", "child_name")
"""What offices add to a filing for an absent person."""
SAMPLES = read_samples(FilingSamples, "filings")
FILED = (SAMPLES.filed[0], replace(SAMPLES.filed[1], until=None))  # the second has begun already


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield facts that offices may know, why they may not be known, and filings by others."""
    yield from fact_samples(visit, source)
    yield from (FactsUnknown(one) for one in failures("central_u", "central_s", "pers"))
    facts = source.person("liu")[1]
    added = {name: getattr(facts, name) for name in ADDED}
    yield FilingsKnown((replace(FILED[0], facts=added, facts_mark="0" * 64),))
    yield from (FilingsKnown((one,)) for one in FILED)


def fact_samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield all facts, an open case, little, other kinds of insurance, one without an employer."""
    card = visit.identity.card
    same = card is not None and card.sex is Sex.FEMALE
    facts = source.person("wang" if same else "liu")[1]
    yield FactsKnown(facts)
    yield FactsKnown(replace(facts, open_case="11111111-0000-4000-8000-000000000001"))
    yield FactsKnown(replace(facts, category="", deemed_months=0, account=""))
    yield FactsKnown(replace(facts, kind=InsuredKind.INSTITUTION, unit_name="", unit_code=""))
    yield FactsKnown(replace(facts, kind=InsuredKind.RESIDENT))
    yield FactsKnown(replace(facts, draws_pension=True))
    yield FactsKnown(replace(facts, waiting_unit=SAMPLES.waiting_unit))
    yield FactsKnown(replace(facts, prepared=True))
