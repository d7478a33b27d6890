"""The list of all service points in the database, its signed form, and its copy as a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from kiosk.atomic_file import write_atomically
from kiosk.crypto.envelope import canonical, object_of
from kiosk.fleet.point_list import PointList, parse_point_list, sign_point_list

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiosk.crypto.receipt import SigningKey
    from kiosk.retirement.points import ServicePoint


class PointStore(Protocol):
    """Where the list is kept (`central.store.service_points`)."""

    def newest(self) -> tuple[int, str]:
        """Return number and time (ISO 8601) of the newest change; (0, "") before any."""

    def all(self) -> Mapping[str, ServicePoint]:
        """Return all points by code."""

    def replace(self, points: Mapping[str, ServicePoint], at: datetime) -> object:
        """Replace the list by `points` at the time `at`."""


@dataclass
class PointRegister:
    """The list of `store`; each call sees what the newest change left.

    `path`: a copy for the commands that open no database. It was the list itself before version
    0.4, so where the database has none it is taken over.
    """

    path: Path
    store: PointStore
    _read: tuple[int, PointList | None] = field(default=(0, None), repr=False)
    _signed: dict[str, tuple[PointList, bytes]] = field(default_factory=dict, repr=False)

    def read(self) -> PointList | None:
        """Return the list, None before one was imported."""
        number, at = self.store.newest()
        if not number:
            return self._taken_over()
        known, found = self._read
        if number != known or found is None:
            found = PointList(datetime.fromisoformat(at), self.store.all())
            self._read = number, found
            self._copy(found)
        return found

    def name_of(self, code: str) -> str:
        """Return the name of a service point, "" for one that is not on the list."""
        found = self.read()
        point = found.points.get(code) if found is not None else None
        return point.name if point is not None else ""

    def replace(self, points: PointList) -> None:
        """Replace the list by the operator's; durable when this returns."""
        self.store.replace(points.points, points.issued_at)
        self.read()

    def signed(self, key: SigningKey) -> bytes:
        """Return the signed list, b"" before one was imported.

        The same bytes while the list is the same.
        """
        found, name = self.read(), key.receipt_key.id
        if found is None:
            return b""
        before, made = self._signed.get(name, (None, b""))
        if found is not before:
            made = sign_point_list(found, key)
            self._signed[name] = found, made
        return made

    def _taken_over(self) -> PointList | None:
        kept = read_copy(self.path)
        if kept is None:
            return None
        self.store.replace(kept.points, kept.issued_at)
        return self.read()

    def _copy(self, found: PointList) -> None:
        if read_copy(self.path) != found:
            write_atomically(self.path, canonical(found.document()))


def read_copy(path: Path) -> PointList | None:
    """Return the list in the copy at `path`, None where there is none."""
    try:
        return parse_point_list(object_of(path.read_bytes()) or {})
    except FileNotFoundError:
        return None
