"""Refusals of the HTTP API as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from kiosk.crypto import terminal_key

if TYPE_CHECKING:
    from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class HttpProblem:
    """One refusal; `type` is one of the types of openapi.yaml, `more` are further members."""

    status: HTTPStatus
    type: str
    title: str
    more: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        """Return the refusal as an HTTP response."""
        # Here, because the vault names problems and has no web framework.
        from starlette.responses import JSONResponse  # noqa: PLC0415

        words = {"type": self.type, "title": self.title, "status": self.status.value, **self.more}
        return JSONResponse(words, self.status.value, media_type=MEDIA_TYPE)


UNAUTHORISED = HttpProblem(HTTPStatus.UNAUTHORIZED, "unauthorised", "This terminal is not known.")
CLOCK_WRONG = HttpProblem(
    HTTPStatus.UNAUTHORIZED, terminal_key.CLOCK_WRONG, "The request is from another time."
)
REPLAYED = HttpProblem(HTTPStatus.TOO_EARLY, "replayed", "The very same request came before.")
REVOKED = HttpProblem(HTTPStatus.FORBIDDEN, "revoked", "This terminal was revoked.")
MALFORMED = HttpProblem(
    HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", "The request is not as openapi.yaml says."
)
BUSY = HttpProblem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Too many are asking at once.")
SLOW_DOWN = HttpProblem(HTTPStatus.TOO_MANY_REQUESTS, "slow-down", "You ask too much.")
VAULT_AWAY = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "vault-away", "What is sealed can't be opened now."
)
DATABASE_AWAY = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "database-away", "Nothing can be stored just now."
)
NO_KEY_MODULE = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "no-key-module", "Cards can't be answered here."
)
REGISTRY_DOWN = HttpProblem(
    HTTPStatus.SERVICE_UNAVAILABLE, "registry-down", "The registry can't be asked just now."
)
OTHER_POINT = HttpProblem(
    HTTPStatus.FORBIDDEN, "other-point", "The terminal stands at another service point."
)
KEY_TAKEN = HttpProblem(HTTPStatus.CONFLICT, "key-taken", "This key is another terminal's.")
CODE_SPENT = HttpProblem(HTTPStatus.GONE, "code-spent", "This is no code, or none any more.")
HEARTBEAT_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "A heartbeat is no longer than 1 KiB."
)
TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is longer than 320 KiB."
)
UNSIGNED_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "An unsigned body is longer than 4 KiB."
)
TIMED_OUT = HttpProblem(
    HTTPStatus.REQUEST_TIMEOUT, "timed-out", "The request did not come in time."
)
CHUNK_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "A chunk is no longer than 256 KiB."
)
SHEET_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "A readiness sheet has at most 64 KiB."
)
FRAME_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "A frame of a page has at most 4 KiB."
)
LOGS_TOO_LARGE = HttpProblem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "Logs come in pieces of 256 KiB."
)


def media_type(what: str) -> HttpProblem:
    """Return the problem of a body that is not `what`, by its Content-Type."""
    return HttpProblem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", f"This is not {what}.")


def told_to_wait(problem: HttpProblem, seconds: int) -> JSONResponse:
    """Return the problem as a response with Retry-After, in seconds."""
    answer = problem.response()
    answer.headers["Retry-After"] = str(seconds)
    return answer


def unknown(what: str) -> HttpProblem:
    """Return the problem that there is no such `what`."""
    return HttpProblem(HTTPStatus.NOT_FOUND, "unknown", f"There is no such {what}.")


def not_processable(kind: str, title: str) -> HttpProblem:
    """Return a problem (422) that sending the same again can't cure."""
    return HttpProblem(HTTPStatus.UNPROCESSABLE_ENTITY, kind, title)


def conflict(kind: str, title: str, **more: str) -> HttpProblem:
    """Return a problem (409) that something else is there already.

    `kind` is the type of the problem in openapi.yaml, `title` its sentence, `more` its further
    members.
    """
    return HttpProblem(HTTPStatus.CONFLICT, kind, title, more)


HELPER_LIMIT = not_processable(
    "helper-limit", "This helper vouched, or filed for absent people, too often on that day."
)
PROXY_LIMIT = not_processable("proxy-limit", "They file for too many people already.")
