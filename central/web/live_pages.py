"""The streams of the city's page and of the control room, for who may open these pages."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import StreamingResponse

from central.web.city.helpers import SUPERVISOR
from central.web.fleet.pages import ROOM, terminal_lines
from central.web.fleet.states import TerminalState
from central.web.fleet.town_map import draw_map
from central.web.page_table import WebPage, error_page, token_digest
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from central.web.live.hub import Figures
    from central.web.page_table import PageRequest
    from central.web.web_context import WebContext

MEDIA_TYPE = "text/event-stream"


def stream_city(asking: PageRequest) -> Response:
    """Return the stream of what came and ended today."""
    return _stream(asking, "city", lambda: city_figures(asking.context))


def stream_fleet(asking: PageRequest) -> Response:
    """Return the stream of the terminals' states, the map and the count of alarms."""
    return _stream(asking, "fleet", lambda: fleet_figures(asking.context))


def _stream(asking: PageRequest, kind: str, count: Figures) -> Response:
    context, token = asking.context, token_digest(asking.secret)
    account, roles = asking.user.id, {asking.user.role}
    if not context.live.has_room(account):
        answer = error_page(context, HTTPStatus.SERVICE_UNAVAILABLE)
        answer.headers["Retry-After"] = str(round(context.live.policy.longest_seconds))
        return answer

    def lasts() -> bool:
        # Only looked at: an open page does not keep a session alive that nobody uses.
        found = context.sessions.find(token, context.now())
        return found is not None and found.role in roles

    stream = context.live.stream(kind, account, count, lasts)
    return StreamingResponse(stream, media_type=MEDIA_TYPE)


def city_figures(context: WebContext) -> Mapping[str, Any]:
    """Return how many cases came and ended today, by the name of the element that shows each."""
    came, ended = context.city.figures.today(civil_day(context.now()))
    return {"texts": {"today-cases": str(came), "today-closed": str(ended)}}


def fleet_figures(context: WebContext) -> Mapping[str, Any]:
    """Return counts, the states of terminals that are not well, and the towns of the map."""
    lines = terminal_lines(context)
    words = context.renderer.texts["fleet"]["states"]
    counts = Counter(one.state for one in lines)
    towns = {
        one.code: [one.state, town_words(one.count, one.unwell)]
        for county in draw_map(lines, context.public.divisions)
        for one in county.cells
        if one.count
    }
    unwell = {
        one.found.terminal: [one.state.value, words[one.state]]
        for one in lines
        if one.state is not TerminalState.UP
    }
    texts = {f"state-{state.value}": str(counts[state]) for state in TerminalState}
    texts["alarms"] = str(context.fleet.alarms.count_waiting())
    up = [TerminalState.UP.value, words[TerminalState.UP]]
    return {"texts": texts, "towns": towns, "terminals": unwell, "up": up}


def town_words(count: int, unwell: int) -> str:
    """Return what the square of a town says, as the template does."""
    return f"!{unwell}/{count}" if unwell else str(count)


PAGES = (
    WebPage("GET", "/city/live", stream_city, SUPERVISOR),
    WebPage("GET", "/fleet/live", stream_fleet, ROOM),
)
