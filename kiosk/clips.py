"""The recorded sentences: the manifest of assets/voice, and the names of clips."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

MANIFEST = "manifest.json"
PHRASE_GAP = 0.3  # seconds of silence between two phrases; clips of one phrase follow at once

Phrases = tuple[tuple[str, ...], ...]
"""What the loudspeaker plays: phrases, each given as the ids of its clips."""


@dataclass(frozen=True)
class Clip:
    """One recording: its words, its length, and the SHA-256 of its file."""

    text: str
    seconds: float
    sha256: str

    @property
    def id(self) -> str:
        """Return the name of the file in assets/voice, without its ending."""
        return clip_id(self.text)


def clip_id(text: str) -> str:
    """Return the name of a text's clip, which is made from the text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Clips:
    """All recordings by their words."""

    by_text: Mapping[str, Clip] = field(default_factory=dict)

    @cached_property
    def longest(self) -> int:
        """Return the number of characters of the longest text."""
        return max(map(len, self.by_text), default=0)

    @cached_property
    def _lengths(self) -> Mapping[str, float]:
        return {clip.id: clip.seconds for clip in self}

    def __contains__(self, text: object) -> bool:
        return text in self.by_text

    def __iter__(self) -> Iterator[Clip]:
        return iter(self.by_text.values())

    def id_of(self, text: str) -> str:
        """Return the id of the clip with these words; raises KeyError if they are not recorded."""
        return self.by_text[text].id

    def seconds_of(self, phrases: Phrases) -> float:
        """Return how many seconds it takes to play these phrases."""
        sounding = sum(self._lengths[one] for phrase in phrases for one in phrase)
        return sounding + PHRASE_GAP * max(0, len(phrases) - 1)


def read_clips(folder: Path) -> Clips:
    """Return the recordings of the manifest; none where it is missing or damaged."""
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))["clips"]
        clips = [Clip(one["text"], one["seconds"], one["sha256"]) for one in said.values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Clips()
    return Clips({clip.text: clip for clip in clips})
