"""The list of an office's ended tasks, newest first, for as long as their results are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from central.store.web.ended_tasks import EndedSearch
from central.web.offices.tasks import services_of
from central.web.page_table import WebPage
from central.web_accounts import OFFICE_ROLES

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest

ENDED_PATH = "/tasks/ended"
_MOST_DIGITS = 12


def show_ended(asking: PageRequest) -> Response:
    """Return the ended tasks of the office of who asks; a case number in the query picks some."""
    context, most = asking.context, asking.context.policy.web.table_rows
    days = context.policy.retention.result_days
    since = (context.now() - timedelta(days)).isoformat(timespec="seconds")
    digits = "".join(one for one in asking.query.get("number", "") if one in "0123456789")
    search = EndedSearch(services_of(asking), since, digits[:_MOST_DIGITS])
    count = context.ended.count(search)
    return asking.page(
        "ended.html",
        office=context.office_names.get(asking.user.office, asking.user.office),
        lines=context.ended.entries(search, most),
        names={code: one.name for code, one in context.services.items()},
        digits=search.digits,
        count=count,
        days=days,
        rest=max(0, count - most),
    )


PAGES = (WebPage("GET", ENDED_PATH, show_ended, OFFICE_ROLES, "ended"),)
