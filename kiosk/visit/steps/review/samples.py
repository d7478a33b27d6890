"""Sample strokes of a signature, for the gallery."""

from __future__ import annotations

from kiosk.pages.press import Press
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import SIGNED, Samples, SampleSource


def samples(_visit: Visit, _source: SampleSource) -> Samples:
    """Yield what the screen sends while somebody signs."""
    yield from (Pressed(Press.CONFIRM), Drawn(SIGNED))
