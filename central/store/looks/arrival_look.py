"""One look at what arrived from a terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.store.database import CentralDatabase

_LOOK = """
    SELECT
        (SELECT {array}({object}(sequence, path, digest)) FROM arrival
            WHERE terminal = :terminal AND sequence BETWEEN :first AND :last) AS arrived,
        (SELECT max(sequence) FROM arrival WHERE terminal = :terminal) AS highest
"""
_POSTGRESQL = sa.text(_LOOK.format(array="json_agg", object="json_build_array"))
_SQLITE = sa.text(_LOOK.format(array="json_group_array", object="json_array"))


@dataclass(frozen=True)
class ArrivalLook:
    """Path and digest by sequence number, and the highest number of all; 0 for none."""

    arrived: Mapping[int, tuple[str, str]]
    highest: int


def look_at_arrivals(
    database: CentralDatabase, terminal: str, first: int, last: int
) -> ArrivalLook:
    """Return what came with the numbers `first` to `last` from the terminal."""
    asked = {"terminal": terminal, "first": first, "last": last}
    row = database.look(_SQLITE if database.embedded else _POSTGRESQL, asked)
    assert row is not None
    arrived = json.loads(row.arrived) if database.embedded else row.arrived or ()
    return ArrivalLook({one: (path, digest) for one, path, digest in arrived}, row.highest or 0)
