"""Values of reading a form: what a file names of itself, why it can't be read, its seal's worth.

The pages use them; what imports pyHanko stays in the process that reads a stranger's file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

SERVICE = "service"
WHOLE_FORMS = ("merged", "commitment", "authority")
KEYWORDS = re.compile(r"(merged|service|commitment|authority), ([0-9a-f]{64}), ([0-9a-f]{64})")
ID = re.compile(r"[0-9a-f-]{36}")
CODE = re.compile(r"[A-Z0-9]{1,16}")


class SealState(StrEnum):
    """What a file's seal is worth."""

    HOLDS = "holds"
    BROKEN = "broken"  # what was sealed was changed, or something was added after it
    STRANGE = "strange"  # somebody else's, or no certificate of the authority counts
    ABSENT = "absent"


class FileTrouble(StrEnum):
    """Why nothing can be told of a file; the value names its words."""

    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    FOREIGN = "foreign"  # a PDF, but no form of this service
    TOO_SLOW = "too_slow"
    BUSY = "busy"


class PhotoTrouble(StrEnum):
    """Why no form is found by a photograph; the value names its words, after `photo_`."""

    NOT_PICTURE = "not_picture"
    TOO_LARGE = "too_large"
    PIXELS = "pixels"
    DAMAGED = "damaged"
    NO_CODE = "no_code"
    SEVERAL = "several"  # codes: which one is meant?
    OTHER_CODE = "other_code"  # of something else
    TOO_SLOW = "too_slow"
    BUSY = "busy"


@dataclass(frozen=True)
class FormFile:
    """What a file names of itself; nothing of it is true because it stands there.

    `template`, `data`: the digests in its metadata; `attached`: the digest of what is attached.
    `seal` is None where no certificate is there to check it by.
    """

    application_id: str
    form: str
    template: str
    data: str
    attached: str
    seal: SealState | None
