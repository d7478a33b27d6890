"""The step NOTICE: the consent to the notice, with or without the face check."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.people.consent import Consent
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.reference_data import TEXT_VERSION
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.identity import consent_with_face
from kiosk.visit.steps.notice.page import notice_page
from kiosk.visit.transition import On, Step


def consent_without_face(visit: Visit, _what: Event, context: Context) -> Visit:
    """Record the consent to the notice without the face check."""
    return replace(
        visit,
        identity=replace(visit.identity, consent=Consent(TEXT_VERSION, context.moment, face=False)),
    )


NOTICE = Step(
    stage=Stage.NOTICE,
    page=notice_page,
    holds_person=False,
    transitions=(
        On(Press.AGREE, to=Stage.CARD, do=consent_with_face),
        On(Press.AGREE_WITHOUT_FACE, to=Stage.CARD, do=consent_without_face),
        On(Press.BACK, to=Stage.WIPING),
    ),
)
