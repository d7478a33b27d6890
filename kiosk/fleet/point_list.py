"""The list of all service points: signed by the central service, kept by each terminal.

A terminal verifies its copy at each start, so it needs no network to know where it stands. Kept
beside the list are the announcements that lead from the pinned receipt key to the one that signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.atomic_file import write_atomically
from kiosk.crypto.envelope import object_of
from kiosk.crypto.receipt import ReceiptKey, SigningKey, Trust, sign_document, verify_document
from kiosk.crypto.rotation import follow
from kiosk.retirement.points import PointKind, ServicePoint

VERSION = 1
KIND = "service-points"
FILE = "service_points.json"


@dataclass(frozen=True)
class PointList:
    """Every service point by its code; a list with a later `issued_at` replaces an earlier one."""

    issued_at: datetime
    points: Mapping[str, ServicePoint]

    def document(self) -> dict[str, Any]:
        """Return the members that are signed, without the signing key's id."""
        rows = [[one.code, one.name, one.kind.value, one.division] for one in self.points.values()]
        return {
            "version": VERSION,
            "kind": KIND,
            "issued_at": self.issued_at.isoformat(timespec="seconds"),
            "points": rows,
            **self._details(),
        }

    def _details(self) -> dict[str, Any]:
        """Return hours, telephone and staff as members of their own, which older programs skip.

        A line of hours that many points share is written once.
        """
        known = [one for one in self.points.values() if one.hours or one.phone or one.staff]
        if not known:
            return {}
        hours = sorted({one.hours for one in known})
        places = {words: place for place, words in enumerate(hours)}
        details = {
            one.code: [places[one.hours], one.phone, one.staff, one.is_invented] for one in known
        }
        return {"hours": hours, "details": details}


def parse_point_list(document: Mapping[str, Any]) -> PointList | None:
    """Return the list of `PointList.document`; None when it is not one."""
    if (document.get("version"), document.get("kind")) != (VERSION, KIND):
        return None
    try:
        issued_at = datetime.fromisoformat(document["issued_at"])
        rows = [(code, name, PointKind(kind), at) for code, name, kind, at in document["points"]]
        details = dict(_details_in(document))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    if issued_at.tzinfo is None:
        return None
    points = (replace(ServicePoint(*row), **details.get(row[0], {})) for row in rows)
    return PointList(issued_at, {one.code: one for one in points})


def _details_in(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the code of each point that has details, and these by the name of their field."""
    hours = document.get("hours", [])
    for code, (place, phone, staff, is_invented) in document.get("details", {}).items():
        said = {"hours": str(hours[place]), "phone": str(phone)}
        yield code, said | {"staff": int(staff), "is_invented": bool(is_invented)}


def sign_point_list(points: PointList, key: SigningKey) -> bytes:
    """Return canonical JSON: the list, the key's id and its signature."""
    return sign_document({**points.document(), "key_id": key.receipt_key.id}, key)


def read_point_list(body: bytes, trust: Trust) -> PointList | None:
    """Return the list when a trusted key signed it, otherwise None."""
    document = verify_document(body, trust)
    return None if document is None else parse_point_list(document)


@dataclass(frozen=True)
class _PointKeys:
    """The pinned receipt key and those that it announced."""

    keys: Sequence[ReceiptKey]

    def named(self, name: str) -> ReceiptKey | None:
        return next((key for key in self.keys if key.id == name), None)


@dataclass(frozen=True)
class KeptPoints:
    """The terminal's copy of the list; `pinned` is the receipt key told at enrolment."""

    path: Path
    pinned: ReceiptKey

    def read(self) -> PointList | None:
        """Return the list, verified again; None without one that a trusted key signed."""
        body, rotations = self._parts()
        announced = [one.receipt for one in follow(self.pinned, rotations)]
        return read_point_list(body, _PointKeys([self.pinned, *announced]))

    def body(self) -> bytes:
        """Return the list as it was signed, b"" without one."""
        return self._parts()[0]

    def keep(self, body: bytes, rotations: Sequence[object]) -> None:
        """Replace the copy; durable when this returns. Raises OSError."""
        document = {"list": body.decode(), "rotations": list(rotations)}
        write_atomically(self.path, json.dumps(document).encode())

    def _parts(self) -> tuple[bytes, Sequence[object]]:
        try:
            document = object_of(self.path.read_bytes()) or {}
        except OSError:
            document = {}
        body, rotations = document.get("list"), document.get("rotations")
        text = body if isinstance(body, str) else ""
        return text.encode(), rotations if isinstance(rotations, list) else []
