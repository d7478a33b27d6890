"""Preparation of Kivy before its import: no arguments, files, keys or inputs of its own."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from kiosk.temporary_folders import own_prefix, remove_abandoned
from screens.theme import ScreenPanel

HOME_PREFIX = "kiosk-kivy-"
EXPECTED = ("Config: ", "Input: MTDev")


def is_news(record: logging.LogRecord) -> bool:
    """Tell whether a log message of Kivy is worth a line.

    Its new config and missing libmtdev aren't.
    """
    return not record.getMessage().startswith(EXPECTED)


def has_no_screen() -> bool:
    """Return whether a window would be seen by nobody, as SDL is told or without a display."""
    if "SDL_VIDEODRIVER" in os.environ:
        return os.environ["SDL_VIDEODRIVER"] == "offscreen"
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def set_environment(*, offscreen: bool | None = None) -> bool:
    """Set the environment that Kivy reads at import; return whether nothing will be visible.

    `offscreen`: draw without a window; None: if there is no display. Kivy writes into its home, so
    it gets a new directory of this process only; those of killed processes are removed.
    """
    hidden = has_no_screen() if offscreen is None else offscreen
    if hidden:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    for name in [one for one in os.environ if one.startswith(("KIVY_", "KCFG_"))]:
        del os.environ[name]  # they choose providers and modules, the inspector among them
    os.environ["KIVY_NO_ENV_CONFIG"] = "1"
    os.environ["KIVY_NO_ARGS"] = "1"
    # Otherwise SDL reports each finger once more, as a mouse.
    os.environ["SDL_TOUCH_MOUSE_EVENTS"] = "0"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"
    # SDL would turn INT and TERM into events that nobody reads while pages are drawn in a loop.
    os.environ["SDL_NO_SIGNAL_HANDLERS"] = "1"
    remove_abandoned(Path(tempfile.gettempdir()), HOME_PREFIX)
    os.environ["KIVY_HOME"] = tempfile.mkdtemp(prefix=own_prefix(HOME_PREFIX))
    atexit.register(remove_home)
    logger = logging.getLogger("kivy")
    logger.setLevel(logging.WARNING)
    logger.addFilter(is_news)
    return hidden


def remove_home() -> None:
    """Remove the directory that Kivy wrote its settings into, if there is one."""
    if (home := os.environ.pop("KIVY_HOME", None)) is not None:
        shutil.rmtree(home, ignore_errors=True)


def configure(panel: ScreenPanel, *, hidden: bool, extra_width: int = 0) -> None:
    """Write Kivy's configuration; call it after `set_environment` and before any window.

    `hidden`: nothing is visible. `extra_width`: px right of the panel for the demo dock, which also
    gives the window borders and a pointer.
    """
    from kivy.config import Config  # noqa: PLC0415 - reads the environment at import

    values: dict[tuple[str, str], Any] = {
        ("kivy", "exit_on_escape"): 0,
        ("kivy", "keyboard_mode"): "",
        ("kivy", "log_level"): "warning",
        ("kivy", "pause_on_minimize"): 0,
        ("graphics", "maxfps"): 30,
        ("graphics", "multisamples"): 0,
        ("graphics", "resizable"): 0,
        ("graphics", "width"): panel.width_px + extra_width,
        ("graphics", "height"): panel.height_px,
        ("graphics", "fullscreen"): 0,
        ("graphics", "borderless"): 0 if hidden or extra_width else 1,
        ("graphics", "position"): "custom",
        ("graphics", "left"): 0,
        ("graphics", "top"): 0,
        ("graphics", "show_cursor"): 1 if extra_width else 0,
        # Double touches and jitter are judged by screens/touch.py.
        ("postproc", "double_tap_time"): 0,
        ("postproc", "triple_tap_time"): 0,
        ("postproc", "jitter_distance"): 0,
    }
    for (section, key), value in values.items():
        Config.set(section, key, value)
    for module in list(Config.options("modules")):
        Config.remove_option("modules", module)
    _set_inputs(Config)


def _set_inputs(config: Any) -> None:
    for name in list(config.options("input")):
        config.remove_option("input", name)
    config.set("input", "mouse", "mouse,disable_multitouch")
