"""The public pages: check a form by its code, or as a PDF that is only looked at in memory."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from central.seal.form_records import CODE_PATH
from central.seal.values import WHOLE_FORMS, FileTrouble, PhotoTrouble
from central.web.page_table import WebPage, see_other
from kiosk.application.forms.check_code import typed_code
from kiosk.units import MIB

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.seal.form_records import FormRecord
    from central.verification import FormFindings
    from central.web.page_table import PageRequest
    from central.web.web_context import WebContext

CHECK_PATH, FILE_PATH, PHOTO_PATH = "/check", "/check/file", "/check/photo"
SERVICE = "service"
STATUS = {
    FileTrouble.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FileTrouble.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    PhotoTrouble.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PhotoTrouble.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
}


def show_check(asking: PageRequest) -> Response:
    """Return the page to check a form; a typed code leads to its own page."""
    typed = asking.query.get("code", "")
    code = typed_code(typed)
    if typed and not code:
        return _trouble(asking, "code", HTTPStatus.UNPROCESSABLE_ENTITY)
    return see_other(CODE_PATH + code) if code else _page(asking)


def show_code(asking: PageRequest) -> Response:
    """Return whether there is a form with this code: of what kind, and signed on which day."""
    checks = asking.context.checks
    if seconds := checks.wait(asking.source, asking.context.now()):
        return _too_often(asking, seconds)
    return _told_of(asking, typed_code(asking.path["code"]))


def _told_of(asking: PageRequest, code: str) -> Response:
    """Return what is told of a form by its check `code`, "" for what can't be one."""
    checks = asking.context.checks
    if not checks.key:
        return _trouble(asking, "closed", HTTPStatus.SERVICE_UNAVAILABLE)
    record = checks.find(code) if code else None
    if record is None:
        return _page(asking, HTTPStatus.NOT_FOUND, is_unknown=True)
    return _page(asking, record=record)


def take_file(asking: PageRequest) -> Response:
    """Return what holds of the form that was sent; it is in memory as long as this lasts."""
    checks, now = asking.context.checks, asking.context.now()
    if seconds := checks.wait(asking.source, now):
        return _too_often(asking, seconds)
    if asking.file is None:
        return _trouble(asking, "empty", HTTPStatus.UNPROCESSABLE_ENTITY)
    if isinstance(asking.file, HTTPStatus):
        return _trouble(asking, FileTrouble.TOO_LARGE, asking.file)
    found = checks.verification.verify(asking.file, now)
    if isinstance(found, FileTrouble):
        return _trouble(asking, found, STATUS.get(found, HTTPStatus.UNPROCESSABLE_ENTITY))
    return _page(asking, record=found.record, findings=found)


def take_photo(asking: PageRequest) -> Response:
    """Return what the code on a photograph tells, as `show_code`; nothing of it is kept."""
    checks = asking.context.checks
    if seconds := checks.wait(asking.source, asking.context.now()):
        return _too_often(asking, seconds)
    if asking.file is None:
        return _trouble(asking, "photo_empty", HTTPStatus.UNPROCESSABLE_ENTITY)
    read = asking.file if isinstance(asking.file, HTTPStatus) else checks.photos.read(asking.file)
    if isinstance(read, HTTPStatus):
        return _trouble(asking, f"photo_{PhotoTrouble.TOO_LARGE.value}", read)
    if isinstance(read, PhotoTrouble):
        status = STATUS.get(read, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _trouble(asking, f"photo_{read.value}", status)
    return _told_of(asking, read)


def _too_often(asking: PageRequest, seconds: int) -> Response:
    answer = _trouble(asking, "wait", HTTPStatus.TOO_MANY_REQUESTS, seconds)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _trouble(asking: PageRequest, name: str, status: HTTPStatus, seconds: int = 0) -> Response:
    words: str = asking.context.renderer.texts["check"]["troubles"][name]
    sizes = {"size": _size(asking), "photo_size": _photo_size(asking)}
    return _page(asking, status, failure=words.format(**sizes, seconds=seconds))


def _page(
    asking: PageRequest,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    record: FormRecord | None = None,
    findings: FormFindings | None = None,
    failure: str = "",
    is_unknown: bool = False,
) -> Response:
    kind = record.form if record and record.form in WHOLE_FORMS else SERVICE
    return asking.page(
        "check.html",
        status,
        record=record,
        kind=kind,
        findings=findings,
        failure=failure,
        is_unknown=is_unknown,
        size=_size(asking),
        photo_size=_photo_size(asking),
    )


def _size(asking: PageRequest) -> int:
    return asking.context.policy.check.longest_bytes // MIB


def _photo_size(asking: PageRequest) -> int:
    return asking.context.policy.check_photo.longest_bytes // MIB


def _longest_photo(context: WebContext) -> int:
    return context.policy.check_photo.longest_bytes


def _longest_file(context: WebContext) -> int:
    return context.policy.check.longest_bytes


PAGES = (
    WebPage("GET", CHECK_PATH, show_check, None),
    WebPage("GET", CODE_PATH + "{code}", show_code, None),
    WebPage("POST", FILE_PATH, take_file, None, longest_file=_longest_file),
    WebPage("POST", PHOTO_PATH, take_photo, None, longest_file=_longest_photo),
)
