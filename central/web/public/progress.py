"""Progress by the code of a slip: states of the services alone, no name, no reason, no number.

The code is the application's id (UUIDv4, RFC 9562 §5.4): 122 random bits. It is posted, so that it
stands in no address, history or log; an address may look so often (`[progress]` of
config/public.toml).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from central.web.form_checks import subscriber_of
from central.web.page_table import WebPage

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest

PROGRESS_PATH = "/progress"
_QUERY = "TX1:"
_LONGEST = 64


def show_progress(asking: PageRequest) -> Response:
    """Return the form; a code in the address is not looked at."""
    return _page(asking)


def look_up(asking: PageRequest) -> Response:
    """Return the states of the services of the posted code."""
    context = asking.context
    if seconds := context.public.pace.wait(subscriber_of(asking.source), context.now()):
        answer = _page(asking, HTTPStatus.TOO_MANY_REQUESTS, "wait", seconds)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    code = application_of_code(asking.form.get("code", ""))
    if not code:
        return _page(asking, HTTPStatus.UNPROCESSABLE_ENTITY, "code")
    found = context.slip_states.find(code)
    if found is None:
        return _page(asking, HTTPStatus.NOT_FOUND, "unknown")
    services = context.public.book.catalogue.services
    lines = [(services[one].plain, state) for one, state in found.services if one in services]
    return asking.page("public/states.html", due_on=found.due_on, lines=lines, found=found)


def application_of_code(typed: str) -> str:
    """Return the application id of a typed or scanned code, "" for what is none."""
    words = "".join(typed.split())[:_LONGEST].removeprefix(_QUERY)
    try:
        return str(UUID(words))
    except ValueError:
        return ""


def _page(
    asking: PageRequest, status: HTTPStatus = HTTPStatus.OK, trouble: str = "", seconds: int = 0
) -> Response:
    words = asking.context.renderer.texts["public_progress"]["troubles"].get(trouble, "")
    return asking.page("public/progress.html", status, failure=words.format(seconds=seconds))


PAGES = (
    WebPage("GET", PROGRESS_PATH, show_progress, None),
    WebPage("POST", PROGRESS_PATH, look_up, None),
)
