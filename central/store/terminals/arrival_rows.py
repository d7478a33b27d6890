"""Sequence number and audit head of a request as rows of a batch.

What a terminal sends is nearly always new: one statement stores it. Whatever is not, an older head
or a number that came before, is compared afterwards by `central.store.terminals.arrivals.note`,
which knows all cases and raises the alarms.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from central.store.row_batch import DO_NOTHING, RowsInsert
from central.store.tables import ArrivalRow, AuditHeadRow, Base, WitnessRow
from kiosk.audit.audit import NO_DIGEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from central.authenticated_request import AuthenticatedRequest
    from central.store.row_batch import RowBatch

_ARRIVAL = RowsInsert(ArrivalRow, DO_NOTHING)
# Only forward: what else it may be is told apart by who has locked the row.
_WITNESS = RowsInsert(
    WitnessRow,
    "ON CONFLICT (terminal) DO UPDATE"
    " SET sequence = excluded.sequence, head = excluded.head, at = excluded.at"
    " WHERE witness.sequence < excluded.sequence"
    " OR (witness.sequence = excluded.sequence AND witness.head = excluded.head)",
)
# A database that was put back to a state that was seen names a head again that had ended.
_HEAD = RowsInsert(
    AuditHeadRow,
    "ON CONFLICT (terminal, sequence, head) DO UPDATE SET ended_at = ''",
    after=WitnessRow,
    by="terminal",
)


def put_arrival(
    batch: RowBatch, asking: AuthenticatedRequest, after: type[Base] | None = None
) -> None:
    """Add the rows of the request's sequence number and audit head, as far as it has them.

    `after`: the table of the batch without whose row none of them is written.
    """
    marks, terminal, at = asking.marks, asking.terminal, asking.said_at
    if marks.sequence is not None:
        said = {"terminal": terminal, "sequence": marks.sequence, "path": asking.path}
        batch.put(replace(_ARRIVAL, after=after), [said | {"digest": asking.digest, "at": at}])
    if marks.witness is not None:
        named = {"terminal": terminal, "sequence": marks.witness.sequence}
        head = named | {"head": marks.witness.head, "at": at}
        unproved = {"proved_sequence": 0, "proved_head": NO_DIGEST}
        batch.put(replace(_WITNESS, after=after), [head | unproved])
        batch.put(_HEAD, [head])


def is_all_new(asked: Sequence[AuthenticatedRequest], written: Mapping[type[Base], int]) -> bool:
    """Tell whether the batch stored all of `put_arrival`; otherwise `note` has to compare them.

    `asked`: the requests of the batch, `written`: what it counted.
    """
    arrivals = sum(one.marks.sequence is not None for one in asked)
    heads = sum(one.marks.witness is not None for one in asked)
    return (written.get(ArrivalRow, 0), written.get(WitnessRow, 0)) == (arrivals, heads)
