"""Sample answers to a decision on a filing, for the gallery."""

from __future__ import annotations

from kiosk.application.confirmation import ConfirmationState
from kiosk.failures import Failure
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield each state that the decision can lead to, and a refusal."""
    yield from (FilingDecided(state) for state in ConfirmationState)
    yield FilingUndecided(Failure.VOUCHER_FILED)
