"""The operator's list of all service points in the data folder, and its signed form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.atomic_file import write_atomically
from kiosk.crypto.envelope import canonical, object_of
from kiosk.fleet.point_list import PointList, parse_point_list, sign_point_list

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.crypto.receipt import SigningKey


@dataclass(frozen=True)
class PointRegister:
    """The list in the file `path`; read on each call, so that an import counts at once."""

    path: Path
    _signed: dict[str, tuple[bytes, bytes]] = field(default_factory=dict, repr=False)

    def read(self) -> PointList | None:
        """Return the list, None before one was imported."""
        return parse_point_list(object_of(self._content()) or {})

    def name_of(self, code: str) -> str:
        """Return the name of a service point, "" for one that is not on the list."""
        found = self.read()
        point = found.points.get(code) if found is not None else None
        return point.name if point is not None else ""

    def replace(self, points: PointList) -> None:
        """Replace the list; durable when this returns."""
        write_atomically(self.path, canonical(points.document()))

    def signed(self, key: SigningKey) -> bytes:
        """Return the signed list, b"" before one was imported.

        The same bytes while the list is the same.
        """
        content, name = self._content(), key.receipt_key.id
        before, made = self._signed.get(name, (b"", b""))
        if content == before:
            return made
        points = parse_point_list(object_of(content) or {})
        made = sign_point_list(points, key) if points is not None else b""
        self._signed[name] = content, made
        return made

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
