"""The forms of values on the command line, and how each is read from what was typed.

A `read` function raises ValueError for what does not have the form; the sentence for it stands in
config/texts/commands.*.toml under [values], by the name of the form.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

HIGHEST_PORT = 65535


@dataclass(frozen=True)
class Value:
    """One form of value; `bounds` fill the placeholders of its sentence."""

    name: str
    read: Callable[[str], object]
    bounds: Mapping[str, object] = field(default_factory=dict)


def existing_file(argument: str) -> Path:
    """Return the path `argument` of a file, pipe or device that exists; raises ValueError."""
    if not os.path.exists(argument) or os.path.isdir(argument):  # noqa: PTH110, PTH112 - never raise
        raise ValueError(argument)
    return Path(argument)


def existing_folder(argument: str) -> Path:
    """Return the path `argument` of a folder that exists; raises ValueError."""
    if not os.path.isdir(argument):  # noqa: PTH112 - never raises
        raise ValueError(argument)
    return Path(argument)


def any_path(argument: str) -> Path:
    """Return the path `argument`, which need not exist; raises ValueError for an impossible one."""
    if not argument or "\0" in argument:
        raise ValueError(argument)
    return Path(argument)


def whole(lowest: int, highest: int) -> Value:
    """Return the form of a whole number within bounds, both included."""
    return Value(
        "whole",
        partial(_within, int, lowest, highest),
        {"lowest": lowest, "highest": highest},
    )


def number(lowest: float, highest: float) -> Value:
    """Return the form of a finite number within bounds, both included.

    They have the unit of the option: seconds, days, a share, whatever its help says.
    """
    return Value(
        "number",
        partial(_within, float, lowest, highest),
        {"lowest": f"{lowest:g}", "highest": f"{highest:g}"},
    )


def matching(name: str, pattern: str) -> Value:
    """Return the form of a text that matches `pattern` as a whole, in ASCII."""
    return Value(name, partial(_matched, re.compile(pattern, re.ASCII)))


def words_of(name: str, *known: str) -> Value:
    """Return the form of a list of known words with commas between them."""
    return Value(name, partial(_listed, known), {"known": ",".join(known)})


def read_vpcd(argument: str) -> tuple[str, int]:
    """Return host and port of `argument`, vpcd:HOST:PORT; raises ValueError."""
    kind, _, address = argument.partition(":")
    host, _, port = address.rpartition(":")
    if kind != "vpcd" or not host:
        raise ValueError(argument)
    return host, _read_port(port)


def read_wire(argument: str) -> int | None:
    """Return the port of `argument`, tcp:PORT; None for "pty"; raises ValueError."""
    if argument == "pty":
        return None
    kind, _, port = argument.partition(":")
    if kind != "tcp":
        raise ValueError(argument)
    return _read_port(port)


def _read_port(argument: str) -> int:
    return int(_within(int, 0, HIGHEST_PORT, argument))


def _within(convert: Callable[[str], float], lowest: float, highest: float, argument: str) -> float:
    if not argument.isascii() or "_" in argument:
        raise ValueError(argument)
    found = convert(argument)
    if not math.isfinite(found) or not lowest <= found <= highest:
        raise ValueError(argument)
    return found


def _listed(known: Sequence[str], argument: str) -> str:
    if not all(one.strip() in known for one in argument.split(",")):
        raise ValueError(argument)
    return argument


def _matched(pattern: re.Pattern[str], argument: str) -> str:
    if pattern.fullmatch(argument) is None:
        raise ValueError(argument)
    return argument


TEXT = Value("text", str)
FILE = Value("file", existing_file)
FOLDER = Value("folder", existing_folder)
PATH = Value("path", any_path)
DAY = Value("day", date.fromisoformat)
PORT = whole(0, HIGHEST_PORT)
VPCD = Value("vpcd", read_vpcd)
WIRE = Value("wire", read_wire)
