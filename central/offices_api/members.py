"""Members of the JSON objects that a system sends: each is known, of its type, and printable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


class WrongMember(ValueError):  # noqa: N818 - a system's fault, not a bug
    """A member is missing, unknown, or of another type."""


def only(said: Mapping[str, Any], names: Collection[str]) -> None:
    """Raise WrongMember where the object `said` has a member that is not one of `names`."""
    if said.keys() - set(names):
        raise WrongMember


def text(said: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """Return the member `name` of the object `said`, a text, with single spaces.

    `default` where it is missing; raises WrongMember for anything else.
    """
    found = said.get(name, default)
    if not isinstance(found, str):
        raise WrongMember
    joined = " ".join(found.split())
    if not joined.isprintable():
        raise WrongMember
    return joined


def texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the member `name` of the object `said`, a list of texts, none where it is missing.

    Raises WrongMember for anything else.
    """
    found = said.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise WrongMember
    return tuple(found)
