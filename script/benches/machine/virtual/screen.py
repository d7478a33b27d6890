"""The screen of a virtual machine, seen from outside: pictures by QEMU, and what is on them."""

from __future__ import annotations

import json
import socket
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from wiring.places import ASSETS

LEAST_PAPER, LEAST_COLOURS = 0.3, 12
NEAR = 6  # of 255: a colour of the screen that is the page's own
LOOK_SECONDS, ANSWER_SECONDS = 0.3, 30.0


class VirtualScreen:
    """The screen of a machine that was started with its `words`; `folder` is for the pictures."""

    def __init__(self, folder: Path) -> None:
        """Prepare it; the machine need not run yet."""
        self._folder = folder
        self._socket = folder / "control.sock"

    def words(self) -> list[str]:
        """Return QEMU's words for the line on which pictures are asked for."""
        return ["-qmp", f"unix:{self._socket},server=on,wait=off"]

    def picture(self, name: str) -> Path:
        """Save what is on the screen now as a PNG; return its file.

        Raises OSError when the machine is off, RuntimeError when it has no picture.
        """
        file = self._folder / f"{name}.png"
        file.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ANSWER_SECONDS)
            line.connect(str(self._socket))
            with line.makefile("rw", encoding="utf-8") as talk:
                json.loads(talk.readline())
                for command, arguments in (
                    ("qmp_capabilities", {}),
                    ("screendump", {"filename": str(file), "format": "png"}),
                ):
                    said = _ask(talk, command, arguments)
                    if "error" in said:
                        raise RuntimeError(f"{command}: {said['error']}")
        return file

    def await_page(
        self, name: str, seconds: float, is_wanted: Callable[[Path], bool] | None = None
    ) -> tuple[Path, float] | None:
        """Look until a page is on the screen; return its picture and the seconds since now.

        None when there is none in `seconds`. `is_wanted` looks at the picture; any page without it.
        """
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                file = self.picture(name)
            except (OSError, RuntimeError):
                time.sleep(LOOK_SECONDS)
                continue
            if (is_wanted or is_page)(file):
                return file, time.monotonic() - began
            time.sleep(LOOK_SECONDS)
        return None


def is_page(file: Path) -> bool:
    """Tell whether a picture shows a page: much of it has the page's colour, and something else."""
    pixels = cv2.imread(str(file))
    if pixels is None:
        return False
    return paper_share(pixels) >= LEAST_PAPER and count_colours(pixels) >= LEAST_COLOURS


def paper_share(pixels: NDArray[np.uint8]) -> float:
    """Return the share of pixels (blue, green, red) that have the colour of a page."""
    words = tomllib.loads((ASSETS / "tokens.toml").read_text("utf-8"))
    paper = _find(words, "paper").lstrip("#")
    wanted = np.array([int(paper[at : at + 2], 16) for at in (4, 2, 0)])
    return float((np.abs(pixels.astype(np.int16) - wanted).max(axis=2) <= NEAR).mean())


def count_colours(pixels: NDArray[np.uint8]) -> int:
    """Return how many different colours there are, in steps of 16."""
    coarse = (pixels >> 4).astype(np.uint32)
    return len(np.unique(coarse[..., 0] << 8 | coarse[..., 1] << 4 | coarse[..., 2]))


def _find(table: dict[str, Any], name: str) -> str:
    """Return the first value of that name in nested tables."""
    for key, value in table.items():
        if key == name and isinstance(value, str):
            return value
        if isinstance(value, dict) and (found := _find(value, name)):
            return found
    return ""


def _ask(talk: Any, command: str, arguments: dict[str, str]) -> dict[str, Any]:
    talk.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
    talk.flush()
    while True:
        said: dict[str, Any] = json.loads(talk.readline())
        if "return" in said or "error" in said:
            return said
