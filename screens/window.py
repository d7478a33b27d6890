"""The one Kivy window: its canvas, touches, clock and loop."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glFinish, glReadPixels

from kiosk.operator_texts import text_of
from screens.dev_dock import DevButton, DockScene
from screens.painting.dirty_regions import Damage
from screens.painting.metrics import Metrics
from screens.painting.pictures import Pictures
from screens.painting.redraw import draw_only_damage
from screens.painting.scene_painter import ScenePainter
from screens.painting.textures import Textures
from screens.scene import Weight
from screens.sdl_gate import close_the_gate
from screens.theme import ScreenPanel

Down = Callable[[object, float, float, float], None]
Other = Callable[[object, float, float], None]


class KioskWindow:
    """Kivy's window, reduced to what the shell needs; coordinates have their origin on top.

    `strip`: width of the demo dock in px, 0 for none.

    `fonts` are the files of the three weights.
    """

    def __init__(
        self, panel: ScreenPanel, strip: int, fonts: Mapping[Weight, Path], pictures: Pictures
    ) -> None:
        self._panel = panel
        self._strip = strip
        self._pictures = pictures
        self.metrics = Metrics(fonts)
        EventLoop.ensure_window()
        Window.size = (panel.width_px + strip, panel.height_px)
        Window.clearcolor = (0, 0, 0, 1)
        Window.set_title(text_of("terminal.window_title"))
        self.damage = Damage()
        self.painter = ScenePainter(
            Window.canvas, panel.height_px, Textures(fonts, pictures), self.damage
        )
        self._dock: DockScene | None = None
        self._make_dock: Callable[[tuple[DevButton, ...]], DockScene]
        self._dock_easel = ScenePainter(
            Window.canvas, panel.height_px, Textures(fonts, pictures), self.damage
        )
        runTouchApp(embedded=True)
        draw_only_damage(self.damage)
        close_the_gate(may_close=strip > 0)
        # A touch that came while the loop slept is answered in this turn, not in the next.
        Clock.schedule_interval(lambda _dt: Window.mainloop(), 0)

    def on_finger(self, down: Down, moved: Other, up: Other) -> None:
        """Call `down`, `moved` and `up` for every touch on the panel.

        They get the finger, x and y in px from the upper left corner; `down` also its width in mm.
        """

        def touch_down(_window: Any, touch: Any) -> bool:
            if touch.is_mouse_scrolling:
                return True
            x, y = self._place(touch)
            if x >= self._panel.width_px and self._dock is not None:
                self._draw_dock(self._dock.press(x, y))
                return True
            down(touch.uid, x, y, self._size_mm(touch))
            return True

        def touch_move(_window: Any, touch: Any) -> bool:
            moved(touch.uid, *self._place(touch))
            return True

        def touch_up(_window: Any, touch: Any) -> bool:
            up(touch.uid, *self._place(touch))
            return True

        Window.bind(on_touch_down=touch_down, on_touch_move=touch_move, on_touch_up=touch_up)

    def on_resize(self, resize: Callable[[int, int], None]) -> None:
        """Call `resize` with the panel's new width and height in px, as after a rotation."""

        def resized(_window: Any, width: int, height: int) -> None:
            width -= self._strip
            if (width, height) != (self._panel.width_px, self._panel.height_px):
                self._panel = replace(self._panel, width_px=width, height_px=height)
                self.painter.turn(height)
                resize(width, height)

        Window.bind(on_resize=resized)

    def wait_for_each_picture(self) -> None:
        """Finish each picture before the next: without a screen no swap waits for it.

        Mesa's software renderer keeps every texture and buffer of pictures that nobody waited for,
        40 to 100 MiB a visit.
        """
        Window.bind(on_flip=lambda _window: glFinish())

    def redraw(self) -> None:
        """Draw the whole picture at the next turn of the loop, not only what changed."""
        self.damage.everything()
        Window.canvas.ask_update()

    def add_dock(
        self, buttons: tuple[DevButton, ...], draw: Callable[[tuple[DevButton, ...]], DockScene]
    ) -> None:
        """Paint the demo dock beside the page, as `draw` makes it of its buttons."""
        self._make_dock = draw
        self._draw_dock(buttons)

    def _draw_dock(self, buttons: tuple[DevButton, ...]) -> None:
        if self._dock is None or buttons != self._dock.buttons:
            self._dock = self._make_dock(buttons)
            self._dock_easel.paint(self._dock.scene, None, self._dock.box)

    def post(self, work: Callable[[], None]) -> None:
        """Do some work on the window's thread, in the next turn of the loop; from any thread."""
        Clock.schedule_once(lambda _dt: work(), 0)

    def later(self, seconds: float, work: Callable[[], None]) -> Any:
        """Call `work` on the main thread after `seconds`; return a handle with `cancel()`."""
        return Clock.schedule_once(lambda _dt: work(), seconds)

    def every(self, seconds: float, work: Callable[[], None]) -> Any:
        """Call `work` on the main thread every `seconds`; return a handle with `cancel()`."""
        return Clock.schedule_interval(lambda _dt: work(), seconds)

    def warm(self, drawings: Iterable[tuple[str, str, int, int]]) -> None:
        """Render drawings beforehand on a thread: name, contrast, width and height in px."""
        self._pictures.warm([self._pictures.drawing(*one) for one in drawings])

    def touch(self) -> None:
        """Let what is rendered beforehand rest, so that a press is answered at once."""
        self._pictures.touch()

    def run(self) -> None:
        """Run the loop until `stop`."""
        EventLoop.mainloop()
        stopTouchApp()

    def stop(self) -> None:
        """End the loop."""
        stopTouchApp()

    def request_stop(self) -> None:
        """Set the loop's flag and nothing else.

        A signal handler may not take the lock of Kivy's clock.
        """
        EventLoop.quit = True

    def idle(self) -> None:
        """Do one turn of the loop."""
        EventLoop.idle()

    def save_screenshot(self, path: Path) -> None:
        """Draw now, read the pixels back and write the panel's part as PNG."""
        Window.dispatch("on_draw")
        width, height = Window.size
        # Software GL converts to RGB pixel by pixel; RGBA comes as it is.
        data = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
        stride, wanted = width * 4, self._panel.width_px * 4
        rows = [data[row * stride : row * stride + wanted] for row in range(height)]
        path.write_bytes(png(self._panel.width_px, rows[::-1]))

    def _place(self, touch: Any) -> tuple[float, float]:
        return touch.x, self._panel.height_px - touch.y

    def _size_mm(self, touch: Any) -> float:
        """Return the width of the touch in mm, 0 where the panel does not report it."""
        shape = getattr(touch, "shape", None)
        width = float(getattr(shape, "width", 0.0) or 0.0)
        return width / self._panel.px_per_mm


def png(width: int, rows: list[bytes]) -> bytes:
    """Return RGBA rows as PNG, compressed fast rather than small."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 6, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\x00" + row for row in rows), level=1)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
