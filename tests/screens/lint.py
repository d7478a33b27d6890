"""Rules for a scene that is fit for an elderly person; each returns its findings in words.

The table in docs/testing.md says which rule of the accessibility sources each one stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from kiosk.pages.page import Page
from kiosk.pages.press import Press
from screens.box import Box
from screens.line_breaking import NEVER_FIRST, body_length
from screens.scene import Disc, Fill, Mark, Scene, ScenePart, SignatureField, TextBlock, Weight
from screens.theme import Measure, ScreenPanel

LEAST_EM_MM = 10.0
LEAST_TARGET_MM = 20.0
LEAST_GAP_MM = 2.9  # 3 mm after rounding to whole pixels
OF_ROWS = frozenset(
    {Press.TOGGLE, Press.WHY, Press.PICK, Press.LETTER, Press.RATE, Press.CHARACTER, Press.JOIN}
)
LEAST_PITCH = 1.3  # em
MOST_ACTIONS, MOST_ROWS = 7, 6
REACH = 0.4  # of the height of an upright panel: what is pressed begins below
LEAST_USED = 0.6  # of what a wide page has beside its dock and below its name
LEAST_CONTRAST, LEAST_CONTRAST_HIGH = 7.0, 15.0


def luminance(colour: str) -> float:
    """Return the relative luminance of #RRGGBB (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_box(words: TextBlock, measure: Measure) -> Box:
    """Return the room that the glyphs themselves take."""
    w = max(measure(line, words.size, words.weight) for line in words.lines)
    h = words.pitch * (len(words.lines) - 1) + words.size
    x = words.box.x + round((words.box.w - w) * words.align.value)
    return Box(x, words.box.y + (words.box.h - h) // 2, w, h)


def texts(scene: Scene) -> Iterator[tuple[TextBlock, tuple[Mark, ...]]]:
    """Yield every text with what was painted before it, pressed states too."""
    painted: list[Mark] = []
    for part in scene.parts:
        for marks in (part.marks, part.pressed):
            for at, mark in enumerate(marks):
                if isinstance(mark, TextBlock):
                    yield mark, (*painted, *marks[:at])
        painted += part.marks


def ground_of(
    words: TextBlock, painted: Iterable[Mark], page: str, measure: Measure
) -> Fill | Disc:
    x, y = ink_box(words, measure).middle
    ground: Fill | Disc = Fill(Box(-9999, -9999, 99999, 99999), page)
    for mark in painted:
        if isinstance(mark, Fill | Disc) and mark.box.contains(x, y):
            ground = mark
    return ground


def check_size(scene: Scene, panel: ScreenPanel) -> Iterator[str]:
    for words, _ in texts(scene):
        if words.size / panel.px_per_mm < LEAST_EM_MM:
            yield f"{words.lines} is only {words.size / panel.px_per_mm:.1f} mm high"


def check_contrast(scene: Scene, least: float, measure: Measure) -> Iterator[str]:
    for words, painted in texts(scene):
        ground = ground_of(words, painted, scene.ground, measure)
        ratio = contrast(words.colour, ground.colour)
        if ratio < least:
            yield f"{words.lines} {words.colour} on {ground.colour}: {ratio:.1f}"


def check_room(scene: Scene, panel: ScreenPanel, measure: Measure) -> Iterator[str]:
    """Text fits its room, its ground and the screen; pictures of text never overlap."""
    screen = Box(0, 0, panel.width_px, panel.height_px)
    inks = {}
    for words, painted in texts(scene):
        ink = inks[id(words)] = ink_box(words, measure)
        if not words.box.holds(ink):
            yield f"{words.lines} needs {ink}, has {words.box}"
        if words.pitch * len(words.lines) > words.box.h:
            yield f"{words.lines}: lines of {words.pitch} px do not fit {words.box.h}"
        if not screen.holds(ink):
            yield f"{words.lines} is off screen: {ink}"
        ground = ground_of(words, painted, scene.ground, measure)
        if not ground.box.holds(ink):
            yield f"{words.lines} at {ink} hangs over its ground {ground.box}"
    shown = [mark for mark in scene.marks if isinstance(mark, TextBlock)]
    for one, other in combinations(shown, 2):
        if inks[id(one)].overlaps(inks[id(other)]):
            yield f"{one.lines} and {other.lines} lie on each other"


def check_targets(scene: Scene, panel: ScreenPanel) -> Iterator[str]:
    screen = Box(0, 0, panel.width_px, panel.height_px)
    for target in scene.targets:
        side = min(target.box.w, target.box.h) / panel.px_per_mm
        if side < LEAST_TARGET_MM:
            yield f"{target.act} {target.value}: only {side:.1f} mm"
        if not screen.holds(target.box):
            yield f"{target.act} {target.value} is off screen"
    for one, other in combinations(scene.targets, 2):
        gap = one.box.gap(other.box) / panel.px_per_mm
        if gap < LEAST_GAP_MM:
            yield f"{one.act} {one.value} and {other.act} {other.value}: gap {gap:.1f} mm"


def check_covering(scene: Scene) -> Iterator[str]:
    """No text stands on a target that is not its own."""
    for part in scene.parts:
        for mark in part.marks:
            if isinstance(mark, TextBlock):
                yield from _foreign_targets(part, mark, scene)


def _foreign_targets(part: ScenePart, words: TextBlock, scene: Scene) -> Iterator[str]:
    tight = words.box.centred(words.natural[0], min(words.natural[1], words.size))
    for target in scene.targets:
        if target is not part.target and target.box.overlaps(tight):
            yield f"{words.lines} lies on the button {target.act} {target.value}"


def check_hidden(scene: Scene, measure: Measure) -> Iterator[str]:
    """No text lies under something that is painted later."""
    for at, part in enumerate(scene.parts):
        later = [mark for other in scene.parts[at + 1 :] for mark in other.marks]
        covers = [mark for mark in later if isinstance(mark, Fill | Disc)]
        for words in (mark for mark in part.marks if isinstance(mark, TextBlock)):
            ink = ink_box(words, measure)
            if any(cover.box.overlaps(ink) for cover in covers):
                yield f"{words.lines} is hidden"


def check_primary(scene: Scene) -> Iterator[str]:
    count = sum(target.primary for target in scene.targets)
    if count > 1:
        yield f"{count} primary buttons"


def check_spacing(scene: Scene) -> Iterator[str]:
    for words, _ in texts(scene):
        if len(words.lines) > 1 and words.pitch < LEAST_PITCH * words.size - 1:
            yield f"{words.lines}: lines {words.pitch / words.size:.2f} em apart"


def check_actions(scene: Scene, page: Page) -> Iterator[str]:
    """At most seven things to do besides the dock and the keys of a number; lists of six rows.

    A page to write on has a key for each letter, as a number has for each digit, and a page on which
    a technician tries the glass has nine points, everywhere.
    """
    dock = {one.act for one in (*page.dock, *page.voice, *page.sight) if one is not None}
    keys = {Press.DIGIT, Press.SPELL, Press.ERASE, Press.POINT, *dock}
    acts = [target for target in scene.targets if target.act not in keys]
    rows = [target for target in acts if target.act in OF_ROWS]
    if len(acts) - len(rows) > MOST_ACTIONS:
        yield f"{len(acts) - len(rows)} things to do"
    if len(page.rows) > MOST_ROWS:
        yield f"{len(page.rows)} rows"


def check_reach(page: Page, scene: Scene, panel: ScreenPanel) -> Iterator[str]:
    """On an upright panel nothing but rows of a list, of characters too, begins high up."""
    if panel.width_px > panel.height_px:
        return
    writes = any(target.act is Press.CHARACTER for target in scene.targets)
    own = {row.act for row in page.rows}
    for target in scene.targets:
        listed = target.act in OF_ROWS or (writes and target.act is Press.MORE)
        listed = listed or target.act is Press.POINT or target.act in own
        if not listed and target.box.y < REACH * panel.height_px:
            yield f"{target.act} {target.value} begins at {target.box.y / panel.height_px:.0%}"


def check_composition(scene: Scene, room: Box, measure: Measure) -> Iterator[str]:
    """What stands on a wide page takes at least `LEAST_USED` of its room, from corner to corner."""
    boxes = [target.box for target in scene.targets]
    boxes += [
        ink_box(mark, measure) if isinstance(mark, TextBlock) else mark.box for mark in scene.marks
    ]
    inside = [box for box in boxes if room.contains(*box.middle)]
    left, top = min(box.x for box in inside), min(box.y for box in inside)
    right, bottom = max(box.right for box in inside), max(box.bottom for box in inside)
    used = (right - left) * (bottom - top) / (room.w * room.h)
    if used < LEAST_USED:
        yield f"only {used:.0%} of the page are used"


def check_low(scene: Scene, highest: int) -> Iterator[str]:
    """Nothing that is touched begins above what a seated person reaches; fields to sign in, too."""
    for target in scene.targets:
        if target.box.y < highest and target.act is not Press.POINT:
            yield f"{target.act} {target.value} begins {highest - target.box.y} px too high"
    for mark in scene.marks:
        if isinstance(mark, SignatureField) and mark.box.y < highest:
            yield f"the field to write in begins {highest - mark.box.y} px too high"


def check_lines(scene: Scene) -> Iterator[str]:
    for words, _ in texts(scene):
        for line in words.lines[1:]:
            if line[0] in NEVER_FIRST:
                yield f"{words.lines}: a line begins with {line[0]}"
        if len(words.lines) > 1 and body_length(words.lines[-1]) < 2:
            yield f"{words.lines}: one character alone on the last line"


def check_glyphs(scene: Scene, known: dict[Weight, frozenset[int]]) -> Iterator[str]:
    for words, _ in texts(scene):
        for sign in "".join(words.lines):
            if ord(sign) not in known[words.weight]:
                yield f"{words.weight.value} has no {sign!r}"
