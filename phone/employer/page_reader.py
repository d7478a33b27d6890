"""Makes pictures of uploaded files, each in a process of its own; nothing gets onto the disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from central.seal.form_reader import run_apart
from central.seal.values import FileTrouble
from kiosk.json_decoder import decode_object
from kiosk.units import MIB
from phone.employer.page_values import HEAD_BYTES, PDF_HEAD, PageTrouble

if TYPE_CHECKING:
    from central.seal.check_policy import CheckPolicy
    from phone.employer.page_values import PageLimits

MODULE = "phone.employer.page_process"
LONGEST_ANSWER = 64 * MIB
JPEG = b"\xff\xd8\xff"
HEADS = (JPEG, b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True)
class PageReader:
    """Reads files by a process each, at most `policy.at_once` of them."""

    policy: CheckPolicy
    limits: PageLimits
    _slots: BoundedSemaphore = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_slots", BoundedSemaphore(self.policy.at_once))

    def read(self, content: bytes) -> tuple[bytes, ...] | PageTrouble:
        """Return the pages of a file as JPEG, or why it is not taken."""
        if not content:
            return PageTrouble.EMPTY
        if len(content) > self.policy.longest_bytes:
            return PageTrouble.LARGE
        if not content.startswith(HEADS) and PDF_HEAD not in content[:HEAD_BYTES]:
            return PageTrouble.KIND
        if not self._slots.acquire(timeout=self.policy.seconds):
            return PageTrouble.BUSY
        try:
            asked = asdict(self.limits)
            told = run_apart(MODULE, asked, content, self.policy, LONGEST_ANSWER)
        finally:
            self._slots.release()
        return PageTrouble.SLOW if isinstance(told, FileTrouble) else _answer_of(told)


def _answer_of(told: bytes) -> tuple[bytes, ...] | PageTrouble:
    """Return the process's answer; a file that took it over may answer anything."""
    head, _, rest = told.partition(b"\n")
    match decode_object(head) or {}:
        case {"trouble": str(trouble)} if trouble in set(PageTrouble):
            return PageTrouble(trouble)
        case {"trouble": "", "lengths": [*lengths]} if lengths:
            pages = _cut(rest, lengths)
            if pages and all(one.startswith(JPEG) for one in pages):
                return pages
    return PageTrouble.DAMAGED


def _cut(rest: bytes, lengths: list[object]) -> tuple[bytes, ...]:
    """Return the pictures that stand one after the other; () where the lengths do not fit."""
    pages: list[bytes] = []
    for one in lengths:
        if type(one) is not int or one <= 0:
            return ()
        pages.append(rest[:one])
        rest = rest[one:]
    return tuple(pages) if not rest and len(pages[-1]) == lengths[-1] else ()
