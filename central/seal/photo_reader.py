"""Looks for the code of a form on a photograph, in a process of its own; nothing is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from central.seal.form_reader import read_apart
from central.seal.form_records import CODE_PATH
from central.seal.values import FileTrouble, PhotoTrouble
from kiosk.application.forms.check_code import typed_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from central.seal.check_policy import CheckPolicy, PhotoPolicy

MODULE = "central.seal.code_process"
HEADS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
ADDRESS = re.compile(rf"https?://[^/?#\s]+{CODE_PATH}([0-9A-Za-z-]{{20,23}})")


@dataclass(frozen=True)
class PhotoReader:
    """Reads photographs by a process each, at most `check.at_once` of them."""

    check: CheckPolicy
    photo: PhotoPolicy
    _slots: BoundedSemaphore = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_slots", BoundedSemaphore(self.check.at_once))

    def read(self, content: bytes) -> str | PhotoTrouble:
        """Return the check code of the one form whose code is on the photograph, or why none."""
        if len(content) > self.photo.longest_bytes:
            return PhotoTrouble.TOO_LARGE
        if not content.startswith(HEADS):
            return PhotoTrouble.NOT_PICTURE
        if not self._slots.acquire(blocking=False):
            return PhotoTrouble.BUSY
        try:
            limits = replace(self.check, longest_bytes=self.photo.longest_bytes)
            asked = {"most_pixels": self.photo.most_pixels}
            told = read_apart(MODULE, asked, content, limits)
        finally:
            self._slots.release()
        return PhotoTrouble.TOO_SLOW if isinstance(told, FileTrouble) else _code_of(told)


def _code_of(told: Mapping[str, Any]) -> str | PhotoTrouble:
    """Return the code that the process found; a photograph that took it over may say anything."""
    match told:
        case {"trouble": str(trouble)} if trouble in set(PhotoTrouble):
            return PhotoTrouble(trouble)
        case {"texts": []}:
            return PhotoTrouble.NO_CODE
        case {"texts": [str(text)]}:
            found = ADDRESS.fullmatch(text)
            return (typed_code(found[1]) if found else "") or PhotoTrouble.OTHER_CODE
        case {"texts": [_, _, *_]}:
            return PhotoTrouble.SEVERAL
    return PhotoTrouble.DAMAGED
