"""The rows of every stage at which characters are written."""

from __future__ import annotations

from kiosk.visit import actions as do
from kiosk.visit import answering as reply
from kiosk.visit.page import Act
from kiosk.visit.row import Guard, Row
from kiosk.visit.stages import Overlay, Stage


def writing(stage: Stage, asked: Guard) -> tuple[Row, ...]:
    """Return the rows of a stage at which characters are written, while `asked` holds."""
    return (
        Row(stage, Act.SPELL, stage, reply.spell, asked),
        Row(stage, Act.CHARACTER, stage, reply.take_character, asked),
        Row(stage, Act.JOIN, stage, reply.join_parts, asked),
        Row(stage, Act.RARE, stage, do.cover_with(Overlay.RARE), asked),
        Row(stage, Act.OTHER_HAND, stage, reply.write_otherwise, asked),
        Row(stage, "Drawn", stage, reply.take_strokes, asked),
        Row(stage, "HandRead", stage, reply.take_signs),
    )
