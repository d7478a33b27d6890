"""Sample strokes at the questions of the form, for the gallery."""

from __future__ import annotations

from kiosk.visit.events.pressed import Drawn, HandRead
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import OF_THE_PERSON, SIGNED, Samples, SampleSource


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield strokes of a character, and what it may be."""
    yield from (Drawn(SIGNED), HandRead(SIGNED, OF_THE_PERSON.characters))
