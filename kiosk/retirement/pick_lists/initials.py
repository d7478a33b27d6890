"""Search of long lists of names by the first letters of their pinyin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

GROUPS = 6  # letters are offered in as many groups as a page has rows


class Named(Protocol):
    """Something on a list; `initials` are the first pinyin letters of its name's characters."""

    @property
    def code(self) -> str:
        """Return the code by which it is told apart."""

    @property
    def short_name(self) -> str:
        """Return the name as lists show it."""

    @property
    def initials(self) -> str:
        """Return the letters, small."""


NamedT = TypeVar("NamedT", bound=Named)


def letter_groups(names: Iterable[Named], place: int = 0) -> tuple[str, ...]:
    """Return the letters at `place` of the initials in at most six groups of similar size."""
    letters = sorted(one.initials[place : place + 1] for one in names)
    groups: list[str] = []
    for at, letter in enumerate(letters):
        group = at * GROUPS // len(letters)
        if letter in "".join(groups):
            continue
        while len(groups) <= group:
            groups.append("")
        groups[group] += letter
    return tuple(group for group in groups if group)


def in_groups_of_letters(names: Iterable[NamedT], path: str) -> tuple[NamedT, ...]:
    """Return the names whose initials are in the groups of `path`, by initials.

    `path` has one group for each place of the initials, with spaces between: "bcdf gh".
    """
    groups = path.split()
    found = (
        one
        for one in names
        if all(one.initials[at : at + 1] in group for at, group in enumerate(groups))
    )
    return tuple(sorted(found, key=lambda one: one.initials))
