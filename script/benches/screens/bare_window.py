"""The floor of the start bench: a Kivy window with one word and the kiosk's settings."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kiosk.config.settings_reader import read_settings
from screens.kivy_start import configure, set_environment
from screens.theme import ScreenPanel


def main(ready: Path) -> None:
    """Open the window and write to `ready` when its first frame has been drawn."""
    wanted = read_settings(Path("config/kiosk.toml")).panel
    hidden = set_environment()
    configure(ScreenPanel(wanted.width_px, wanted.height_px, wanted.px_per_mm), hidden=hidden)
    from kivy.base import EventLoop, runTouchApp  # noqa: PLC0415 - importing Kivy opens a window
    from kivy.clock import Clock  # noqa: PLC0415
    from kivy.uix.label import Label  # noqa: PLC0415

    def drawn(_seconds: float) -> None:
        ready.write_text(f'{{"at": {time.time()}, "face": null}}')

    EventLoop.ensure_window()
    # The second turn of the loop comes after the first frame.
    Clock.schedule_once(lambda _seconds: Clock.schedule_once(drawn, 0), 0)
    runTouchApp(Label(text="1"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
