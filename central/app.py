"""Which call does what? The HTTP side of central/openapi.yaml."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

from central.body_limit import BodyLimit
from central.office import Office
from central.problems import (
    MEDIA_TYPE,
    UNAUTHORISED,
    WRONG_MEDIA_TYPE,
    Problem,
    conflict,
    not_processable,
    unknown,
)
from central.store.cases import Accepted, OtherDigest
from kiosk.filing import envelope
from kiosk.filing.envelope import canonical
from kiosk.people import id_number

Token = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]
Stage = Annotated[str, Path(pattern="^[a-z_]{1,32}$")]
Reason = Annotated[str, Field(max_length=200)]


class Person(BaseModel):
    """Whom a terminal asks for."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id_number: str = Field(min_length=1, max_length=18)


class Grade(BaseModel):
    """One rating: 5 is best."""

    model_config = ConfigDict(extra="forbid", strict=True)
    grade: int = Field(ge=1, le=5)
    reasons: list[Reason] = Field(default_factory=list, max_length=20)


def office(request: Request) -> Office:
    """Return what the application was built with."""
    found: Office = request.app.state.office
    return found


Here = Annotated[Office, Depends(office)]


def terminal(token: Token, here: Here) -> str:
    """Return the terminal that asks; 401 for all others."""
    known = here.vault.terminal(token.credentials) if token else None
    if known is None:
        raise HTTPException(HTTPStatus.UNAUTHORIZED)
    return known


Terminal = Annotated[str, Depends(terminal)]


async def whole_body(request: Request) -> bytes:
    """Return the body; BodyLimit has bounded it."""
    return await request.body()


def put_application(
    application_id: UUID,
    request: Request,
    asking: Terminal,
    here: Here,
    body: Annotated[bytes, Depends(whole_body)],
) -> Response:
    """Hand in one sealed application."""
    if request.headers.get("content-type") != envelope.MEDIA_TYPE:
        return WRONG_MEDIA_TYPE.response()
    intake = here.examiner.examine(body, str(application_id), asking)
    if isinstance(intake, Problem):
        return intake.response()
    found = here.store.cases.accept(intake, here.promise(intake.envelope))
    if isinstance(found, Accepted):
        return _json(found.receipt, HTTPStatus.CREATED if found.new else HTTPStatus.OK)
    if isinstance(found, OtherDigest):
        return conflict("other-digest", "This id came with another content.").response()
    more = {"application_id": found.application_id, "case_number": found.case_number}
    return conflict("open-case", "A case is under way.", **more).response()


def get_progress(application_id: UUID, _asking: Terminal, here: Here) -> Response:
    """Tell how far each service is."""
    found = here.store.cases.progress(str(application_id))
    return _json(canonical(found)) if found else unknown("application").response()


def post_facts(person: Person, _asking: Terminal, here: Here) -> Response:
    """Tell what the offices know of this person."""
    number = id_number.normalise(person.id_number)
    open_case = here.store.cases.open_case(here.examiner.person(number))
    found = here.people.facts_of(number, open_case)
    return _json(canonical(found)) if found else unknown("person").response()


def post_portrait(person: Person, _asking: Terminal, here: Here) -> Response:
    """Return the person's official portrait."""
    found = here.people.portrait_of(id_number.normalise(person.id_number))
    return Response(found, media_type="image/jpeg") if found else unknown("portrait").response()


def put_rating(
    application_id: UUID, stage: Stage, rating: Grade, _asking: Terminal, here: Here
) -> Response:
    """Rate one stage of one application, once."""
    new = here.store.ratings.rate(str(application_id), stage, rating.grade, rating.reasons)
    if new is None:
        return conflict("already-rated", "This stage has another rating.").response()
    return _json(canonical(rating.model_dump()), HTTPStatus.CREATED if new else HTTPStatus.OK)


def get_keys(here: Here) -> Response:
    """Return the public keys."""
    return _json(canonical(here.vault.public()))


def healthz(here: Here) -> Response:
    """Tell that the service is up and its store readable."""
    here.store.database.ping()
    return _json(b'{"status":"ok"}')


_PROBLEM: dict[str, Any] = {"content": {MEDIA_TYPE: {}}}
_ROUTES: tuple[tuple[str, str, Callable[..., Response], tuple[int, ...]], ...] = (
    (
        "PUT",
        "/v1/applications/{application_id}",
        put_application,
        (200, 201, 401, 409, 413, 415, 422),
    ),
    ("GET", "/v1/applications/{application_id}/progress", get_progress, (200, 401, 404, 422)),
    ("POST", "/v1/people/facts", post_facts, (200, 401, 404, 413, 422)),
    ("POST", "/v1/people/portrait", post_portrait, (200, 401, 404, 413, 422)),
    (
        "PUT",
        "/v1/ratings/{application_id}/{stage}",
        put_rating,
        (200, 201, 401, 409, 413, 422),
    ),
    ("GET", "/v1/keys", get_keys, (200,)),
    ("GET", "/healthz", healthz, (200,)),
)


def build_app(here: Office) -> FastAPI:
    """Return the ASGI application."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.office = here
    app.add_middleware(BodyLimit)
    app.add_exception_handler(StarletteHTTPException, _plain_problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    for method, path, call, statuses in _ROUTES:
        app.add_api_route(path, call, methods=[method], responses=_documented(statuses))
    return app


def _documented(statuses: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            **(_PROBLEM if status >= HTTPStatus.BAD_REQUEST else {}),
        }
        for status in statuses
    }


def _json(body: bytes, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(body, status.value, media_type="application/json")


def _plain_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.UNAUTHORIZED:
        return UNAUTHORISED.response()
    return Problem(status, "about:blank", status.phrase).response()


def _invalid(_request: Request, _error: Exception) -> Response:
    # The values are not repeated: they may be a person's.
    return not_processable("malformed", "The request is not as openapi.yaml says.").response()
