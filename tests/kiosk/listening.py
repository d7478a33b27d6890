"""A loudspeaker that remembers in words what it was told, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.clips import Phrases, read_clips
from kiosk.failures import Failure
from tests.kiosk.people import ROOT

CLIPS = read_clips(ROOT / "assets" / "voice")
WORDS = {clip.id: clip.text for clip in CLIPS}


@dataclass
class Ear:
    heard: list[str] = field(default_factory=list)
    volumes: list[int] = field(default_factory=list)
    trouble: Failure | None = None
    closed: bool = False

    def say(self, phrases: Phrases, volume: int) -> None:
        self.heard.append(" / ".join("".join(WORDS[one] for one in phrase) for phrase in phrases))
        self.volumes.append(volume)

    def failure(self) -> Failure | None:
        return self.trouble

    def close(self) -> None:
        self.closed = True
