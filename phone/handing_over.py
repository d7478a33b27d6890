"""Going on at a kiosk: what was filled in is kept under a code that only its owner can use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from kiosk.json_decoder import decode_object
from kiosk.ports import Central
from kiosk.visit.central_answers import ask_of_person
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay
from kiosk.visit.state import Visit, applicable_answers, attendance_of, chosen
from kiosk.visit.step_parts.draft import is_kept

PATH = "/v1/drafts"
OFFERED_ON = frozenset({Overlay.QUIT, Overlay.HELP})


@dataclass(frozen=True)
class DraftCode:
    """What a kiosk's scanner reads, and until when it counts."""

    token: str
    until: datetime


def may_hand_over(visit: Visit) -> bool:
    """Return whether something of a proved person can be gone on with at a kiosk."""
    return is_kept(visit) and visit.overlay in OFFERED_ON


def hand_over(
    visit: Visit, book: ReferenceData, central: Central, now: datetime
) -> DraftCode | None:
    """Return the code of the draft that the central service keeps; None when it can't now.

    `visit` is that of a proved person, `now` the aware time. The code is kept nowhere here.
    """
    more = {
        "services": list(chosen(visit, book)),
        "answers": dict(applicable_answers(visit, book)),
    }
    answer = ask_of_person(central, PATH, attendance_of(visit), **more)
    said = decode_object(answer.body) or {}
    match said:
        case {"token": str(token), "minutes": int(minutes) | float(minutes)} if (
            answer.status == HTTPStatus.CREATED
        ):
            return DraftCode(token, now + timedelta(minutes=minutes))
    return None
