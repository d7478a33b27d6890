"""Tables as CSV for a spreadsheet program."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\ufeff"  # without it WPS and Excel read UTF-8 as GBK


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as a file that the browser keeps as `name`.

    `head` are the titles of the columns, `rows` the lines. A text that a spreadsheet would take for
    a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(one) for one in row] for row in rows)
    kept = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = (_MARK + out.getvalue()).encode()
    return Response(content, headers=kept, media_type="text/csv; charset=utf-8")


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
