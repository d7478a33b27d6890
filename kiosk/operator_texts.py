"""Chinese texts for technicians, operators and the log, from config/texts/operator/ROOM.toml.

What stands on pages is not here: docs/writing.md says which file has which words. Like gettext
this is a constant resource of the program: callers name a text by its key and pass its values.
A file is read when its first text is needed, so that nothing is read at start. Only the standard
library is needed, because the updater runs from a copy of a few files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parents[1] / "config" / "texts" / "operator"


def text_of(key: str, /, **values: object) -> str:
    """Return a text with its fields filled in by `str.format`, from `values`.

    `key` is ROOM.NAME, or ROOM.TABLE.NAME. Write it as a literal: tests/test_chinese_in_code.py
    compares keys and fields with the files. Raises KeyError for an unknown key or a field without
    its value, OSError for an unknown room.
    """
    found = _find(key)
    if not isinstance(found, str):
        raise KeyError(key)
    return found.format(**values)


def texts_of(key: str, /) -> Mapping[str, str]:
    """Return the texts of the table ROOM.TABLE by their names, for instance an enum's values.

    They have no fields. Raises KeyError for an unknown key, OSError for an unknown
    room.
    """
    found = _find(key)
    if not isinstance(found, dict):
        raise KeyError(key)
    return MappingProxyType(found)


def _find(key: str) -> object:
    room, *names = key.split(".")
    found: Any = _read(room)
    for name in names:
        found = found[name]
    return found


@cache
def _read(room: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{room}.toml").read_text("utf-8"))
