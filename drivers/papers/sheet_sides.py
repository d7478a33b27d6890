"""Sides of a quadrilateral in a picture: how well edges support them, and where they really run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES: Final = 64  # of each side
ENDS: Final = 0.04  # share of a side at each end that is not looked at: corners are round, or held
LEAST_STEP: Final = 4.0  # grey levels that an edge must differ by
STRAIGHT: Final = 0.4  # share of the reach that a point may lie off the line of its side
SUPPORT_REACH: Final = 3  # pixels to both sides of an edge
UNEVEN: Final = 70  # percentile of the rim's colours: a finger, and glare, cover less than the rest
GLARING: Final = 250.0  # lightness at which a reflection hides where the sheet ends
MOST_HIDDEN: Final = (
    0.6  # share of a side: of one that is hidden more than this nothing is left out
)
NARROW: Final = 4.0  # pixels
WITHIN: Final = 14  # pixels inside of an outline that show its paper
APART: Final = 0.2  # of a side: points closer than this make no line
BOW: Final = 3  # pixels that the edge of a curled sheet may be off its line
ALONG: Final = np.linspace(ENDS, 1 - ENDS, SAMPLES, dtype=np.float32)  # shares of a side


def side_support(picture: Any, corners: NDArray[np.float32]) -> float:
    """Return how well edges support a quadrilateral, 0 to 1.

    It is the product of three shares: of the weakest side that lies on an edge, of all sides, and
    of the step at the weakest side in that step and the unevenness of the rim. `picture` is LAB;
    `corners` are in its pixels, clockwise. An edge counts only where it steps in the same way as
    its side does on the whole, and the rim of paper is of one colour, but for the light that falls
    on it: so grain, squares of a cloth and letters support little.
    """
    strips = [
        _strip(picture, corners[side], corners[(side + 1) % 4], SUPPORT_REACH + BOW)
        for side in range(4)
    ]
    seen = [_seen_samples(one) for one in strips]
    judged = [_judge_side(one[kept]) for one, kept in zip(strips, seen, strict=True)]
    shares, step = [one[0] for one in judged], min(one[1] for one in judged)
    if not min(shares):
        return 0.0
    rim = np.concatenate([one[2] for one in judged])
    places = np.concatenate(
        [
            corners[side] + shares_along[:, None] * (corners[(side + 1) % 4] - corners[side])
            for side, shares_along in enumerate(ALONG[kept] for kept in seen)
        ]
    )
    uneven = _unevenness(rim, places)
    return min(shares) * float(np.mean(shares)) * step / (step + uneven + 1e-6)


def _seen_samples(strip: Any) -> Any:
    """Return which samples of a side are not hidden by a reflection; all where most are."""
    hidden = strip[..., 0].min(axis=1) >= GLARING
    return ~hidden if hidden.mean() <= MOST_HIDDEN else np.ones(len(strip), bool)


def _unevenness(rim: Any, places: Any) -> float:
    """Return how far the colours of a rim are off a plane over the picture.

    Light from one side, and a curl, make paper darker towards a side; that is a plane. What lies
    over a part of the rim, as a finger does, does not tilt it.
    """
    across = np.column_stack([np.ones(len(places)), places - places.mean(axis=0)])
    near = np.ones(len(rim), bool)
    for _ in range(2):
        plane, *_ = np.linalg.lstsq(across[near], rim[near], rcond=None)
        off = np.linalg.norm(rim - across @ plane, axis=1)
        near = off <= np.percentile(off, UNEVEN)
    return float(np.percentile(off, UNEVEN))


def margin_step(picture: Any, inner: NDArray[np.float32], outer: NDArray[np.float32]) -> float:
    """Return by how much the margin between two outlines differs from the inside of the inner one.

    It is that of the side that differs most but one, in the units of `picture`: one may be held,
    curled or under a reflection. `inner` and `outer` are corners in pixels; sides closer to each
    other than `NARROW` have no margin, and outlines without any differ infinitely.
    """
    middle, steps = (inner + outer) / 2, []
    for side in range(4):
        after = (side + 1) % 4
        gap = np.linalg.norm(inner[side] - outer[side]) + np.linalg.norm(
            inner[after] - outer[after]
        )
        if gap / 2 > NARROW:
            reach = max(1.0, gap / 4 - 2)
            margin = _strip(picture, middle[side], middle[after], reach)
            inside = _strip(picture, inner[side], inner[after], WITHIN)[:, WITHIN + 4 :]
            seen = _seen_samples(margin) & _seen_samples(inside)
            if not seen.any():
                continue
            paper = np.median(inside[seen], axis=(0, 1))
            columns = np.linalg.norm(np.median(margin[seen], axis=0) - paper, axis=1)
            steps.append(float(np.median(columns)))  # of a margin with a line printed in it, too
    return sorted(steps)[-2:][0] if steps else float("inf")


def refine_sides(picture: Any, corners: NDArray[np.float32], reach: float) -> NDArray[np.float32]:
    """Return the corners after each side was moved to the edge near it.

    `picture` and `corners` are as for `side_support`; a side without an edge within `reach` pixels
    stays. What lies over a part of a side, as a finger does, does not move it.
    """
    lines = [
        _edge_line(picture, corners[side], corners[(side + 1) % 4], reach) for side in range(4)
    ]
    refined = np.array(
        [_crossing(lines[side - 1], lines[side], corners[side]) for side in range(4)], np.float32
    )
    moved = np.linalg.norm(refined - corners, axis=1).max()
    return refined if moved <= 4 * reach else corners


def _strip(picture: Any, begin: Any, end: Any, reach: float) -> Any:
    """Return the picture along a side: one row a sample, from outside to inside, a pixel a step."""
    steps = np.arange(-reach, reach + 0.5, dtype=np.float32)[None, :]
    inward = _inward(begin, end)
    along = begin[None, :] + ALONG[:, None] * (end - begin)[None, :]
    across = along[:, None, :] + steps[..., None] * inward
    strip = cv2.remap(
        picture,
        np.ascontiguousarray(across[..., 0]),
        np.ascontiguousarray(across[..., 1]),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return strip.astype(np.float32)


def _inward(begin: Any, end: Any) -> Any:
    """Return the unit vector to the inside of a side; corners run clockwise on the screen."""
    across, down = (end - begin) / max(float(np.linalg.norm(end - begin)), 1e-6)
    return np.array((-down, across), np.float32)


def _judge_side(strip: Any) -> tuple[float, float, Any]:
    """Return of a side: the share that lies on an edge, the step's height, the rim's colours."""
    steps = np.stack([_step(strip, shift) for shift in range(-BOW, BOW + 1)], axis=1)
    largest = np.linalg.norm(steps, axis=2).argmax(axis=1)
    best = steps[np.arange(len(steps)), largest]
    mean = np.median(best, axis=0)
    size = float(np.linalg.norm(mean))
    rim = strip[:, -2:].mean(axis=1)
    if size < LEAST_STEP / 2:
        return 0.0, size, rim
    along = best @ (mean / size)
    return float(np.mean(along > max(LEAST_STEP / 2, size / 3))), size, rim


def _step(strip: Any, shift: int) -> Any:
    """Return inside less outside of an edge that is `shift` pixels further inside."""
    half = strip.shape[1] // 2 + shift
    inside = strip[:, half + 1 : half + 1 + SUPPORT_REACH].mean(axis=1)
    return inside - strip[:, half - SUPPORT_REACH : half].mean(axis=1)


def _edge_line(picture: Any, begin: Any, end: Any, reach: float) -> tuple[Any, Any]:
    """Return the line of the edge near a side, as a point and a direction."""
    strip = cv2.GaussianBlur(_strip(picture, begin, end, reach), (5, 1), 0)
    steps = strip[:, 2:] - strip[:, :-2]
    strength = np.linalg.norm(steps, axis=2)
    far = np.abs(np.arange(strength.shape[1]) - strength.shape[1] // 2) / max(reach, 1)
    weighted = strength * (1 - 0.3 * far)
    best = weighted.argmax(axis=1)
    offsets = best - strength.shape[1] // 2
    strong = strength[np.arange(len(best)), best] >= LEAST_STEP / 2
    direction = end - begin
    if strong.sum() < SAMPLES // 4:
        return begin, direction
    fitted = _most_agreed_line(
        ALONG[strong].astype(float), offsets[strong].astype(float), STRAIGHT * reach
    )
    inward = _inward(begin, end)
    first, last = (fitted[0] + fitted[1] * share for share in (0.0, 1.0))
    return begin + inward * first, direction + inward * (last - first)


def _most_agreed_line(shares: Any, offsets: Any, near_by: float) -> tuple[float, float]:
    """Return offset and slope of the line that most points lie on, of all lines of two points."""
    random = np.random.default_rng(7)
    pairs = random.integers(len(shares), size=(120, 2))
    pairs = pairs[np.abs(shares[pairs[:, 0]] - shares[pairs[:, 1]]) > APART]
    if not len(pairs):
        return float(np.median(offsets)), 0.0
    slopes = (offsets[pairs[:, 1]] - offsets[pairs[:, 0]]) / (
        shares[pairs[:, 1]] - shares[pairs[:, 0]]
    )
    starts = offsets[pairs[:, 0]] - slopes * shares[pairs[:, 0]]
    residuals = np.abs(starts[:, None] + slopes[:, None] * shares[None, :] - offsets[None, :])
    agreeing = (residuals <= near_by).sum(axis=1)
    near = residuals[agreeing.argmax()] <= near_by
    slope, start = np.polyfit(shares[near], offsets[near], 1)
    return float(start), float(slope)


def _crossing(before: tuple[Any, Any], after: tuple[Any, Any], otherwise: Any) -> Any:
    (start, way), (other, turn) = before, after
    cross = way[0] * turn[1] - way[1] * turn[0]
    if abs(cross) < 1e-6 * np.linalg.norm(way) * np.linalg.norm(turn):
        return otherwise
    between = other - start
    share = (between[0] * turn[1] - between[1] * turn[0]) / cross
    return start + way * share
