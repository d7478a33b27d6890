"""The footer of a page: one wide button; second and primary; or count and primary."""

from __future__ import annotations

from kiosk.pages.display import TextSize
from kiosk.pages.page import ButtonStyle, Choice
from screens.box import Box
from screens.line_breaking import LINE, TIGHT, set_at
from screens.scene import Align, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep
from screens.widgets.button import PADDING, button

SECOND, PRIMARY = 0.345, 0.63
SECOND_MOST = 0.44
THIRD = 0.27
COUNTED = 0.616
PAIR_GAP = 6.0
WITH_TWO_LINES = 2


def footer(
    theme: Theme, choices: tuple[Choice, ...], count: tuple[str, ...], box: Box
) -> tuple[ScenePart, ...]:
    """Return the footer with its choices; the primary always stands on the right.

    `count`: small lines beside a single choice, such as how many services are chosen.
    """
    ordered = sorted(choices, key=lambda choice: choice.tone is ButtonStyle.PRIMARY)
    if count and len(ordered) == 1:
        place = box.from_left(box.w - round(box.w * COUNTED))
        words = box.sized(w=place.x - box.x - theme.px(4))
        return (count_words(theme, count, words), button(theme, place, ordered[0]))
    if not ordered:
        return (count_words(theme, count, box),) if count else ()
    boxes = footer_boxes(theme, ordered, box)
    return tuple(button(theme, place, choice) for place, choice in zip(boxes, ordered, strict=True))


def footer_boxes(theme: Theme, ordered: list[Choice], box: Box) -> tuple[Box, ...]:
    """Return one box for each choice; the primary's is the widest, others are equal.

    `ordered` has the primary last.
    """
    pair = 2
    if len(ordered) == pair and ordered[-1].tone is ButtonStyle.PRIMARY:
        second = _second_width(theme, ordered[0].words, box)
        right = box.w - second - round(box.w * (1 - SECOND - PRIMARY))
        return box.sized(w=second), box.from_left(box.w - right)
    gap = theme.px(PAIR_GAP)
    width = (box.w - gap * (len(ordered) - 1)) // len(ordered)
    if len(ordered) > pair and ordered[-1].tone is ButtonStyle.PRIMARY:
        width = round(box.w * THIRD)
    places = [box.sized(w=width).moved(across=(width + gap) * i) for i in range(len(ordered))]
    return (*places[:-1], box.from_left(places[-1].x - box.x))


def _second_width(theme: Theme, words: str, box: Box) -> int:
    """Return the usual width, or what the words need on one line up to a limit."""
    size = theme.em(TypeStep.BODY, grow=False)
    needed = theme.measure(words, size, Weight.BOLD) + 2 * theme.px(PADDING)
    return max(round(box.w * SECOND), min(needed, round(box.w * SECOND_MOST)))


def count_words(theme: Theme, count: tuple[str, ...], box: Box) -> ScenePart:
    """Return the small lines of `count` beside the button, centred together, all of one size."""
    texts: list[TextBlock] = []
    for size in range(theme.view.text_size, -1, -1):
        texts = _count_at(theme.at(TextSize(size)), count, box)
        if sum(words.natural[1] for words in texts) <= box.h:
            break
    y = box.y + (box.h - sum(words.natural[1] for words in texts)) // 2
    lines = []
    for words in texts:
        lines.append(words.shrunk().lowered_to(y))
        y += words.natural[1]
    return ScenePart(tuple(lines))


def _count_at(theme: Theme, count: tuple[str, ...], box: Box) -> list[TextBlock]:
    pieces = [piece for text in count for piece in _pieces(theme, text, box)]
    size, weight = theme.em(TypeStep.SMALL), theme.weight(TypeStep.SMALL)
    pitch = round(size * (LINE if len(pieces) <= WITH_TWO_LINES else TIGHT))
    how, ink = (size, pitch, weight), theme.colour("ink2")
    return [set_at(theme, text, box, how, ink, Align.LEFT, 2) for text in pieces]


def _pieces(theme: Theme, text: str, box: Box) -> list[str]:
    """Separate a label from its number when both do not fit on one line."""
    size, weight = theme.em(TypeStep.SMALL), theme.weight(TypeStep.SMALL)
    label, space, number = text.partition(" ")
    parted = space and not label[-1].isdigit() and len(label) > 1
    return [label, number] if parted and theme.measure(text, size, weight) > box.w else [text]
