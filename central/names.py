"""Comparison of a name with the one that the people registry holds."""

from __future__ import annotations

import unicodedata

_UNNAMED = "\ufffd"  # what stands for a character that a chip holds and nobody can name
_BETWEEN = str.maketrans("", "", " ·•・．.")


def names_agree(registered: str, said: str) -> bool:
    """Tell whether two names agree; true when the registry holds no name.

    Width, letter case, spaces and separating dots don't count. A character of a card that this
    machine can't name (private use, or replaced) agrees with any one.
    """
    if not registered:
        return True
    ours, theirs = _plain(registered), _plain(said)
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(a == b or _is_unnamed(b) for a, b in pairs)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).translate(_BETWEEN).upper()


def _is_unnamed(character: str) -> bool:
    return character == _UNNAMED or unicodedata.category(character) == "Co"
