"""Visits in which the staff take part, for tests."""

from __future__ import annotations

from dataclasses import replace

from tests.kiosk.invented_people import persona
from tests.kiosk.staff_people import OTHER_HELPER

TWO_HERE = replace(OTHER_HELPER, others_vouch=True)

LIU, STAFF_CARD = persona("liu")[0], persona("helper")[0]
