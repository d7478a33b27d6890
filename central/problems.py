"""How does the service say no? Problem details of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi.responses import JSONResponse

from kiosk.crypto import terminal_key

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    """One refusal; `type` is one of the words of openapi.yaml."""

    status: HTTPStatus
    type: str
    title: str
    more: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        """Return the HTTP answer."""
        words = {"type": self.type, "title": self.title, "status": self.status.value, **self.more}
        return JSONResponse(words, self.status.value, media_type=MEDIA_TYPE)


UNAUTHORISED = Problem(HTTPStatus.UNAUTHORIZED, "unauthorised", "This terminal is not known.")
CLOCK_WRONG = Problem(
    HTTPStatus.UNAUTHORIZED, terminal_key.CLOCK_WRONG, "The request is from another time."
)
REPLAYED = Problem(HTTPStatus.TOO_EARLY, "replayed", "The very same request came before.")
REVOKED = Problem(HTTPStatus.FORBIDDEN, "revoked", "This terminal was revoked.")
MALFORMED = Problem(
    HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", "The request is not as openapi.yaml says."
)
BUSY = Problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Too many are asking at once.")
SLOW_DOWN = Problem(HTTPStatus.TOO_MANY_REQUESTS, "slow-down", "You ask too much.")
NO_KEY_MODULE = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE, "no-key-module", "Cards can't be answered here."
)
OTHER_POINT = Problem(
    HTTPStatus.FORBIDDEN, "other-point", "The terminal stands at another service point."
)
KEY_TAKEN = Problem(HTTPStatus.CONFLICT, "key-taken", "This key is another terminal's.")
CODE_SPENT = Problem(HTTPStatus.GONE, "code-spent", "This is no code, or none any more.")
HEARTBEAT_TOO_LARGE = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "A heartbeat is no longer than 1 KiB."
)
TOO_LARGE = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "The body is longer than 320 KiB."
)
UNSIGNED_TOO_LARGE = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "An unsigned body is longer than 4 KiB."
)
TIMED_OUT = Problem(HTTPStatus.REQUEST_TIMEOUT, "timed-out", "The request did not come in time.")
CHUNK_TOO_LARGE = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "A chunk is no longer than 256 KiB."
)
LOGS_TOO_LARGE = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "Logs come in pieces of 256 KiB."
)


def media_type(what: str) -> Problem:
    """Say that the body is of another kind."""
    return Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "media-type", f"This is not {what}.")


def told_to_wait(problem: Problem, seconds: int) -> JSONResponse:
    """Return the answer that says for how long to wait."""
    answer = problem.response()
    answer.headers["Retry-After"] = str(seconds)
    return answer


def unknown(what: str) -> Problem:
    """Say that there is no such thing."""
    return Problem(HTTPStatus.NOT_FOUND, "unknown", f"There is no such {what}.")


def not_processable(kind: str, title: str) -> Problem:
    """Say that sending it again cannot help."""
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, kind, title)


def conflict(kind: str, title: str, **more: str) -> Problem:
    """Say that something else is there already."""
    return Problem(HTTPStatus.CONFLICT, kind, title, more)


HELPER_LIMIT = not_processable(
    "helper-limit", "This helper vouched, or filed for absent people, too often on that day."
)
PROXY_LIMIT = not_processable("proxy-limit", "They file for too many people already.")
