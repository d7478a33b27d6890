"""The text of a photographed paper, and what reads it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

NAMES = frozenset({"person_name", "father_name", "mother_name"})
"""Fields of a paper with the names of whom it is about (config/paper_reading.toml)."""


@dataclass(frozen=True)
class ReadField:
    """A value that was read of a paper; `is_checked` when a check of its own proves it."""

    name: str
    value: str = field(repr=False)
    is_checked: bool


@dataclass(frozen=True)
class PaperText:
    """What was read of one paper.

    `quarter_turns` clockwise set the picture upright, 0 where its text says nothing; `is_another`
    tells that the words of the wanted paper are missing.
    """

    fields: tuple[ReadField, ...] = field(default=(), repr=False)
    quarter_turns: int = 0
    is_another: bool = False

    def names_only_others(self, name: str) -> bool:
        """Return whether names of people were read, and none of them holds `name`."""
        names = [one.value for one in self.fields if one.name in NAMES]
        return bool(names) and not any(name in one for one in names)


class TextReader(Protocol):
    """A reader of photographed papers."""

    def read(
        self, jpeg: bytes, code: str, today: date, cancelled: Callable[[], bool]
    ) -> PaperText | None:
        """Return what a JPEG of the paper `code` says; None when it can't be read, or `cancelled`.

        `today` bounds the dates that can stand on it.
        """

    def end(self) -> None:
        """End whatever runs, and forget what was read; idempotent."""


class HeldJpegs(Protocol):
    """The pictures that were taken and are not kept yet."""

    def jpeg(self, number: int) -> bytes | None:
        """Return the JPEG of the picture with this number; None when it is gone."""
