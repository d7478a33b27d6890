"""A kiosk as `run` starts it, whose main thread stands still for ever once a line is said to it."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from kiosk.config.layers import layers_of
from wiring.places import DEFAULTS
from wiring.terminal import open_kiosk
from wiring.watch import WatchdogFeeder


def run() -> None:
    shell, kiosk = open_kiosk(layers_of(DEFAULTS, map(Path, sys.argv[1:])))
    watch = WatchdogFeeder(shell, kiosk)
    kiosk.runner.start()
    shell.later(0, lambda: shell.later(0, watch.begin))

    def freeze() -> None:
        sys.stdin.readline()
        shell.post(threading.Event().wait)

    threading.Thread(target=freeze, daemon=True).start()
    shell.run()


if __name__ == "__main__":
    run()
