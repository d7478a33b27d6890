"""What can be done at the foot of a page? One wide; second and primary; count and primary."""

from __future__ import annotations

from kiosk.visit.page import Choice, Tone
from screens.box import Box
from screens.lettering import LINE, TIGHT, set_words
from screens.scene import Part
from screens.theme import Step, Theme
from screens.widgets.button import button

SECOND, PRIMARY = 0.345, 0.63
COUNTED = 0.616
PAIR_GAP = 6.0
WITH_TWO_LINES = 2


def footer(
    theme: Theme, choices: tuple[Choice, ...], count: tuple[str, ...], box: Box
) -> tuple[Part, ...]:
    """Return the footer; the primary always stands right, whatever the order of the choices."""
    ordered = sorted(choices, key=lambda choice: choice.tone is Tone.PRIMARY)
    if count and len(ordered) == 1:
        place = box.from_left(box.w - round(box.w * COUNTED))
        words = box.sized(w=place.x - box.x - theme.px(4))
        return (count_words(theme, count, words), button(theme, place, ordered[0]))
    if not ordered:
        return (count_words(theme, count, box),) if count else ()
    boxes = footer_boxes(theme, ordered, box)
    return tuple(button(theme, place, choice) for place, choice in zip(boxes, ordered, strict=True))


def footer_boxes(theme: Theme, ordered: list[Choice], box: Box) -> tuple[Box, ...]:
    """Return one place per choice: one wide, uneven pair with a primary, else equal shares."""
    pair = 2
    if len(ordered) == pair and ordered[-1].tone is Tone.PRIMARY:
        right = round(box.w * PRIMARY)
        return box.sized(w=round(box.w * SECOND)), box.from_left(box.w - right)
    gap = theme.px(PAIR_GAP)
    width = (box.w - gap * (len(ordered) - 1)) // len(ordered)
    return tuple(box.sized(w=width).moved(across=(width + gap) * i) for i in range(len(ordered)))


def count_words(theme: Theme, count: tuple[str, ...], box: Box) -> Part:
    """Return the small lines beside the button, together in the middle."""
    ink = theme.colour("ink2")
    pitch = LINE if len(count) <= WITH_TWO_LINES else TIGHT
    texts = [set_words(theme, text, box, Step.SMALL, ink, pitch=pitch, most=2) for text in count]
    y = box.y + (box.h - sum(words.natural[1] for words in texts)) // 2
    lines = []
    for words in texts:
        lines.append(words.shrunk().lowered_to(y))
        y += words.natural[1]
    return Part(tuple(lines))
