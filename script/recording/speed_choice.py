"""Search of a better speed for recordings that a recogniser misheard.

Run it as python -m script.recording.speed_choice --workshop FOLDER --heard FILE, where FILE is what
hearing_check --all --json printed. Each poor one is rendered at other speeds, and all are heard in
the same company; lines for speeds.toml are printed for those that lose at least one error. What is
chosen so flatters the recogniser's next table: docs/testing.md says so.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.clips import Clip, clip_id, read_clips
from script.recording.clips import ROOT, VOICE, make_workshop, run
from script.recording.hearing_check import POOR, hear_clips, syllables

SPEEDS = (0.8, 0.9, 1.0, 1.15)
PRESENT = 0.0  # the recording as it is, whatever its speed


@dataclass(frozen=True)
class SpeedTry:
    """One text at one speed, and how many of its syllables were not heard as said."""

    text: str
    speed: float
    errors: int


def poor_texts(heard: Path) -> list[str]:
    """Return the texts of which more than `POOR` of the syllables were misheard."""
    rows = [json.loads(one) for one in heard.read_text("utf-8").splitlines() if one[:1] == "{"]
    return [one["said"] for one in rows if one["errors"] > POOR * len(syllables(one["said"]))]


def try_speeds(
    clips: list[Clip], voice: Path, workshop: Path, speeds: Sequence[float] = SPEEDS
) -> Iterator[SpeedTry]:
    """Yield a try of each recording as it is, and at each speed."""
    yield from _tries(clips, voice, "opus", PRESENT, workshop)
    python = make_workshop(workshop)
    for speed in speeds:
        folder = workshop / "speeds" / str(speed)
        folder.mkdir(parents=True, exist_ok=True)
        rows = ((f"{one.id}.wav", one.text, str(speed)) for one in clips)
        lines = ["\t".join(row) + "\n" for row in rows if not (folder / row[0]).exists()]
        model = ROOT / "script/recording/renderer.py"
        run(python, model, workshop / f"{VOICE}.bin", folder, said="".join(lines))
        yield from _tries(clips, folder, "wav", speed, workshop)


def _tries(
    clips: list[Clip], folder: Path, ending: str, speed: float, workshop: Path
) -> Iterator[SpeedTry]:
    for one in hear_clips(clips, folder, ending, workshop):
        yield SpeedTry(one.words, speed, one.errors)


def better(tries: list[SpeedTry]) -> dict[str, float]:
    """Return the speed of each text that loses errors by it; the usual one of two that are equal.

    Of several equal ones that nearest to 0.9 is taken, at which most recordings are said.
    """
    now = {one.text: one.errors for one in tries if one.speed == PRESENT}
    best: dict[str, SpeedTry] = {}
    for one in sorted(tries, key=lambda each: (each.errors, abs(each.speed - 0.9))):
        if one.speed != PRESENT and one.errors < now[one.text]:
            best.setdefault(one.text, one)
    return {text: one.speed for text, one in best.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workshop", type=Path, required=True, help="keep the environment here")
    parser.add_argument("--heard", type=Path, required=True, help="lines of hearing_check --json")
    parser.add_argument("--voice", type=Path, default=ROOT / "assets" / "voice")
    parser.add_argument("--speeds", type=float, nargs="+", default=SPEEDS)
    arguments = parser.parse_args()
    wanted = {clip_id(one) for one in poor_texts(arguments.heard)}
    clips = [one for one in read_clips(arguments.voice) if one.id in wanted]
    tries = list(try_speeds(clips, arguments.voice, arguments.workshop, arguments.speeds))
    found = better(tries)
    for text, speed in found.items():
        print(f'"{text}" = {speed}')
    print(f"# {len(clips)} were poor, {len(found)} are better at another speed")


if __name__ == "__main__":
    main()
