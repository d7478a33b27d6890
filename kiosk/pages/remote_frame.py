"""A page as a frame for a helper in the control room: made of known words alone.

A frame holds no text of the page itself. Each text is looked up among the words of this program:
the same words come back, or the words of a sentence with a mask in each of its blanks, or the mask
alone. So nothing that was read, typed or fetched can get into a frame, whatever a page shows.
Which pages have frames, and which of their parts, says config/remote_help.toml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from kiosk.config.schema import ConfigError, Problem, load
from kiosk.operator_texts import text_of
from kiosk.pages.page import Choice, Layout, Page, Row, Tick
from kiosk.pages.press import Press

FILE = "remote_help.toml"
VERSION = 1
MASK = "＊＊"
NO_PLACE = -1
HIDDEN_LAYOUTS = frozenset(
    {Layout.CAMERA, Layout.KEYPAD, Layout.SIGN, Layout.WRITE, Layout.RECEIPT}
)
"""Layouts that never have a frame, whatever the file says: faces, numbers, signatures."""
_BLANK = re.compile(r"\{[^{}]*\}")
_LEAST_KNOWN = 2  # characters that a sentence has besides its blanks

Place = tuple[Press, str]


class FramePart(StrEnum):
    """The parts of a page that a frame may hold."""

    TITLE = "title"
    SENTENCE = "sentence"
    PANEL = "panel"
    ROWS = "rows"  # their words
    REASONS = "reasons"  # the second line of rows
    TICKS = "ticks"
    CHOICES = "choices"


@dataclass(frozen=True)
class FramePolicy:
    """The file config/remote_help.toml.

    `pages`: the parts of each page that may be in a frame. `never`: pages that may not stand there.
    """

    pages: Mapping[str, tuple[FramePart, ...]]
    never: tuple[str, ...]

    def parts_of(self, page: Page) -> frozenset[FramePart]:
        """Return the parts of this page that a frame may hold; none of a page that is hidden."""
        if page.layout in HIDDEN_LAYOUTS or page.name in self.never:
            return frozenset()
        return frozenset(self.pages.get(page.name, ()))


def read_frame_policy(folder: Path) -> FramePolicy:
    """Return the policy of config/, `folder`; raises ConfigError, also for a page on both lists."""
    path = folder / FILE
    found = load(FramePolicy, path)
    if both := sorted(set(found.never) & found.pages.keys()):
        expected = text_of("config.never_in_a_frame")
        raise ConfigError(tuple(Problem(str(path), 0, f"pages.{one}", expected) for one in both))
    return found


@dataclass(frozen=True)
class _Sentence:
    """A sentence with blanks: its parts, how it is matched, and how it looks masked."""

    parts: tuple[str, ...]
    pattern: re.Pattern[str]
    masked: str


class KnownWords:
    """All words of this program, by which a text is masked.

    `sources` are the values that hold them, at any depth; `swaps` are words that stand in place of
    others for whoever files for somebody else.
    """

    def __init__(self, sources: Iterable[object], swaps: Mapping[str, str]) -> None:
        own = set(_texts_in(tuple(sources)))
        swapped = {_swapped(one, swaps) for one in own}
        self._words = frozenset(one for one in own | swapped if not _BLANK.search(one))
        sentences = (_sentence(one) for one in own | swapped if _BLANK.search(one))
        longest_first = sorted(
            (one for one in sentences if sum(map(len, one.parts)) >= _LEAST_KNOWN),
            key=lambda one: (-sum(map(len, one.parts)), one.masked),
        )
        self._sentences = tuple(longest_first)

    def mask(self, text: str) -> str:
        """Return known words for `text`, with a mask for what is not known; "" for no text."""
        if not text or text in self._words:
            return text
        for one in self._sentences:
            if all(part in text for part in one.parts) and one.pattern.fullmatch(text):
                return one.masked
        return MASK


@dataclass(frozen=True)
class RemoteFrame:
    """A page as a helper sees it; `places` are what can be pointed at, and stay here."""

    content: Mapping[str, Any]
    places: tuple[Place, ...]

    def encode(self, number: int) -> bytes:
        """Return the frame with its number, as JSON."""
        said = {"version": VERSION, "number": number, **self.content}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def frame_of(page: Page, policy: FramePolicy, known: KnownWords) -> RemoteFrame:
    """Return the frame of a page; of a hidden page nothing but that it is hidden.

    `known` masks its texts.
    """
    parts = policy.parts_of(page)
    if not parts:
        return RemoteFrame({"page": "", "step": 0, "lines": [], "rows": [], "choices": []}, ())
    maker = _FrameMaker(known, parts)
    lines = maker.line(FramePart.TITLE, page.title)
    lines += maker.line(FramePart.SENTENCE, page.sentence)
    if page.panel is not None:
        for words in (page.panel.heading, *page.panel.lines):
            lines += maker.line(FramePart.PANEL, words)
    rows = [maker.row(one) for one in page.rows] if FramePart.ROWS in parts else []
    pressed = page.choices if FramePart.CHOICES in parts else ()
    choices = [maker.choice(one) for one in (*pressed, *page.dock) if one is not None]
    content = {"page": page.name, "step": page.step, "lines": lines, "rows": rows}
    return RemoteFrame(content | {"choices": choices}, tuple(maker.places))


class _FrameMaker:
    """Makes the parts of one frame, and collects its places."""

    def __init__(self, known: KnownWords, parts: frozenset[FramePart]) -> None:
        self._known, self._parts = known, parts
        self.places: list[Place] = []

    def line(self, part: FramePart, text: str) -> list[str]:
        """Return the masked text as a list of one, nothing for a part that is left out."""
        return [self._known.mask(text)] if text and part in self._parts else []

    def row(self, row: Row) -> dict[str, Any]:
        """Return a row; its mark only where the page's may be seen."""
        said: dict[str, Any] = {"words": self._known.mask(row.words)}
        if row.reason and FramePart.REASONS in self._parts:
            said["under"] = self._known.mask(row.reason)
        if row.tick is not Tick.NONE and FramePart.TICKS in self._parts:
            said["tick"] = row.tick.value
        return said | {"place": NO_PLACE if row.act is None else self._place(row.act, row.value)}

    def choice(self, choice: Choice) -> dict[str, Any]:
        """Return a choice; whether it is picked already is not told."""
        place = self._place(choice.act, choice.value)
        return {"words": self._known.mask(choice.words), "place": place}

    def _place(self, act: Press, value: str) -> int:
        self.places.append((act, value))
        return len(self.places) - 1


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, Enum):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts_in(one)
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _texts_in(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _texts_in(getattr(value, one.name))


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    for word, other in swaps.items():
        text = text.replace(word, other)
    return text


def _sentence(text: str) -> _Sentence:
    parts = _BLANK.split(text)
    pattern = ".+?".join(map(re.escape, parts))
    known = tuple(one for one in parts if one)
    return _Sentence(known, re.compile(pattern, re.DOTALL), MASK.join(parts))
