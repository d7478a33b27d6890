"""The shell: shows one page at a time and turns touches into events.

Importing this module imports nothing of Kivy; `open_shell` does, after configuring it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.font_coverage import read_coverage
from kiosk.pages.display import View
from kiosk.pages.page import Layout, Page
from kiosk.pages.press import Press
from kiosk.ports import Frame
from kiosk.visit.events.pressed import Drawn, Pressed
from screens.box import Box
from screens.breaks import read_words
from screens.fonts import font_files
from screens.kivy_start import configure, set_environment
from screens.layouts import picture
from screens.layouts.frame import compose
from screens.painting.pictures import Pictures
from screens.scene import Scene, SignatureField, Target
from screens.signature import Signature
from screens.theme import Measure, ScreenPanel, Theme, Tokens
from screens.touch import PALM_MM, PressModel

if TYPE_CHECKING:
    from screens.dev_dock import DevButton
    from screens.window import KioskWindow

CAMERA_POLL_SECONDS = 0.0  # at each turn of the loop; only a new frame is drawn
# Drawings of what a person does, the likeliest first.
ACTION_DRAWINGS = (
    "card_on_reader",
    "take_card",
    "take_both_cards",
    "paper_under_camera",
    "take_slip",
    "slip_under_scanner",
    "sign_with_finger",
)

PARTS_A_TURN = 8  # of a page that is prepared: a press in that turn waits some 20 ms

Send = Callable[[Pressed | Drawn], None]


@dataclass(frozen=True)
class ShellContext:
    """The shell's connections: events out, frames in, clock.

    `frames` returns the newest frame of the face camera; `sheet` that of the document camera.
    `picture` returns the captured picture of a paper by its number, None once it is gone; `touched`
    is called for every finger that comes down. `film` returns the picture of a film that is due, ""
    when none is shown any more.
    """

    send: Send
    frames: Callable[[], Frame | None] = lambda: None
    touched: Callable[[], None] = lambda: None
    now: Callable[[], float] = time.monotonic
    picture: Callable[[int], Frame | None] = lambda _number: None
    sheet: Callable[[], Frame | None] = lambda: None
    film: Callable[[str], Frame | None] = lambda _name: None


class Shell:
    """One window that shows one page.

    `assets` is the folder of fonts, icons and drawings; `outside` are the shell's connections.
    """

    def __init__(
        self, window: KioskWindow, panel: ScreenPanel, assets: Path, outside: ShellContext
    ) -> None:
        self._window = window
        self._panel = panel
        self._outside = outside
        self._tokens = Tokens(assets / "tokens.toml")
        self._coverage = read_coverage(assets)
        self._words = read_words(assets)
        self._page: Page | None = None
        self._scene = Scene("#000000", ())
        self._presses = PressModel(panel.px_per_mm)
        self._signature = Signature(panel.px_per_mm)
        self._poll: Any = None
        window.on_finger(self._finger_down, self._finger_moved, self._finger_up)
        window.on_resize(self._rotate)

    @property
    def panel(self) -> ScreenPanel:
        """Return the panel that pages are laid out for."""
        return self._panel

    @property
    def metrics(self) -> Measure:
        """Return the measure of text widths with the fonts of this shell."""
        return self._window.metrics

    @property
    def page(self) -> Page | None:
        """Return the page that is shown; None before the first."""
        return self._page

    @property
    def pressed(self) -> Target | None:
        """Return the target that looks pressed now."""
        return self._presses.shown

    @property
    def mirrored(self) -> int:
        """Return the number of the camera frame that is shown, 0 for none."""
        return self._window.painter.mirror.sequence

    @property
    def pictured(self) -> int:
        """Return the number of the paper's picture that is drawn, 0 for none."""
        return self._window.painter.photo.shown

    @property
    def scene(self) -> Scene:
        """Return the scene that is shown."""
        return self._scene

    def show(self, page: Page) -> None:
        """Draw the page; main thread only.

        A page with the same name and layout replaces the one before in place: fingers and ink
        survive.
        """
        before, self._page = self._page, page
        same = before is not None and (before.name, before.layout) == (page.name, page.layout)
        if not same:
            self._leave_page()
        theme = self.theme(page.view)
        # InkView draws the ink point by point; in the scene each stroke would repaint the field.
        ink, self._scene = page.ink, compose(theme, replace(page, ink=()))
        self._presses.renew(self._scene.targets)
        self._signature.renew(ink)
        self._paint()
        self._watch_frames(page.layout is Layout.CAMERA or page.live or bool(page.film))
        if page.photo and (photo := self._outside.picture(page.photo)) is not None:
            self._window.painter.photo.show(photo)

    def theme(self, view: View) -> Theme:
        """Return the theme of this shell for this text size, contrast and reach."""
        metrics, coverage = self._window.metrics, self._coverage
        return Theme(self._tokens, self._panel, view, metrics, coverage, self._words)

    def post(self, work: Callable[[], None]) -> None:
        """Run `work` on the main thread soon; the only way in from other threads."""
        self._window.post(work)

    def later(self, seconds: float, work: Callable[[], None]) -> Any:
        """Run `work` on the main thread after `seconds`; return a handle with `cancel()`."""
        return self._window.later(seconds, work)

    def run(self) -> None:
        """Show pages until `stop`; an exception of the program ends it and is raised here."""
        self._window.run()
        self.watch_nothing()

    def stop(self) -> None:
        """Make `run` return; main thread only."""
        self.watch_nothing()
        self._window.stop()

    def request_stop(self, _number: int = 0) -> None:
        """Make `run` return after this turn of the loop.

        Any thread or signal handler may call it.
        """
        self._window.request_stop()

    def watch_nothing(self) -> None:
        """Stop asking for frames until the next page that shows a camera or a film."""
        self._watch_frames(wanted=False)

    def idle(self) -> None:
        """Run the loop once; for tests and scripted persons that do not call `run`."""
        self._window.idle()

    def redraw(self) -> None:
        """Draw the whole page at the next turn of the loop, not only what changed."""
        self._window.redraw()

    def warm(self, pages: Iterable[Page] = ()) -> None:
        """Prepare `pages`, which may come next, then the drawings of actions on a thread.

        The pages are prepared on the main thread, a little at each turn of the loop, so that a
        press waits for little. They are kept, so they must be of nobody.
        """
        self._go_on(self._prepare(tuple(pages)))

    def _go_on(self, steps: Iterator[None]) -> None:
        for _ in steps:
            self._window.later(0, lambda: self._go_on(steps))
            return
        self._window.warm(self.action_drawings())

    def _prepare(self, pages: tuple[Page, ...]) -> Iterator[None]:
        for page in pages:
            scene = compose(self.theme(page.view), page)
            yield
            for at, part in enumerate(scene.parts, 1):
                self._window.painter.prepare(part)
                if at % PARTS_A_TURN == 0:
                    yield

    def action_drawings(self) -> tuple[tuple[str, str, int, int], ...]:
        """Return every drawing of an action to prepare: name, contrast, width and height in px.

        The contrast is "light" or "hc", high contrast.
        """
        widths = [round(mm * self._panel.px_per_mm) for mm in picture.WIDTHS]
        return tuple(
            (name, contrast, width, round(width * picture.RATIO))
            for contrast in ("light", "hc")
            for width in widths
            for name in ACTION_DRAWINGS
        )

    def save_screenshot(self, path: Path) -> None:
        """Write the panel's part of the window as PNG."""
        self._window.save_screenshot(path)

    def place_of(self, act: Press, value: str = "") -> tuple[int, int] | None:
        """Return the centre of the target of `act` and `value`, None if the page has none.

        In px from the upper left corner.
        """
        for target in self._scene.targets:
            if (target.act, target.value) == (act, value):
                return target.box.middle
        return None

    def target_at(self, x: float, y: float) -> Target | None:
        """Return the uppermost target at (x, y), in px from the upper left corner."""
        hits = [target for target in self._scene.targets if target.box.contains(x, y)]
        return hits[-1] if hits else None

    def signing_field(self) -> Box | None:
        """Return the box in which a finger signs, None if the page has none."""
        field = self._signature_field()
        return field.box if field is not None else None

    def _signature_field(self) -> SignatureField | None:
        return next((mark for mark in self._scene.marks if isinstance(mark, SignatureField)), None)

    def _rotate(self, width: int, height: int) -> None:
        """Draw the page for a rotated panel; a signature is cleared, as its field has changed."""
        self._panel = self._panel.turned(width, height)
        page, was_signed = self._page, bool(self._signature.ink)
        self._leave_page()
        if page is not None:
            self.show(replace(page, ink=()))
        if was_signed:
            self._outside.send(Pressed(Press.CLEAR_INK))

    def _leave_page(self) -> None:
        self._presses.forget()
        self._signature.forget()
        self._window.painter.forget()

    def _paint(self) -> None:
        self._window.painter.paint(self._scene, self._presses.shown)
        self._draw_ink()

    def _draw_ink(self) -> None:
        self._window.painter.ink.draw(self._signature.ink, self._panel.px_per_mm)

    def _watch_frames(self, wanted: bool) -> None:
        if wanted and self._poll is None:
            self._poll = self._window.every(CAMERA_POLL_SECONDS, self._show_frame)
        elif not wanted and self._poll is not None:
            self._poll.cancel()
            self._poll = None
            self._outside.film("")

    def _show_frame(self) -> None:
        page, painter = self._page, self._window.painter
        if page is not None and page.film:
            shown, frame = painter.photo.show, self._outside.film(page.film)
        elif page is not None and page.live:
            shown, frame = painter.photo.show, self._outside.sheet()
        else:
            shown, frame = painter.mirror.show, self._outside.frames()
        if frame is not None:
            shown(frame)

    def _finger_down(self, finger: object, x: float, y: float, size_mm: float) -> None:
        self._outside.touched()
        self._window.touch()
        now = self._outside.now()
        writing = self._signature.drawing and not self._signature.resting(now)
        if writing or size_mm >= PALM_MM:
            return
        if self._presses.press(finger, x, y, now, self.target_at, size_mm):
            self._paint()
            return
        field = self._signature_field()
        if field is None or self._presses.busy or not _is_in_signing_area(field, x, y):
            return
        is_first = not self._signature.ink
        if self._signature.press(finger, x, y, now, field.box):
            self._draw_ink()
            # The first stroke is the confirmation of what is signed (docs/architecture.md).
            if is_first:
                self._outside.send(Pressed(Press.CONFIRM))

    def _finger_moved(self, finger: object, x: float, y: float) -> None:
        field = self._signature_field()
        if field and self._signature.move(finger, x, y, self._outside.now(), field.box):
            self._draw_ink()
            return
        before = self._presses.shown
        self._presses.move(finger, x, y)
        if self._presses.shown != before:
            self._paint()

    def _finger_up(self, finger: object, x: float, y: float) -> None:
        self._window.touch()
        if self._signature.release(finger):
            self._outside.send(Drawn(self._signature.ink))
            return
        was_busy = self._presses.busy
        target = self._presses.release(finger, x, y, self._outside.now())
        if was_busy and not self._presses.busy:
            self._paint()
        if target is not None:
            self._outside.send(Pressed(target.act, target.value))


def _is_in_signing_area(field: SignatureField, x: float, y: float) -> bool:
    on_button = field.keep_out is not None and field.keep_out.contains(x, y)
    return field.box.contains(x, y) and not on_button


def open_shell(
    panel: ScreenPanel,
    assets: Path,
    outside: ShellContext,
    *,
    offscreen: bool | None = None,
    dev_buttons: tuple[DevButton, ...] = (),
) -> Shell:
    """Open the window and return its shell.

    - `assets`: folder of fonts, icons and drawings.
    - `outside`: what the shell needs of the program around it.
    - `offscreen`: draw without a window; None: if there is no display.
    - `dev_buttons`: buttons of the demo dock, shown only when there is a screen.

    Raises FontMissingError before any window opens.
    """
    fonts = font_files(assets)
    hidden = set_environment(offscreen=offscreen)
    from screens import dev_dock  # noqa: PLC0415 - pulls in the sizes only

    strip = dev_dock.width(panel) if dev_buttons and not hidden else 0
    configure(panel, hidden=hidden, extra_width=strip)
    from screens.window import KioskWindow  # noqa: PLC0415 - importing Kivy opens a window

    window = KioskWindow(panel, strip, fonts, Pictures(assets))
    if hidden:
        window.wait_for_each_picture()
    if strip:
        tokens, metrics = Tokens(assets / "tokens.toml"), window.metrics
        window.add_dock(dev_buttons, lambda buttons: dev_dock.draw(panel, tokens, buttons, metrics))
    return Shell(window, panel, assets, outside)
