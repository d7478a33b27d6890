"""Partial drawing of the window by scissors, where the window keeps its last picture.

With software rendering a swap copies, so the picture that was drawn last is still there; whether it
is, is tried once. With a graphics card buffers take turns, and a whole page costs little there.
"""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.graphics import opengl

from screens.box import Box
from screens.painting.dirty_regions import Damage

IN_SOFTWARE = (b"llvmpipe", b"softpipe", b"swrast")
SHADES = (1, 2, 3, 4)  # of 255: nobody sees them
RENDERER = opengl.GL_RENDERER


def draw_only_damage(damage: Damage) -> None:
    """Let the window draw only what is damaged, if it keeps the rest."""
    if not (_is_software() and _keeps_pictures()):
        return

    def draw(window: Any) -> bool:
        box = damage.take()
        if box is not None:
            _cut_out(box, window.size[1])
        window.on_draw()
        opengl.glDisable(opengl.GL_SCISSOR_TEST)
        return True

    Window.bind(on_draw=draw)


def _is_software() -> bool:
    name: bytes = opengl.glGetString(RENDERER)
    return any(one in name for one in IN_SOFTWARE)


def _keeps_pictures() -> bool:
    """Show some shades and tell whether each is still there after it was shown."""
    return all(_is_kept(shade) for shade in SHADES)


def _is_kept(shade: int) -> bool:
    opengl.glClearColor(shade / 255, 0, 0, 1)
    opengl.glClear(opengl.GL_COLOR_BUFFER_BIT)
    Window.flip()
    red = opengl.glReadPixels(0, 0, 1, 1, opengl.GL_RGBA, opengl.GL_UNSIGNED_BYTE)[0]
    return bool(red == shade)


def _cut_out(box: Box, height: int) -> None:
    """Limit drawing to the box; its origin is above, that of the scissors below."""
    opengl.glEnable(opengl.GL_SCISSOR_TEST)
    opengl.glScissor(box.x, height - box.bottom, max(0, box.w), max(0, box.h))
