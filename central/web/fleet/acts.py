"""Acts in the control room: assigning and muting alarms, stopping the ring of a release."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.web.city.helpers import reason_trouble
from central.web.fleet.pages import FLEET_PATH, ROOM, fleet_page, technicians
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest


def assign_alarm(asking: PageRequest) -> Response:
    """Record that an alarm is a colleague's from now on."""
    number, colleague = asking.path["number"], asking.form.get("colleague", "")
    if colleague not in technicians(asking):
        return fleet_page(asking, "colleague")
    event = asking.event(WebEventKind.ASSIGNED, f"alarm {number} to {colleague}")
    known = asking.context.fleet.acts.assign(number, colleague, event)
    return see_other(FLEET_PATH) if known else error_page(asking.context, HTTPStatus.NOT_FOUND)


def mute_alarm(asking: PageRequest) -> Response:
    """Record that alarms of the same terminal and kind are muted for the chosen hours."""
    number, chosen = asking.path["number"], asking.form.get("hours", "")
    hours = [one for one in asking.context.fleet.policy.mute_hours if str(one) == chosen]
    reason = " ".join(asking.form.get("reason", "").split())
    if trouble := reason_trouble(asking, reason) or ("" if hours else "hours"):
        return fleet_page(asking, trouble)
    end = asking.context.now() + timedelta(hours=hours[0])
    until = end.isoformat(timespec="seconds")
    event = asking.event(WebEventKind.MUTED, f"alarm {number} until {until}")
    known = asking.context.fleet.acts.mute(number, until, reason, event)
    return see_other(FLEET_PATH) if known else error_page(asking.context, HTTPStatus.NOT_FOUND)


def stop_ring(asking: PageRequest) -> Response:
    """Stop the ring of a release: the next terminal that asks is told of none."""
    number = asking.path["number"]
    reason = " ".join(asking.form.get("reason", "").split())
    if trouble := reason_trouble(asking, reason):
        return fleet_page(asking, trouble)
    event = asking.event(WebEventKind.STOPPED, f"ring {number}")
    stopped = asking.context.fleet.rings.stop(number, reason, event)
    return see_other(FLEET_PATH) if stopped else fleet_page(asking, "ring")


PAGES = (
    WebPage("POST", "/fleet/alarms/{number:int}/assign", assign_alarm, ROOM),
    WebPage("POST", "/fleet/alarms/{number:int}/mute", mute_alarm, ROOM),
    WebPage("POST", "/fleet/rings/{number:int}/stop", stop_ring, ROOM),
)
