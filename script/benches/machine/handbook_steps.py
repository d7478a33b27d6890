"""The commands printed in the technician's handbook; the benches run those and no others.

A block is named by the word after `sh` in its first line.
"""

from __future__ import annotations

import re
from pathlib import Path

HANDBOOK = Path(__file__).resolve().parents[3] / "docs" / "handbook-technician.zh.md"
BLOCK = re.compile(r"^```sh (?P<name>[a-z-]+)\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)


def steps(path: Path = HANDBOOK) -> dict[str, str]:
    """Return the blocks by name; raises ValueError when a name comes twice."""
    found: dict[str, str] = {}
    for block in BLOCK.finditer(path.read_text("utf-8")):
        if block["name"] in found:
            raise ValueError(f"two blocks are named {block['name']}")
        found[block["name"]] = block["lines"]
    return found
