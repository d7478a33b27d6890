"""Finding the sheet on a desk of any colour.

Several segmentations propose quadrilaterals: lightness and colour by Otsu's threshold, the distance
from the desk's own colour, edges. Each is moved onto the edges near it, and the largest that edges
support on all four sides is the sheet. No single segmentation works on every desk: lightness
tells nothing of white paper on a white desk, edges tell nothing on grained wood.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.papers.desk_colour import fit_desk_colour
from drivers.papers.sheet_corners import lacks_corner
from drivers.papers.sheet_sides import margin_step, refine_sides, side_support

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

WORKING_WIDTH: Final = 864  # pixels
FROM_DESK: Final = (3.0, 5.0, 16.0)  # units of LAB
MOST_COSINE: Final = 0.35  # of a corner's angle: 70 to 110 degrees
MOST_LEAN: Final = 1.4  # one side by the side across
SAME_PAPER: Final = 7.0  # units of LAB
WIDEST_MARGIN: Final = 1.6  # area of a sheet by that of the frame printed on it
WIDEST_RING: Final = 4.0  # the same of an outline around a sheet and some desk
NARROWEST_RING: Final = 1.03  # area of an outline by that of a sheet in it
LIKE_DESK: Final = 1.0  # units of LAB
OFF_DESK: Final = (
    4.0  # units of LAB by which a sheet is farther from the desk's colour than desk is
)
BESIDE: Final = 0.05  # share of a sheet that may lie under another one that lies beside it
SECOND_SUPPORT: Final = 0.45  # of a further sheet: grain must not be taken for one
SECOND_AREA: Final = 0.2  # of a further sheet, by that of the sheet
EDGE_REACHES: Final = (7.0, 3.0)  # pixels at the working width: a printed frame may be near
SPARSE: Final = 2  # pixels between two that count
SLACK: Final = 2.0  # pixels at the working width
RIM: Final = 0.9  # of an outline's size: what lies farther out is its rim
CORNERS: Final = 4
FINE_REACH: Final = 8.0  # pixels of the whole frame
THICKNESSES: Final = (9, 61)  # pixels: what is thinner, as a finger, is no part of the sheet


@dataclass(frozen=True)
class FinderLimits:
    """The limits of what counts as a sheet.

    `smallest` and `largest` are shares of the frame: a bank card under a camera that sees A4 is
    0.05 of it. `support` is the least of `side_support`.
    """

    smallest: float = 0.02
    largest: float = 0.97
    support: float = 0.25


@dataclass(frozen=True)
class SheetOutline:
    """A sheet in a frame: its corners in pixels, clockwise from the upper left.

    `support` is the share of its sides that edges support, 0 to 1.
    """

    corners: NDArray[np.float32]
    support: float


@dataclass(frozen=True)
class LaidSheet:
    """A sheet on the desk: its outline, and what is odd about how it lies.

    `has_neighbour`: another sheet lies beside it. `lacks_corner`: one is torn off, or folded.
    """

    outline: SheetOutline
    has_neighbour: bool = False
    lacks_corner: bool = False


@dataclass(frozen=True)
class _View:
    """A frame at the working width: its scale, LAB colours, and their distance from the desk's."""

    scale: float
    lab: Any
    smooth: Any
    distance: Any
    spread: float


def find_sheet(frame: Any, limits: FinderLimits | None = None) -> SheetOutline | None:
    """Return the sheet in a BGR frame, None when there is none that lies wholly in it."""
    laid = examine_desk(frame, limits)
    return laid.outline if laid else None


def examine_desk(frame: Any, limits: FinderLimits | None = None) -> LaidSheet | None:
    """Return the sheet in a BGR frame with what is odd about it, None as for `find_sheet`."""
    view, found = _look(frame, limits or FinderLimits())
    best = _choose(found, view)
    if best is None:
        return None
    corners = refine_sides(frame, best.corners / np.float32(view.scale), FINE_REACH)
    return LaidSheet(
        SheetOutline(corners, best.support),
        has_neighbour=any(_lies_beside(one, best, view) for one in found),
        lacks_corner=lacks_corner(view.distance, view.spread, best.corners),
    )


def find_coarsely(frame: Any, limits: FinderLimits | None = None) -> SheetOutline | None:
    """Return the sheet to about two pixels of the working width: for a live outline."""
    view, found = _look(frame, limits or FinderLimits())
    best = _choose(found, view)
    return best and SheetOutline(best.corners / np.float32(view.scale), best.support)


def _look(frame: Any, limits: FinderLimits) -> tuple[_View, list[SheetOutline]]:
    """Return the frame at the working width, and all outlines in it that edges support."""
    scale = min(1.0, WORKING_WIDTH / frame.shape[1])
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    desk = fit_desk_colour(lab)
    distance = cv2.GaussianBlur(desk.distances(lab), (0, 0), 2)
    view = _View(scale, lab, cv2.GaussianBlur(lab, (0, 0), 0.8), distance, desk.spread)
    least = 1.5 * desk.spread + LIKE_DESK
    found = []
    for proposed, reach in product(_distinct(_proposals(view, limits)), EDGE_REACHES):
        corners = refine_sides(view.smooth, proposed, reach)
        if _is_sheet_like(corners, small.shape, limits):
            support = side_support(view.smooth, corners)
            if support >= limits.support and _distance_within(corners, view) >= least:
                found.append(SheetOutline(corners, support))
    return view, found


def _choose(found: list[SheetOutline], view: _View) -> SheetOutline | None:
    """Return the largest well supported outline.

    A frame that is printed on a larger sheet gives way to the sheet, and an outline around a sheet
    and a ring of desk to the sheet.
    """
    best = max(found, key=_worth, default=None)
    if best is None:
        return None
    while larger := [one for one in found if _is_printed_on(best, one, view.smooth)]:
        best = max(larger, key=_worth)
    smaller = [one for one in found if _has_desk_around(one, best, view)]
    return max(smaller, key=_worth, default=best)


def _lies_beside(other: SheetOutline, sheet: SheetOutline, view: _View) -> bool:
    """Tell whether an outline is that of another sheet on the desk."""
    area = cv2.contourArea(other.corners)
    return bool(
        other.support >= SECOND_SUPPORT
        and area >= SECOND_AREA * cv2.contourArea(sheet.corners)
        and cv2.intersectConvexConvex(other.corners, sheet.corners)[0] <= BESIDE * area
        and _distance_within(other.corners, view) >= 2 * view.spread + OFF_DESK
    )


def _distance_within(corners: Any, view: _View, without: Any = None) -> float:
    """Return the median distance from the desk's colour of what lies within corners."""
    few = view.distance[::SPARSE, ::SPARSE]
    mask = np.zeros(few.shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners / SPARSE).astype(np.int32), 1)
    if without is not None:
        cv2.fillConvexPoly(mask, np.round(without / SPARSE).astype(np.int32), 0)
    within = few[mask > 0]
    return float(np.median(within)) if within.size else 0.0


def _has_desk_around(inner: SheetOutline, outer: SheetOutline, view: _View) -> bool:
    """Tell whether what lies between two outlines has the desk's colour, and the inner has not."""
    share = cv2.contourArea(outer.corners) / cv2.contourArea(inner.corners)
    if not NARROWEST_RING < share < WIDEST_RING or not _lies_within(inner, outer):
        return False
    ring = _distance_within(outer.corners, view, inner.corners)
    middle = inner.corners.mean(axis=0)
    rim = _distance_within(inner.corners, view, middle + RIM * (inner.corners - middle))
    return ring <= 1.5 * view.spread + LIKE_DESK and rim >= ring + OFF_DESK


def _lies_within(inner: SheetOutline, outer: SheetOutline) -> bool:
    return all(
        cv2.pointPolygonTest(outer.corners, (float(x), float(y)), measureDist=True) > -SLACK
        for x, y in inner.corners
    )


def _worth(outline: SheetOutline) -> float:
    return outline.support**2 * float(np.sqrt(cv2.contourArea(outline.corners)))


def _is_printed_on(inner: SheetOutline, outer: SheetOutline, picture: Any) -> bool:
    """Tell whether an outline lies on another one of the same paper."""
    share = cv2.contourArea(outer.corners) / cv2.contourArea(inner.corners)
    if not 1 < share < WIDEST_MARGIN:
        return False
    return (
        _lies_within(inner, outer)
        and margin_step(picture, inner.corners, outer.corners) < SAME_PAPER
    )


def straighten(frame: Any, outline: SheetOutline) -> Any:
    """Return the sheet cut out of a frame, seen from straight above, at the frame's resolution."""
    corners = outline.corners
    top, right, bottom, left = (
        float(np.linalg.norm(corners[(side + 1) % 4] - corners[side])) for side in range(4)
    )
    width, height = max(1, round((top + bottom) / 2)), max(1, round((left + right) / 2))
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    onto = cv2.getPerspectiveTransform(corners, flat)
    return cv2.warpPerspective(frame, onto, (width, height), flags=cv2.INTER_LINEAR)


def _proposals(view: _View, limits: FinderLimits) -> Iterator[NDArray[np.float32]]:
    least = limits.smallest * view.distance.size
    for mask in _masks(view):
        for opened in _opened(mask):
            yield from _quadrilaterals(opened, least)
    for edges in _edge_masks(view.lab):
        yield from _quadrilaterals(edges, least)


def _masks(view: _View) -> Iterator[Any]:
    """Yield segmentations into sheet and desk."""
    levels = np.clip(view.distance * 4, 0, 255).astype(np.uint8)
    yield cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]
    for least in FROM_DESK:
        yield (view.distance > least).astype(np.uint8) * 255
    for channel in range(3):
        plane = cv2.GaussianBlur(view.lab[..., channel], (0, 0), 2.5).astype(np.uint8)
        _, bright = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield bright
        yield cv2.bitwise_not(bright)


def _edge_masks(lab: Any) -> Iterator[Any]:
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.2)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    strength = np.sqrt((across**2 + down**2).sum(axis=2))
    for level in (10.0, 24.0, 60.0):
        edges = (strength > level).astype(np.uint8) * 255
        yield cv2.dilate(edges, np.ones((3, 3), np.uint8))


def _opened(mask: Any) -> Iterator[Any]:
    """Yield a mask without holes, and without what is thinner than each of `THICKNESSES`.

    By distances to the rim: OpenCV's opening takes ten times as long with a large round kernel.
    """
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = cv2.drawContours(np.zeros_like(mask), contours, -1, 255, cv2.FILLED)
    yield filled
    to_rim = cv2.distanceTransform(filled, cv2.DIST_L2, 3)
    for thickness in THICKNESSES:
        outside = (to_rim <= thickness / 2).astype(np.uint8)
        to_core = cv2.distanceTransform(outside, cv2.DIST_L2, 3)
        yield (to_core <= thickness / 2).astype(np.uint8)


def _quadrilaterals(mask: Any, least: float) -> Iterator[NDArray[np.float32]]:
    """Yield the quadrilaterals of the five largest parts of a mask."""
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    large = [one for one in contours if cv2.contourArea(one) >= least]
    for contour in sorted(large, key=cv2.contourArea, reverse=True)[:5]:
        hull = cv2.convexHull(contour)
        around = cv2.arcLength(hull, closed=True)
        for share in (0.02, 0.04, 0.07):
            corners = cv2.approxPolyDP(hull, share * around, closed=True)
            if len(corners) == CORNERS:
                yield in_order(corners[:, 0].astype(np.float32))
                break
        if cv2.contourArea(contour) > 0.75 * cv2.contourArea(hull):
            yield in_order(cv2.boxPoints(cv2.minAreaRect(contour)))


def _distinct(proposals: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Yield the proposals that differ from those before."""
    seen: list[NDArray[np.float32]] = []
    for one in proposals:
        if all(np.abs(one - other).max() > 2 * SLACK for other in seen):
            seen.append(one)
            yield one


def in_order(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return four corners clockwise on the screen, the one nearest to the upper left first."""
    middle = corners.mean(axis=0)
    turned = corners[np.argsort(np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))]
    return np.roll(turned, -int(np.argmin(turned.sum(axis=1))), axis=0).astype(np.float32)


def _is_sheet_like(corners: Any, shape: tuple[int, ...], limits: FinderLimits) -> bool:
    """Tell whether corners are those of a sheet within the frame, seen from nearly above."""
    height, width = shape[:2]
    inside = corners.min() >= 1 and corners[:, 0].max() < width - 1
    if not inside or corners[:, 1].max() >= height - 1 or not cv2.isContourConvex(corners):
        return False
    share = cv2.contourArea(corners) / (height * width)
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(sides, axis=1)
    turns = (sides * np.roll(sides, -1, axis=0)).sum(axis=1)
    cosines = turns / (lengths * np.roll(lengths, -1))
    facing = max(lengths[0] / lengths[2], lengths[1] / lengths[3])
    facing = max(facing, lengths[2] / lengths[0], lengths[3] / lengths[1])
    return bool(
        limits.smallest <= share <= limits.largest
        and np.abs(cosines).max() < MOST_COSINE
        and facing < MOST_LEAN
    )
