"""API call of logs, which a technician sends from a terminal."""

from fastapi import Request, Response

from central.fleet.logs import lines_of
from central.problems import LOGS_TOO_LARGE, MALFORMED, media_type
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical

MEDIA_TYPE = "application/x-ndjson"
LONGEST = 256 * 1024


def post_logs(request: Request, asking: Caller, context: CurrentContext) -> Response:
    """Store lines of a log; none when one of them is not on the closed list."""
    if request.headers.get("content-type") != MEDIA_TYPE:
        return media_type("lines of JSON").response()
    if len(asking.body) > LONGEST:
        return LOGS_TOO_LARGE.response()
    lines = lines_of(asking.body)
    if lines is None:
        return MALFORMED.response()
    context.logs.keep(asking.terminal, lines)
    return json_of(canonical({"version": 1, "lines": len(lines)}))


ROUTES = (ApiCall("POST", "/v1/logs", post_logs, (200, 413, 415, 422)),)
