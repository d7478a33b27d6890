"""What is kept of each form of an application, to check one that somebody holds: no fact of it."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.application.forms.check_code import check_code, check_secret
from kiosk.crypto.envelope import canonical, digest

_NAME = re.compile(r"[A-Za-z0-9]{1,16}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_FORMS = 40
CODE_PATH = "/c/"
"""Path of the page that checks a code, which follows it."""


@dataclass(frozen=True)
class FormRecord:
    """What the signature says of one form.

    - `form`: "merged", "commitment", "authority", or the code of a service.
    - `mark`: the keyed hash of its check code; `signed_on`: the day, ISO 8601.
    - `template`, `data`: digests that were signed.
    - `attached`: digest of the data to attach, as they were signed: the application, or a view.
    """

    application_id: str
    form: str
    mark: str = field(repr=False)
    signed_on: str
    template: str
    data: str
    attached: str


@dataclass(frozen=True)
class IssuedForm:
    """A form as PDF that was handed out: length and digest without its seal, and when.

    `template`, `data`, `attached`: digests of what it was made from and of what is attached to it;
    they differ from those of the record when the terminal had forms of another version.
    """

    digest: str
    length: int
    template: str
    data: str
    attached: str
    at: str


def check_key(person_key: bytes) -> bytes:
    """Return the key of the hashes of check codes; nothing else of the service derives from it."""
    return hmac.digest(person_key, b"form-check-key", hashlib.sha256)


def code_mark(key: bytes, code: str) -> str:
    """Return the keyed hash under which a check code is found."""
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def form_records(document: Mapping[str, Any], key: bytes) -> tuple[FormRecord, ...]:
    """Return the record of each form that a signed application names; `key`: `check_key`.

    What is not said as it should be has no record.
    """
    match document:
        case {
            "id": str(application_id),
            "confirmed_at": str(at),
            "forms": {"digests": dict(digests)},
            "views": dict(views),
        } if len(digests) <= _MOST_FORMS:
            content = canonical(document)
            whole, secret = digest(content), check_secret(content)
            return tuple(
                FormRecord(
                    application_id,
                    name,
                    code_mark(key, check_code(secret, name)),
                    at[:10],
                    template,
                    data,
                    attached if isinstance(attached := views.get(name, whole), str) else "",
                )
                for name, template, data in _well_formed(digests)
            )
    return ()


def _well_formed(digests: Mapping[Any, Any]) -> Iterator[tuple[str, str, str]]:
    for name, one in digests.items():
        match one:
            case {"template": str(template), "data": str(data)}:
                if _NAME.fullmatch(name) and all(map(_DIGEST.fullmatch, (template, data))):
                    yield name, template, data
