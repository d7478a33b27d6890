"""Drawings on a form as SVG: the strokes of a signature, and the code to check the form with."""

from __future__ import annotations

import segno

from kiosk.application.ink import Ink

STROKE_MM = 1.6
MARGIN_MM = 2.0


def ink_drawing(ink: Ink) -> str:
    """Return the strokes as SVG, cut to what was drawn; "" without any."""
    points = [point for stroke in ink for point in stroke]
    if not points:
        return ""
    left = min(point[0] for point in points) - MARGIN_MM
    top = min(point[1] for point in points) - MARGIN_MM
    width = max(point[0] for point in points) + MARGIN_MM - left
    height = max(point[1] for point in points) + MARGIN_MM - top
    lines = "".join(
        '<path d="M'
        + "L".join(f"{x - left:.2f} {y - top:.2f}" for x, y, _ in _seen(stroke))
        + '"/>'
        for stroke in ink
        if stroke
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {height:.2f}">'
        f'<g fill="none" stroke="#211e19" stroke-width="{STROKE_MM}" stroke-linecap="round"'
        f' stroke-linejoin="round">{lines}</g></svg>'
    )


def _seen(stroke: tuple[tuple[float, float, float], ...]) -> tuple[tuple[float, float, float], ...]:
    """Return the stroke; a single point twice, since a line of one point is not drawn."""
    return stroke if len(stroke) > 1 else (stroke[0], stroke[0])


def qr_drawing(payload: str) -> str:
    """Return the QR code of `payload` as SVG, legible with a quarter of it gone (level Q)."""
    code = segno.make(payload, error="q", micro=False)
    rows = ["".join("1" if dark else "0" for dark in row) for row in code.matrix]
    size = len(rows) + 8  # four light modules on each side (ISO/IEC 18004)
    squares = "".join(
        f"M{x + 4} {y + 4}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, sign in enumerate(row)
        if sign == "1"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#000" d="{squares}"/></svg>'
    )
