"""Settings of aids for people: headphones, a keypad of few keys, a bell at the helper's desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class HeadphoneSettings:
    """Headphones: `jack` is the input device that tells of plugging, `url` where they sound."""

    jack: str = ""
    url: str = "alsa:default"


@dataclass(frozen=True)
class KeypadSettings:
    """A keypad of few keys beside the screen (an input device), and the functions of its keys.

    Names are those of the kernel's input-event-codes.h without KEY_, in small letters.
    """

    url: str = ""
    next: tuple[str, ...] = ("right", "down", "tab", "kpplus")
    previous: tuple[str, ...] = ("left", "up", "kpminus")
    choose: tuple[str, ...] = ("enter", "kpenter", "space")
    repeat: tuple[str, ...] = ("home", "kpdot")
    slower: tuple[str, ...] = ("pagedown", "kpslash")
    louder: tuple[str, ...] = ("pageup", "kpasterisk")
    help: tuple[str, ...] = ("f1",)
    erase: tuple[str, ...] = ("backspace",)


@dataclass(frozen=True)
class HelpSettings:
    """The bell at the helper's desk ("" for none) and when the telephones are answered.

    `remote`: whether helpers in the control room may be asked to look.
    """

    bell: str = ""
    hours: str = ""
    maintainer_phone: str = ""
    maintainer_hours: str = ""
    remote: bool = False


_TYPED = "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"
_FIRST_OF_ROW = 2, 16, 30, 44
KEY_CODES: Mapping[str, int] = {
    **{
        name: first + at
        for row, first in zip(_TYPED, _FIRST_OF_ROW, strict=True)
        for at, name in enumerate(row)
    },
    **{f"f{number}": 58 + number for number in range(1, 11)},
    **{f"f{number}": 170 + number for number in range(13, 25)},
    **{f"kp{name}": 71 + at for at, name in enumerate("789")},
    **{f"kp{name}": 75 + at for at, name in enumerate("456")},
    **{f"kp{name}": 79 + at for at, name in enumerate("1230")},
    "esc": 1,
    "minus": 12,
    "equal": 13,
    "backspace": 14,
    "tab": 15,
    "enter": 28,
    "leftctrl": 29,
    "leftshift": 42,
    "comma": 51,
    "dot": 52,
    "slash": 53,
    "rightshift": 54,
    "kpasterisk": 55,
    "leftalt": 56,
    "space": 57,
    "numlock": 69,
    "kpminus": 74,
    "kpplus": 78,
    "kpdot": 83,
    "f11": 87,
    "f12": 88,
    "kpenter": 96,
    "rightctrl": 97,
    "kpslash": 98,
    "rightalt": 100,
    "home": 102,
    "up": 103,
    "pageup": 104,
    "left": 105,
    "right": 106,
    "end": 107,
    "down": 108,
    "pagedown": 109,
    "insert": 110,
    "delete": 111,
    "mute": 113,
    "volumedown": 114,
    "volumeup": 115,
}
"""The kernel's key codes, from linux/input-event-codes.h."""


def meanings(keypad: KeypadSettings) -> Mapping[int, str]:
    """Return the meaning of each key by its code: the name of a setting, or a digit."""
    digits = {KEY_CODES[f"{side}{digit}"]: digit for side in ("", "kp") for digit in "0123456789"}
    named = {
        KEY_CODES[name]: meaning
        for meaning, names in asdict(keypad).items()
        if meaning != "url"
        for name in names
    }
    return {**digits, **named}


def unknown_keys(keypad: KeypadSettings) -> Iterator[tuple[str, str]]:
    """Yield setting and name of every key name that the kernel does not know."""
    for meaning, names in asdict(keypad).items():
        if meaning != "url":
            yield from ((meaning, name) for name in names if name not in KEY_CODES)
