"""A loudspeaker that remembers in words what it was told, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.clips import Phrases, read_clips
from kiosk.failures import Failure
from kiosk.ports import Manner
from kiosk.speech.utterance import Voice
from tests.kiosk.invented_people import ROOT, handbook

CLIPS = read_clips(ROOT / "assets" / "voice")
VOICE = Voice(CLIPS, handbook().readings)
WORDS = {clip.id: clip.text for clip in CLIPS}


@dataclass
class Ear:
    heard: list[str] = field(default_factory=list)
    volumes: list[int] = field(default_factory=list)
    manners: list[Manner] = field(default_factory=list)
    trouble: Failure | None = None
    closed: bool = False

    def say(self, phrases: Phrases, manner: Manner) -> None:
        self.heard.append(
            " / ".join("".join(WORDS.get(one, one) for one in phrase) for phrase in phrases)
        )
        self.volumes.append(manner.volume)
        self.manners.append(manner)

    def failure(self) -> Failure | None:
        return self.trouble

    def close(self) -> None:
        self.closed = True
