"""API call of the readiness sheet, which a terminal sends when it is asked for it."""

from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.problems import SHEET_TOO_LARGE
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical

LONGEST = 64 * 1024
MOST_LINES = 100
State = Literal["green", "amber", "red"]
Words = Annotated[str, Field(max_length=500)]


class SheetLineSaid(BaseModel):
    """One examined thing: its name, state, what shows it, and the cure."""

    model_config = ConfigDict(extra="forbid", strict=True)
    subject: Words
    state: State
    evidence: Words
    cure: Words


class SheetSaid(BaseModel):
    """A readiness sheet: the worst state, and its lines."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Literal[1]
    at: Annotated[str, Field(max_length=100)]
    state: State
    lines: Annotated[list[SheetLineSaid], Field(max_length=MOST_LINES)]


def put_readiness(sheet: SheetSaid, asking: Caller, context: CurrentContext) -> Response:
    """Keep the sheet as the newest one of the terminal."""
    if len(asking.body) > LONGEST:
        return SHEET_TOO_LARGE.response()
    requests = context.store.terminal_requests
    requests.keep_sheet(asking.terminal, asking.said_at, sheet.model_dump_json())
    return json_of(canonical({"version": 1, "lines": len(sheet.lines)}))


ROUTES = (ApiCall("PUT", "/v1/readiness", put_readiness, (200, 413, 422)),)
