"""Bench of the camera page's frame rate in a whole kiosk with its face process.

It is a process of its own; it writes the seconds between frames that were drawn, and the camera's
rate.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from drivers.simulated.desk import DemoDesk
from kiosk.config.layers import layers_of
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from screens.shell import Shell
from script.benches.screens.pressing import Eye
from wiring.demo.demo import TERMINAL
from wiring.places import CONFIG, DEFAULTS, ROOT
from wiring.terminal import Kiosk, open_kiosk

PATIENCE_SECONDS = 60.0
SETTLE_SECONDS = 2.0


def mirror(seconds: float) -> dict[str, object]:
    """Go to the camera page, stand too far away, and watch for so many seconds."""
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder,
        DemoDesk(ROOT, Path(folder), TERMINAL) as desk,
    ):
        desk.bench.show("too_far")
        pages: list[Page] = []
        layers = [DEFAULTS, CONFIG / "profiles" / "demo.toml", desk.write_site()]
        shell, kiosk = open_kiosk(layers_of(DEFAULTS, layers), seen=pages.append)
        eye = Eye()
        kiosk.runner.start()
        try:
            until(eye, lambda: pages[-1].name == "idle")
            press(shell, kiosk, Press.START_SELF)
            press(shell, kiosk, Press.AGREE)
            desk.bench.place_card("liu")
            until(eye, lambda: pages[-1].name == "proof" and shell.mirrored > 0)
            eye.during(SETTLE_SECONDS)
            return watch(shell, kiosk, eye, seconds)
        finally:
            kiosk.stop()


def press(shell: Shell, kiosk: Kiosk, act: Press) -> None:
    kiosk.runner.press(act)
    shell.idle()


def until(eye: Eye, wanted: Callable[[], bool]) -> None:
    give_up = time.perf_counter() + PATIENCE_SECONDS
    while not wanted():
        if time.perf_counter() > give_up:
            raise TimeoutError("the camera page does not come")
        eye.turn()


def watch(shell: Shell, kiosk: Kiosk, eye: Eye, seconds: float) -> dict[str, object]:
    """Return gaps between drawn frames in seconds, and the rates of drawn and camera frames."""
    first, shown, seen = newest(kiosk), shell.mirrored, [time.perf_counter()]
    end = seen[0] + seconds
    while time.perf_counter() < end:
        eye.turn()
        if shell.mirrored != shown:
            shown = shell.mirrored
            seen.append(eye.seen_at)
    gaps = [after - before for before, after in pairwise(seen)]
    came = newest(kiosk) - first
    return {"gaps": gaps, "a_second": len(gaps) / seconds, "came_a_second": came / seconds}


def newest(kiosk: Kiosk) -> int:
    frame = kiosk.frames()
    return frame.sequence if frame is not None else 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("seconds", type=float)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.write_text(json.dumps(mirror(options.seconds)))


if __name__ == "__main__":
    main()
