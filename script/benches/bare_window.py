"""The floor: a Kivy window with one word, with the settings of the kiosk and nothing else."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from screens.platform import prepare_kivy

prepare_kivy(offscreen="DISPLAY" not in os.environ)

from kivy.base import EventLoop, runTouchApp  # noqa: E402
from kivy.clock import Clock  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


def ready(_seconds: float) -> None:
    """Say when the first frame has been drawn."""
    Path(sys.argv[1]).write_text(f'{{"at": {time.time()}, "face": null}}')


EventLoop.ensure_window()
Clock.schedule_once(ready, 0)
runTouchApp(Label(text="1"))
