"""One file that a browser posts (multipart/form-data, RFC 7578), kept in memory alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

MEDIA_TYPE = "multipart/form-data"
FILE_FIELD, FILES_FIELD = "file", "files"
MOST_AROUND = 8 * 1024  # bytes: the other fields, boundaries and headers
_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70}?)"?\s*$')  # RFC 2046 §5.1.1
_NAME = re.compile(rb'(?im)^content-disposition:\s*form-data\s*;\s*name="([^"]*)"')
_FILE_NAME = re.compile(rb'(?i);\s*filename="([^"\r\n]*)"')
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class PostedFile:
    """A file among several; `name` as the browser says it, for messages alone."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Upload:
    """The fields of a posted form and its file; `file` is None when none was chosen.

    413 stands in the file's place when it is too large: no more of it was read. `files` are those
    of the field FILES_FIELD, of which there may be several.
    """

    form: Mapping[str, str]
    file: bytes | HTTPStatus | None = field(default=None, repr=False)
    files: tuple[PostedFile, ...] = ()


async def read_upload(request: Request, longest: int) -> Upload | HTTPStatus:
    """Return what was posted, or the status that refuses it; the file may have `longest` bytes.

    415 for another media type and 400 for what is no such form, or names a field twice.
    """
    kind, _, rest = request.headers.get("content-type", "").partition(";")
    found = _BOUNDARY.search(rest)
    if kind.strip().lower() != MEDIA_TYPE or found is None:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    too_large = Upload({}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > longest + MOST_AROUND:
        return too_large
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > longest + MOST_AROUND:
            return too_large
    return _parse(bytes(body), b"\r\n--" + found[1].encode())


def _parse(body: bytes, boundary: bytes) -> Upload | HTTPStatus:
    first, *parts = (b"\r\n" + body).split(boundary)
    if first or not parts or not parts.pop().startswith(b"--"):
        return HTTPStatus.BAD_REQUEST
    form: dict[str, str] = {}
    file: bytes | None = None
    files: list[PostedFile] = []
    for part in parts:
        head, end, content = part.partition(_END)
        named = _NAME.search(head)
        if named is None or not end:
            return HTTPStatus.BAD_REQUEST
        name = named[1].decode("ascii", "replace")
        if name in form or (name == FILE_FIELD and file is not None):
            return HTTPStatus.BAD_REQUEST
        if name == FILES_FIELD:
            files += _named_file(head, content)
        elif name == FILE_FIELD:
            file = content
        else:
            form[name] = content.decode("utf-8", "replace")
    return Upload(form, file or None, tuple(files))


def _named_file(head: bytes, content: bytes) -> tuple[PostedFile, ...]:
    """Return the file of a part; a browser sends an empty one where none was chosen."""
    said = _FILE_NAME.search(head)
    name = said[1].decode("utf-8", "replace") if said else ""
    return (PostedFile(name, content),) if name or content else ()
