"""A card about one part of the machine: icon, name, one phrase, and a tick or a bang.

It can't be pressed, so it has no lip; only what has to be mended is coloured (visual.md §5, §8).
"""

from __future__ import annotations

from kiosk.pages.page import StatusCard
from screens.box import Box
from screens.line_breaking import set_words
from screens.scene import Disc, Fill, Icon, Mark, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep

PITCH = 1.25  # em; name and phrase stand closer than lines of one text
PADDING = 8.0
SIGN = 18.0
DISC = 16.0
TALL = 60.0  # from here on the words stand below the signs
GAP = 5.0


def status_card(theme: Theme, card: StatusCard, box: Box) -> ScenePart:
    """Return the card; in a low one words stand beside the icon, the verdict beside the name."""
    mend = card.good is False
    ground = theme.colour("rust_tint" if mend else "surface")
    ink = _ink(theme, mend=mend)
    inner = box.inset(theme.px(PADDING), theme.px(PADDING / 2))
    side, tall = theme.px(SIGN), box.h >= theme.px(TALL)
    band = inner.sized(h=side).moved(down=theme.px(PADDING / 2)) if tall else inner
    icon = Box(band.x, band.y + (band.h - side) // 2, side, side)
    room = inner.from_top(band.bottom - inner.y) if tall else inner.from_left(theme.px(SIGN + GAP))
    name, phrase = _words(theme, card, room, 0 if tall else theme.px(DISC + GAP))
    line = inner.sized(h=name.box.h).moved(down=name.box.y - inner.y)
    verdict = _verdict(theme, card, band if tall else line)
    face = Fill(box, ground, theme.shape("radius_row"))
    return ScenePart((face, Icon(card.icon, icon, ink), *verdict, name, phrase))


def _ink(theme: Theme, *, mend: bool) -> str:
    if not mend:
        return theme.colour("pine")
    return theme.colour("on_pine" if theme.high else "rust")


def _words(theme: Theme, card: StatusCard, room: Box, beside: int) -> tuple[TextBlock, TextBlock]:
    """Return name and phrase; `beside`: px that stay free beside the name."""
    mend = card.good is False
    plain, second = ("on_pine", "on_pine") if mend and theme.high else ("ink", "ink2")
    second = "rust" if mend and not theme.high else second
    half = room.sized(h=room.h // 2)
    steps, first = (TypeStep.BODY, TypeStep.SMALL), half.sized(w=half.w - beside)
    bold, ink = Weight.BOLD, theme.colour(plain)
    name = set_words(theme, card.words, first, steps, ink, weight=bold, pitch=PITCH)
    ink = theme.colour(second)
    phrase = set_words(theme, card.phrase, half, TypeStep.SMALL, ink, pitch=PITCH)
    if name.natural[1] + phrase.natural[1] <= room.h:  # otherwise they say that they don't fit
        name, phrase = name.shrunk(), phrase.shrunk()
    top = room.y + (room.h - name.box.h - phrase.box.h) // 2
    return name.lowered_to(top), phrase.lowered_to(top + name.box.h)


def _verdict(theme: Theme, card: StatusCard, band: Box) -> tuple[Mark, ...]:
    if card.good is None:
        return ()
    side = theme.px(DISC)
    box = Box(band.right - side, band.y + (band.h - side) // 2, side, side)
    sign = box.centred(round(side * 0.6), round(side * 0.6))
    mend = not card.good
    ground = _ink(theme, mend=mend)
    on = theme.colour("rust_tint" if mend and theme.high else "on_pine")
    return (Disc(box, ground), Icon("bang" if mend else "check", sign, on))
