"""The head of a page: the name, the title, and the sentence that is spoken."""

from __future__ import annotations

from kiosk.pages.page import Layout, Page
from screens.box import Box
from screens.line_breaking import LINE, TIGHT, set_words
from screens.scene import Drawing, Fill, Icon, ScenePart, TextBlock, Weight
from screens.theme import Theme, TypeStep

BRAND_TOP, BRAND_TOP_WIDE = 11.2, 17.0  # in landscape there is room for a ribbon above it
SPEAKER = 14.0
SPEAKER_GAP = 5.4
RIBBON_GAP = 1.5


def brand(theme: Theme) -> ScenePart:
    """Return mark and name, small, above every page but the first."""
    x, y = theme.grid("margin"), theme.px(BRAND_TOP_WIDE if theme.landscape else BRAND_TOP)
    side, size = theme.px(15.9), theme.px(12.5)
    mark = Drawing("mark", Box(x - theme.px(0.2), y, side, side), drawing_contrast(theme))
    name = theme.tokens.words("brand")
    width = theme.measure(name, size, Weight.NAME)
    room = Box(x + theme.px(20.3), y, width, side)
    ink = theme.colour("pine")
    words = TextBlock((name,), room, size, side, Weight.NAME, ink, (width, side))
    return ScenePart((mark, words))


def drawing_contrast(theme: Theme) -> str:
    """Return the contrast of drawings: "hc" in high contrast, else "light"."""
    return "hc" if theme.high else "light"


def ribbons(theme: Theme, page: Page) -> tuple[ScenePart, ...]:
    """Return the ribbon of demo and training, and that of a helper who looks from afar.

    They are placed where no page shows a moving part.
    """
    texts = ((page.watch, "pine", "on_pine"), (page.banner, "apricot", "on_now"))
    found: list[ScenePart] = []
    beside = 0
    for text, ground, ink in texts:
        if text:
            part, box = _ribbon(theme, page, text, beside, (ground, ink))
            found.append(part)
            beside += theme.px(RIBBON_GAP) + (box.w if theme.landscape else max(0, box.bottom))
    return tuple(found)


def _ribbon(
    theme: Theme, page: Page, text: str, beside: int, colours: tuple[str, str]
) -> tuple[ScenePart, Box]:
    """Return a ribbon with `text` and its box.

    `beside`: the px that others take already, in portrait downwards; `colours`: the names of its
    ground's and its words'.
    """
    ground, ink = colours
    size, side = theme.em(TypeStep.SMALL, grow=False), theme.px(5)
    width = theme.measure(text, size, Weight.BOLD) + 2 * side
    box = _ribbon_box(theme, page, width, round(size * TIGHT), beside)
    room = Box(box.x + side, max(box.y, 0), width - 2 * side, round(size * TIGHT))
    words = set_words(
        theme,
        text,
        room,
        TypeStep.SMALL,
        theme.colour(ink),
        weight=Weight.BOLD,
        pitch=TIGHT,
        grow=False,
    )
    return ScenePart((Fill(box, theme.colour(ground), side), words)), box


def _ribbon_box(theme: Theme, page: Page, width: int, height: int, beside: int) -> Box:
    """Return its box: hanging from the top edge, right; in landscape above the name."""
    above = theme.px(5)
    if theme.landscape and page.layout is not Layout.IDLE:
        return Box(theme.px(8) + beside, -above, width, height + above + theme.px(1))
    right = theme.grid("dock_left") if theme.landscape else theme.panel.width_px
    if theme.landscape:
        left = right - theme.px(8) - width - beside
        return Box(left, -above, width, height + above + theme.px(2))
    left, top = right - theme.px(8) - width, beside or -above
    return Box(left, top, width, height + theme.px(2) + max(0, -top))


def title(theme: Theme, text: str, box: Box) -> TextBlock:
    """Return the title at the largest size that stays on one line, with natural height.

    `text`: its words.
    """
    smallest = round(theme.em(TypeStep.TITLE, grow=False) * LINE)
    words = set_words(
        theme,
        text,
        box,
        (TypeStep.TITLE, TypeStep.ACTION),
        theme.colour("ink"),
        pitch=TIGHT,
    )
    return words.at(box.sized(h=max(smallest, words.natural[1])))


def sentence(theme: Theme, page: Page, box: Box, most: int = 2) -> tuple[Icon, TextBlock]:
    """Return loudspeaker icon and sentence; a thing to mend has its own icon and colour.

    `most`: the most lines.
    """
    size = theme.em(TypeStep.BODY)
    growth = min(size / theme.em(TypeStep.BODY, grow=False), 1.3)
    side = round(theme.px(SPEAKER) * growth)
    room = box.from_left(side + round(theme.px(SPEAKER_GAP) * growth))
    ink, sign, accent = "ink2", "speaker-high", "pine"
    if page.mend:
        ink, sign, accent = "rust", "warning-circle", "rust"
    words = set_words(
        theme, page.sentence, room, TypeStep.BODY, theme.colour(ink), most=most, pitch=LINE
    ).shrunk()
    top = words.box.y + (words.pitch - side) // 2
    return Icon(sign, Box(box.x, top, side, side), theme.colour(accent)), words
