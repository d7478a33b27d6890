"""API calls about terminals themselves: heartbeat, sheet, reconciliation, configuration."""

from dataclasses import asdict, replace
from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from central.app_context import AppContext
from central.authenticated_request import AUDIT, AuthenticatedRequest, read_marks
from central.problems import HEARTBEAT_TOO_LARGE, MALFORMED, SHEET_TOO_LARGE, unknown
from central.store.terminals.beat_look import BeatLook
from central.store.terminals.fleet import ReportedEntry
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of, tagged
from kiosk.crypto.envelope import canonical

LONGEST_HEARTBEAT = 1024
MOST_ENTRIES = 2000
LONGEST_SHEET = 64 * 1024
MOST_LINES = 100
State = Literal["green", "amber", "red"]
Words = Annotated[str, Field(max_length=500)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Sequence = Annotated[int, Field(ge=1, le=2**53 - 1)]
Word = Annotated[str, Field(max_length=100)]


class RequestResult(BaseModel):
    """What became of a request to the terminal."""

    model_config = ConfigDict(extra="forbid", strict=True)
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    outcome: Literal["noted", "done", "failed"]


class UpdateSaid(BaseModel):
    """The version that a terminal should run and does not, and why.

    The reasons are those of `kiosk.fleet.update`; a newer terminal may know more of them.
    """

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Word
    reason: Word


class Beat(BaseModel):
    """A heartbeat: states of devices, what waits to be sent, versions, audit head, figures."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: Literal[1]
    at: Word
    states: dict[Word, Word]
    waiting: Count
    quarantined: Count
    oldest_seconds: Count
    versions: dict[Word, Word]
    audit: str
    config: Word = ""
    refused: Word = ""
    disk_free_mib: Count | None = None
    disk_free_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    clock_ahead_seconds: Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)] | None = None
    temperature_c: Annotated[int, Field(ge=-100, le=200)] | None = None
    paper: Word = ""
    ratings_lost: Count | None = None
    store: Word = ""
    request: RequestResult | None = None
    update: UpdateSaid | None = None


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


class Believed(BaseModel):
    """One record of the outbox that a terminal believes to be here."""

    model_config = ConfigDict(extra="forbid", strict=True)
    sequence: Sequence
    path: str = Field(max_length=200)
    digest: str = Field(pattern="^[0-9a-f]{64}$")


class Range(BaseModel):
    """The records with numbers `first` to `last` that a terminal believes to be here."""

    model_config = ConfigDict(extra="forbid", strict=True)
    first: Sequence = Field(alias="from")
    last: Sequence = Field(alias="to")
    entries: list[Believed] = Field(max_length=MOST_ENTRIES)

    def sound(self) -> bool:
        """Tell whether each entry lies in the range and no number comes twice."""
        numbers = {entry.sequence for entry in self.entries}
        inside = all(self.first <= number <= self.last for number in numbers)
        return inside and self.first <= self.last and len(numbers) == len(self.entries)


def post_heartbeat(beat: Beat, asking: Caller, context: CurrentContext) -> Response:
    """Store a heartbeat; answer with the versions of settings and program, and a request."""
    if len(asking.body) > LONGEST_HEARTBEAT:
        return HEARTBEAT_TOO_LARGE.response()
    marked = marked_by(beat, asking)
    if marked is None:
        return MALFORMED.response()
    look = context.store.fleet.beat(marked, context.policy.alarms)
    return beat_answer(beat, asking, context, look)


def marked_by(beat: Beat, asking: AuthenticatedRequest) -> AuthenticatedRequest | None:
    """Return the request with the audit head that its heartbeat names; None for a malformed one."""
    marks = read_marks({AUDIT: beat.audit})
    return None if marks is None else replace(asking, marks=marks)


def beat_answer(
    beat: Beat, asking: AuthenticatedRequest, context: AppContext, look: BeatLook
) -> Response:
    """Return the answer to a heartbeat that is stored; `look` is what was known before."""
    pending = look.pending
    if (result := beat.request) is not None:
        requests = context.store.terminal_requests
        requests.note_result(asking.terminal, result.number, result.outcome, asking.said_at)
        pending = requests.next_for(asking.terminal, asking.said_at)
    said = {"version": 1, "at": asking.said_at, "configuration": context.configuration.version()}
    if release := context.releases.wanted_by(look.ring, asking.terminal):
        said["release"] = release
    if look.backed_up_until:
        said["backed_up_until"] = look.backed_up_until
    if pending is not None:
        said["request"] = context.sign_request(asking.terminal, pending)
    return json_of(canonical(said))


def put_readiness(sheet: SheetSaid, asking: Caller, context: CurrentContext) -> Response:
    """Keep the sheet as the newest one of the terminal."""
    if len(asking.body) > LONGEST_SHEET:
        return SHEET_TOO_LARGE.response()
    requests = context.store.terminal_requests
    requests.keep_sheet(asking.terminal, asking.said_at, sheet.model_dump_json())
    return json_of(canonical({"version": 1, "lines": len(sheet.lines)}))


def post_reconciliation(said: Range, asking: Caller, context: CurrentContext) -> Response:
    """Answer with the differences between what a terminal believes and what arrived.

    `said` is a range of sequence numbers with the entries that the terminal sent.
    """
    if not said.sound():
        return MALFORMED.response()
    entries = [ReportedEntry(one.sequence, one.path, one.digest) for one in said.entries]
    found = context.store.fleet.reconcile(asking, said.first, said.last, entries)
    return json_of(canonical({"version": 1} | asdict(found)))


def get_configuration(
    path: str, request: Request, _asking: Caller, context: CurrentContext
) -> Response:
    """Answer with one file of the signed configuration, at the path below its folder."""
    found = context.configuration.read(path)
    if found is None:
        return unknown("file").response()
    return tagged(request, found, "application/octet-stream")


ROUTES = (
    ApiCall("POST", "/v1/heartbeat", post_heartbeat, (200, 413, 422)),
    ApiCall("PUT", "/v1/readiness", put_readiness, (200, 413, 422)),
    ApiCall("POST", "/v1/reconciliation", post_reconciliation, (200, 413, 422)),
    ApiCall("GET", "/v1/configuration/{path:path}", get_configuration, (200, 304, 404, 422)),
)
