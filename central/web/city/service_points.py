"""The list of service points: read, brought in as CSV, changed one by one, with who and when."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.web.city.helpers import SUPERVISOR
from central.web.csv_table import csv_answer
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind
from kiosk.config.schema import ConfigError
from kiosk.retirement.points import (
    COLUMNS,
    LONGEST_HOURS,
    LONGEST_NAME,
    MORE_COLUMNS,
    MOST_STAFF,
    NO,
    YES,
    PointKind,
    parse_points,
    point_fault,
    point_of,
)
from kiosk.units import MIB

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest
    from central.web.web_context import WebContext
    from kiosk.retirement.points import ServicePoint

PATH = "/service-points"
LONGEST_FILE = MIB
_ROWS, _CHANGES, _FAULTS = 100, 20, 20
_ENCODINGS = ("utf-8-sig", "gb18030")  # WPS and Excel save a CSV in Chinese as GBK


def show_points_list(asking: PageRequest) -> Response:
    """Return the list; `find` keeps the points whose code, name or place has these letters."""
    return _list(asking)


def export_points(asking: PageRequest) -> Response:
    """Return the list as CSV, in the form in which it is brought in."""
    asking.context.events.record(asking.event(WebEventKind.EXPORTED, "service points"))
    rows = [_values(one) for one in asking.context.points_book.points().values()]
    columns = COLUMNS + MORE_COLUMNS
    lines = [[row[name] for name in columns] for row in rows]
    return csv_answer("service-points.csv", columns, lines)


def import_points(asking: PageRequest) -> Response:
    """Replace the list by a CSV; a wrong line, or a terminal without its point, changes nothing."""
    context, file = asking.context, asking.file
    if isinstance(file, HTTPStatus):
        return _list(asking, ["large"], file)
    text = _decoded(file or b"")
    if not text:
        return _list(asking, ["unreadable" if file else "no_file"])
    try:
        points = parse_points(text, "", context.public.divisions)
    except ConfigError as error:
        wrong = [_words_of(one.line, one.key, one.expected) for one in error.problems]
        return _list(asking, rows=wrong)
    placed = {one.terminal: one.point for one in context.fleet.desk.terminals()}
    lost = [terminal for terminal, point in placed.items() if point and point not in points]
    if lost or not points:
        return _list(asking, ["lost" if points else "none"], rows=lost if points else None)
    event = asking.event(WebEventKind.POINTS, f"list of {len(points)}")
    found = context.points_book.store.replace(points, context.now(), event)
    context.points_book.forget()
    return see_other(f"{PATH}?added={found.added}&changed={found.changed}&removed={found.removed}")


def show_point(asking: PageRequest) -> Response:
    """Return one point with its form and its history."""
    found = _found(asking)
    return _one(asking, found) if found else error_page(asking.context, HTTPStatus.NOT_FOUND)


def change_point(asking: PageRequest) -> Response:
    """Change a point; nothing where somebody changed it since its form was shown."""
    found = _found(asking)
    if found is None:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    said = {name: " ".join(asking.form.get(name, "").split()) for name in COLUMNS + MORE_COLUMNS}
    said |= {"code": found.code, "invented": YES if asking.form.get("invented") else NO}
    fault = point_fault(said, asking.context.public.divisions)
    if not said["name"] or fault:
        return _one(asking, found, fault or _texts(asking)["troubles"]["no_name"], said)
    if asking.form.get("mark", "") != _mark(found):
        return _one(asking, found, _texts(asking)["troubles"]["twice"], said, HTTPStatus.CONFLICT)
    event = asking.event(WebEventKind.POINTS, f"changed {found.code}")
    context = asking.context
    if not context.points_book.store.change(found, point_of(said), event):
        return _one(asking, found, _texts(asking)["troubles"]["twice"], said, HTTPStatus.CONFLICT)
    context.points_book.forget()
    return see_other(f"{PATH}/{found.code}?done=changed")


def _found(asking: PageRequest) -> ServicePoint | None:
    asking.context.points_book.forget()
    return asking.context.points_book.points().get(asking.path["code"])


def _decoded(file: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return file.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _words_of(line: int, key: str, expected: str) -> str:
    return f"{line or 1}. {key}：{expected}" if key else f"{line or 1}. {expected}"


def _values(one: ServicePoint) -> dict[str, str]:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind.value,
        "division": one.division,
        "hours": one.hours,
        "phone": one.phone,
        "staff": str(one.staff),
        "invented": YES if one.is_invented else NO,
    }


def _mark(one: ServicePoint) -> str:
    """Return what a form names, so that two who change one point do not undo each other."""
    return "|".join(_values(one).values())


def _texts(asking: PageRequest) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = asking.context.renderer.texts["service_points"]
    return found


def _list(
    asking: PageRequest,
    troubles: list[str] | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
    *,
    rows: list[str] | None = None,
) -> Response:
    context, find = asking.context, asking.query.get("find", "").strip()[:LONGEST_NAME]
    every = context.points_book.points()
    divisions = context.public.divisions
    name = divisions.full_name
    kept = [
        one
        for one in every.values()
        if any(find in text for text in (one.code, one.name, name(one.division)))
    ]
    words = [_texts(asking)["troubles"][one] for one in troubles or (["rows"] if rows else [])]
    return asking.page(
        "service_points.html",
        status if words else HTTPStatus.OK,
        counts=Counter(one.kind.value for one in every.values()),
        kinds=[one.value for one in PointKind],
        invented=sum(one.is_invented for one in every.values()),
        points=kept[:_ROWS],
        rest=max(0, len(kept) - _ROWS),
        find=find,
        full_name=name,
        changes=context.points_book.store.history(_CHANGES),
        failures=words,
        rows=(rows or [])[:_FAULTS],
        more_rows=max(0, len(rows or []) - _FAULTS),
        done={name: asking.query.get(name, "")[:5] for name in ("added", "changed", "removed")},
        size=LONGEST_FILE // MIB,
    )


def _one(
    asking: PageRequest,
    found: ServicePoint,
    failure: str = "",
    typed: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> Response:
    context = asking.context
    return asking.page(
        "service_point.html",
        status if failure else HTTPStatus.OK,
        point=found,
        typed=typed or _values(found),
        mark=_mark(found),
        kinds=[one.value for one in PointKind],
        place=context.public.divisions.full_name(found.division),
        full_name=context.public.divisions.full_name,
        changes=context.points_book.store.history(_CHANGES, found.code),
        failure=failure,
        done=asking.query.get("done", ""),
        limits={"name": LONGEST_NAME, "hours": LONGEST_HOURS, "staff": MOST_STAFF},
    )


def _longest_file(_context: WebContext) -> int:
    return LONGEST_FILE


PAGES = (
    WebPage("GET", PATH, show_points_list, SUPERVISOR, "service_points"),
    WebPage("GET", f"{PATH}.csv", export_points, SUPERVISOR),
    WebPage("POST", PATH, import_points, SUPERVISOR, longest_file=_longest_file),
    WebPage("GET", PATH + "/{code}", show_point, SUPERVISOR),
    WebPage("POST", PATH + "/{code}", change_point, SUPERVISOR),
)
