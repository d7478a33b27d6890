"""Forms that a browser posts: application/x-www-form-urlencoded, with limits."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.requests import Request

Form = Mapping[str, str]
MEDIA_TYPE = "application/x-www-form-urlencoded"
LONGEST = 16 * 1024  # bytes
_MOST_FIELDS = 32


async def read_form(request: Request) -> Form | HTTPStatus:
    """Return the fields of the posted form, or the status that refuses it.

    415 for another media type, 413 for more than `LONGEST` bytes, of which no more are read, and
    400 for what is no form, is not UTF-8, or names a field twice.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MEDIA_TYPE:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _parse(bytes(body))


def _parse(body: bytes) -> Form | HTTPStatus:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # UnicodeDecodeError is one, too
        return HTTPStatus.BAD_REQUEST
    form = dict(pairs)
    return form if len(form) == len(pairs) else HTTPStatus.BAD_REQUEST
