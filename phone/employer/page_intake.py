"""Takes a company's pages: read apart, sealed at once, and sent as blobs before anything is said.

Nothing of a page stays here, neither on the disk nor in memory: only the central service's vault
opens what was sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from kiosk.application.scan import CapturedPaper
from kiosk.crypto.envelope import SealingKey, digest, seal
from kiosk.json_decoder import decode_object
from kiosk.storage.scans import CHUNK_BYTES, MEDIA_TYPE, PATH
from phone.employer.page_values import PageTrouble

if TYPE_CHECKING:
    from central.web.uploads import PostedFile
    from kiosk.ports import Central
    from phone.employer.page_reader import PageReader

KEPT = (HTTPStatus.OK, HTTPStatus.CREATED)


@dataclass(frozen=True)
class TakenPages:
    """The pages that the central service has, and name and trouble of each other file."""

    pages: tuple[CapturedPaper, ...] = ()
    wrong: tuple[tuple[str, PageTrouble], ...] = ()


@dataclass(frozen=True)
class PageIntake:
    """Reads, seals and sends pages; `sealing` returns the key to seal to, `draw_id` a new id."""

    central: Central
    reader: PageReader
    sealing: Callable[[], SealingKey]
    draw_id: Callable[[], str]
    most_files: int

    def take(self, files: tuple[PostedFile, ...]) -> TakenPages:
        """Return what became of the files; a page counts once all of its bytes arrived."""
        pages: list[CapturedPaper] = []
        wrong = [(one.name, PageTrouble.MANY) for one in files[self.most_files :]]
        is_reached = True
        for file in files[: self.most_files]:
            found = self._take_file(file.content) if is_reached else PageTrouble.UNREACHED
            if isinstance(found, PageTrouble):
                is_reached = is_reached and found is not PageTrouble.UNREACHED
                wrong.append((file.name, found))
            else:
                pages += found
        return TakenPages(tuple(pages), tuple(wrong))

    def _take_file(self, content: bytes) -> tuple[CapturedPaper, ...] | PageTrouble:
        pictures = self.reader.read(content)
        if isinstance(pictures, PageTrouble):
            return pictures
        sent = [self._seal_and_send(one) for one in pictures]
        pages = tuple(one for one in sent if one is not None)
        return pages if len(pages) == len(sent) else PageTrouble.UNREACHED

    def _seal_and_send(self, picture: bytes) -> CapturedPaper | None:
        """Return the page once it is at the central service; None where it did not arrive."""
        key, drawn = self.sealing(), self.draw_id()
        plain = digest(picture, key.suite)
        sealed = seal(picture, key, drawn, plain)
        page = CapturedPaper(plain, digest(sealed), len(sealed), drawn)
        return page if self._send(page.blob, sealed) else None

    def _send(self, blob: str, sealed: bytes) -> bool:
        is_whole = False
        for start in range(0, len(sealed), CHUNK_BYTES):
            path = f"{PATH}{blob}/chunks/{start // CHUNK_BYTES}?bytes={len(sealed)}"
            body = sealed[start : start + CHUNK_BYTES]
            answer = self.central.call("PUT", path, body, {"Content-Type": MEDIA_TYPE})
            if answer.trouble is not None or answer.status not in KEPT:
                return False
            is_whole = (decode_object(answer.body) or {}).get("complete") is True
        return is_whole
