"""The step PILOT: in a trial, whether the pages of this visit may be timed (docs/pilot.md).

What was answered is no part of the visit: `kiosk/session/page_times.py` takes it from the press.
"""

from __future__ import annotations

from kiosk.pages.press import Press
from kiosk.visit.stages import Stage
from kiosk.visit.steps.pilot.page import pilot_page
from kiosk.visit.transition import On, Step

PILOT = Step(
    stage=Stage.PILOT,
    page=pilot_page,
    holds_person=False,
    transitions=(
        On(Press.AGREE, to=Stage.NOTICE),
        On(Press.SKIP, to=Stage.NOTICE),
        On(Press.BACK, to=Stage.WIPING),
    ),
)
