"""Second copies of what was confirmed, written beside the database and flushed with it.

They are a file of their own, so that no damage to the database or its log takes both. It is written
in place: a file that grows would make the file system flush its journal, too. `copy_format` defines
its bytes, `copy_repair` compares it with the database.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from kiosk.atomic_file import flush, make_file
from kiosk.crypto.sealing import NONCE_BYTES, TAG_BYTES, seal, unseal
from kiosk.failures import Failure
from kiosk.ports import DeviceKey
from kiosk.storage.copies.copy_format import (
    BLOCK,
    PAPER,
    PERSONAL,
    SETTLED,
    SETTLED_AT,
    Cipher,
    CopyRecord,
    CopyScan,
    CopyState,
    FoundCopy,
    Plain,
    encode_ended,
    encode_record,
    encode_start,
    scan_copies,
    size_of,
)
from kiosk.storage.database import StoreError
from kiosk.units import MIB

SUFFIX = ".copies"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
GROWTH = MIB
PURPOSE = "confirmed copies"


@dataclass(frozen=True)
class DeviceCipher:
    """Sealing with a key that only this machine can derive; `random` returns that many bytes."""

    key: DeviceKey
    overhead: ClassVar[int] = NONCE_BYTES + TAG_BYTES
    random: Callable[[int], bytes] = os.urandom

    def seal(self, plain: bytes, name: bytes) -> bytes:
        """Return the bytes, sealed and bound to `name`."""
        return seal(self.key.derive(PURPOSE), plain, name, self.random)

    def open(self, sealed: bytes, name: bytes) -> bytes | None:
        """Return what was sealed under `name`; None when it was not, or by another machine."""
        return unseal(self.key.derive(PURPOSE), sealed, name)


class Copying:
    """The copy of one confirmation, which may be tried twice; it does nothing without a file."""

    def __init__(self, copies: ConfirmedCopies | None) -> None:
        self._copies = copies
        self._pending: PendingCopy | None = None

    def start(self, sequence: int, last: int, about: Mapping[str, Any], body: bytes) -> None:
        """Begin to write the copy, in place of an earlier try.

        `sequence` is the record's number, `last` the last number it took, `about` its description
        (see `copy_format`), `body` what is to be sent. Raises StoreError when there is no room.
        """
        self.take_back()
        if self._copies is None:
            return
        try:
            self._pending = self._copies.start(sequence, last, about, body)
        except OSError as error:
            raise StoreError(trouble_of(error)) from error

    def settle(self) -> None:
        """Wait until the copy is flushed; one that failed is made anew by the next check."""
        if self._copies is not None and self._pending is not None:
            with suppress(OSError):
                self._copies.settle(self._pending)

    def take_back(self) -> None:
        """Erase the copy, because the database did not take the record."""
        if self._copies is not None and self._pending is not None:
            pending, self._pending = self._pending, None
            with suppress(OSError):
                self._copies.erase(pending)


def describe_paper(digest: str, application_id: str) -> dict[str, str]:
    """Return the description of a captured paper for its copy."""
    return {"id": digest, "kind": PAPER, "application_id": application_id}


def trouble_of(error: OSError) -> Failure:
    """Return the failure behind an error of the file: DISK_FULL or STORE_UNREADABLE."""
    return Failure.DISK_FULL if error.errno in NO_ROOM else Failure.STORE_UNREADABLE


@dataclass(frozen=True)
class PendingCopy:
    """A copy being written; `written` completes once it is flushed, or holds an OSError."""

    place: FoundCopy
    written: Future[None]


class ConfirmedCopies:
    """The file of second copies of one terminal; thread-safe.

    Creating one reads the file, or makes it; `was_made` tells that it was made. All methods raise
    OSError. Without `cipher` the copies are plain, as a plain database file is.
    """

    def __init__(self, path: Path, cipher: Cipher | None = None) -> None:
        self.path = path
        self.was_made = not path.exists() or path.stat().st_size == 0
        self._cipher = cipher or Plain()
        self._lock = threading.RLock()
        make_file(path)
        self._file = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="copies")
        self._places: dict[str, FoundCopy] = {}
        self._used: dict[int, int] = {}
        self._newest: FoundCopy | None = None
        self._serial = self._highest = 0
        try:
            if self.was_made:
                self._make()
            self._blank_ended(self.read())
        except OSError:
            self.close()
            raise

    def read(self) -> CopyScan:
        """Read the whole file, refresh what is known of it, and return what was found."""
        with self._lock:
            content = os.pread(self._file, os.fstat(self._file).st_size, 0)
            scan = scan_copies(content, self._cipher)
            self._highest = scan.highest or 0
            live = [one for one in scan.found if one.is_live]
            self._newest = max(scan.found, key=lambda one: one.last, default=None)
            self._places = {one.about["id"]: one for one in live if one.about is not None}
            self._used = {one.offset: one.size for one in (*live, self._newest) if one is not None}
            self._serial = max((one.serial for one in scan.found), default=0)
            return scan

    def start(self, sequence: int, last: int, about: Mapping[str, Any], body: bytes) -> PendingCopy:
        """Begin to write a copy on the writer's thread.

        `sequence`, `last`, `about` and `body` as in `Copying.start`. Raises OSError when there is
        no room for it.
        """
        with self._lock:
            self._serial += 1
            record = CopyRecord(CopyState.LIVE, sequence, last, self._serial, about, body)
            size = size_of(record, self._cipher)
            place = FoundCopy(
                self._reserve(size),
                size,
                CopyState.LIVE,
                settled=True,
                sequence=sequence,
                last=last,
                serial=self._serial,
                about=about,
                body=None,
            )
            return PendingCopy(place, self._writer.submit(self._write, place.offset, record))

    def settle(self, pending: PendingCopy) -> None:
        """Wait for a copy to be flushed, and note that the database has the record, too."""
        pending.written.result()
        place = pending.place
        with self._lock:
            # Not flushed: when that is lost, the record looks as if the database might lack it.
            os.pwrite(self._file, bytes([SETTLED]), place.offset + SETTLED_AT)
            self._places[str((place.about or {})["id"])] = place
            if self._newest is None or place.last >= self._newest.last:
                if self._newest is not None and not self._newest.is_live:
                    self._used.pop(self._newest.offset, None)
                self._newest = place

    def erase(self, pending: PendingCopy) -> None:
        """Erase a copy whose record was not stored."""
        with suppress(OSError):
            pending.written.result()
        self.clear(pending.place)

    def clear(self, place: FoundCopy) -> None:
        """Overwrite a record with zeros and free its place."""
        with self._lock:
            self._put(place.offset, bytes(place.size))
            self._used.pop(place.offset, None)

    def end(self, parcel_id: str) -> None:
        """Overwrite the body of a record that was delivered; its number stays known."""
        with self._lock:
            place = self._places.get(parcel_id)
            if place is None:
                return
            self._put(place.offset, encode_ended(place, self._cipher))
            del self._places[parcel_id]
            ended = replace(place, state=CopyState.ENDED)
            if self._newest is not None and self._newest.offset == place.offset:
                self._newest = ended
            else:
                self._used.pop(place.offset, None)

    def drop_papers(self, kept: Collection[str]) -> None:
        """Overwrite the copies of captured papers whose digest is not in `kept`."""
        with self._lock:
            for name, place in [*self._places.items()]:
                if (place.about or {}).get("kind") == PAPER and name not in kept:
                    del self._places[name]
                    self.clear(place)

    def record_highest(self, number: int) -> None:
        """Record in the first block the file's length and that numbers up to `number` are taken."""
        with self._lock:
            self._highest = max(self._highest, number)
            self._put(0, encode_start(self._highest, os.fstat(self._file).st_size))

    def close(self) -> None:
        """Wait for what is being written, then close the file."""
        self._writer.shutdown()
        os.close(self._file)

    def _write(self, offset: int, record: CopyRecord) -> None:
        self._put(offset, encode_record(record, self._cipher))

    def _blank_ended(self, scan: CopyScan) -> None:
        """Blank the personal texts that earlier versions left in ended records."""
        for one in scan.found:
            if not one.is_live and any((one.about or {}).get(name) for name in PERSONAL):
                self._put(one.offset, encode_ended(one, self._cipher))

    def _make(self) -> None:
        try:
            self._put(0, encode_start(0, BLOCK + GROWTH) + bytes(GROWTH))
        except OSError:
            os.ftruncate(self._file, 0)  # the next try begins anew
            raise
        flush(self.path.parent)

    def _reserve(self, size: int) -> int:
        """Return the offset of a free place of `size` bytes; the file grows if there is none."""
        end = BLOCK
        for offset in sorted(self._used):
            if offset - end >= size:
                break
            end = max(end, offset + self._used[offset])
        length = os.fstat(self._file).st_size
        if end + size > length:
            self._grow(length, end + size)
        self._used[end] = size
        return end

    def _grow(self, length: int, needed: int) -> None:
        """Extend the file by written zeros, so that a full disk shows now, not later."""
        more = max(GROWTH, needed - length)
        try:
            self._put(length, bytes(more))
        except OSError:
            os.ftruncate(self._file, length)
            raise
        self.record_highest(0)

    def _put(self, offset: int, content: bytes) -> None:
        view = memoryview(content)
        while view:
            written = os.pwrite(self._file, view, offset)
            view, offset = view[written:], offset + written
        os.fdatasync(self._file)
