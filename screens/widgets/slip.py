"""The card with the case number that the person takes home, and its QR code."""

from __future__ import annotations

from kiosk.pages.page import NumberSlip
from screens.box import Box
from screens.line_breaking import LINE, TIGHT, set_line, set_words
from screens.scene import Fill, QrCode, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep

CODE = 73.8
RIM = 4.0  # white around the code; the card itself is the rest of the quiet zone
SIDE = 14.0
RIGHT = 11.7
WHITE = "#FFFFFF"
AIR = 7.5
FOOT = 9.0


def slip(theme: Theme, content: NumberSlip, box: Box) -> ScenePart:
    """Return the card with its `content`, at least as high as the code.

    It stands on a light ground in either contrast.
    """
    code = theme.px(CODE)
    room = box.inset(theme.px(SIDE), theme.px(AIR))
    room = room.sized(w=box.right - code - theme.px(SIDE + 4) - room.x)
    lines, y = [], room.y
    for words in _words(theme, content, room):
        lines.append(words.lowered_to(y))
        y = lines[-1].box.bottom + theme.px(1)
    height = max(theme.px(95), y + theme.px(FOOT) - box.y)
    box = box.sized(h=height)
    ground = theme.colour("apricot" if theme.high else "surface")
    fill = Fill(box, ground, theme.shape("radius_panel"))
    rest = box.bottom - theme.px(FOOT) - lines[-1].box.bottom
    lines[-1] = lines[-1].lowered_to(lines[-1].box.y + max(0, rest))
    place = Box(box.right - theme.px(RIGHT) - code, box.y + (box.h - code) // 2, code, code)
    if not content.qr:
        return ScenePart((fill, *lines))
    rim = Fill(place.inset(-theme.px(RIM)), WHITE, theme.px(RIM))
    return ScenePart((fill, *lines, rim, QrCode(content.qr, place, theme.colour("on_now"))))


def _words(theme: Theme, content: NumberSlip, room: Box) -> tuple[TextBlock, ...]:
    second = theme.colour("on_now" if theme.high else "ink2")
    number = theme.colour("on_now" if theme.high else "pine")
    label = set_words(theme, content.label, room, TypeStep.SMALL, second, pitch=LINE)
    steps = (TypeStep.ACTION, TypeStep.BODY, TypeStep.SMALL)
    hero = set_line(theme, content.number, room, steps, number, weight=Weight.BOLD, pitch=TIGHT)
    remark = set_words(theme, content.remark, room, TypeStep.SMALL, second, most=3, pitch=LINE)
    return label.shrunk(), hero.shrunk(), remark.shrunk()
