"""Setting of single values in a TOML text, whose other lines stay unchanged."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

HEADER = re.compile(r"\s*\[")


def with_values(text: str, changes: Mapping[str, str]) -> str:
    """Return the TOML text with each `section.key` set; other lines stay as they were written."""
    lines = text.splitlines()
    for key, value in changes.items():
        section, _, name = key.rpartition(".")
        lines = _with_value(lines, section, name, value)
    return "\n".join(lines) + "\n"


def _with_value(lines: list[str], section: str, name: str, value: str) -> list[str]:
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    head = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]")
    begins = next((at for at, one in enumerate(lines) if head.match(one)), None)
    if begins is None:
        return [*lines, *([""] if lines else []), f"[{section}]", line]
    ends = next((at for at in range(begins + 1, len(lines)) if HEADER.match(lines[at])), len(lines))
    known = re.compile(rf"\s*{re.escape(name)}\s*=")
    for at in range(begins + 1, ends):
        if known.match(lines[at]):
            return [*lines[:at], line, *lines[at + 1 :]]
    return [*lines[: begins + 1], line, *lines[begins + 1 :]]
