"""API calls of service points: the list, their staff, open corrections, desk, month."""

from datetime import timedelta
from typing import Annotated

from fastapi import Path, Request, Response

from central.app_context import AppContext
from central.authenticated_request import AuthenticatedRequest
from central.problems import OTHER_POINT, unknown
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of, tagged
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import canonical

Point = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,32}$")]
Staff = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,32}$")]
Month = Annotated[str, Path(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")]


def get_points(request: Request, _asking: Caller, context: CurrentContext) -> Response:
    """Answer with the signed list of all service points."""
    found = context.sign_points()
    return tagged(request, found) if found else unknown("list").response()


def get_staff(point: Point, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the signed list of those who work at the terminal's own point."""
    if not _stands_at(point, asking, context):
        return OTHER_POINT.response()
    return json_of(context.sign_staff(point, asking.at))


def get_corrections(point: Point, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the corrections that are still to be brought to this point."""
    if not _stands_at(point, asking, context):
        return OTHER_POINT.response()
    return json_of(canonical({"version": 1, "items": context.store.points.corrections(point)}))


def get_desk(point: Point, asking: Caller, context: CurrentContext) -> Response:
    """Answer with recent news of the cases that were filed at this point."""
    if not _stands_at(point, asking, context):
        return OTHER_POINT.response()
    since = civil_day(asking.at) - timedelta(days=context.policy.staff.news_days)
    return json_of(canonical({"version": 1, **context.store.points.desk(point, since)}))


def get_month(
    point: Point, month: Month, staff: Staff, asking: Caller, context: CurrentContext
) -> Response:
    """Answer with the figures of a point and month, and the ratings of one of its staff.

    `month` is YYYY-MM; `staff` a pseudonym.
    """
    if not _stands_at(point, asking, context):
        return OTHER_POINT.response()
    return json_of(canonical({"version": 1, **context.store.points.month(point, month, staff)}))


def _stands_at(point: str, asking: AuthenticatedRequest, context: AppContext) -> bool:
    return context.store.terminals.point_of(asking.terminal) == point


ROUTES = (
    ApiCall("GET", "/v1/points", get_points, (200, 304, 404, 422)),
    ApiCall("GET", "/v1/points/{point}/staff", get_staff, (200, 422)),
    ApiCall("GET", "/v1/points/{point}/corrections", get_corrections, (200, 422)),
    ApiCall("GET", "/v1/points/{point}/desk", get_desk, (200, 422)),
    ApiCall("GET", "/v1/points/{point}/months/{month}/{staff}", get_month, (200, 422)),
)
